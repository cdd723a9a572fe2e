/** What is done to a person, in words: the label, its sign, and the question before it. Pure. */

import { hasDoor } from "./answers.js";

/** @import { Peer, PersonalDeed, Room } from "../call/types.js" */
/** @import { Asked } from "./question.js" */

/** @type {Readonly<Record<PersonalDeed, {label: string, icon: string}>>} */
export const DEEDS = {
  mute: { label: "Mute", icon: "mic-off" },
  allow: { label: "Allow to speak", icon: "mic" },
  keep: { label: "Let stay as member", icon: "user-round" },
  make_moderator: { label: "Make moderator", icon: "shield" },
  make_member: { label: "Make member", icon: "user-round" },
  hand_over: { label: "Hand over the room", icon: "key-round" },
  remove: { label: "Remove", icon: "user-x" },
  ban: { label: "Ban", icon: "ban" },
};

/** @type {ReadonlySet<PersonalDeed>} */
export const HURTING = new Set(/** @type {const} */ (["remove", "ban"]));

/**
 * What is asked before it; null where the next press would undo it.
 * @param {PersonalDeed} deed
 * @param {Pick<Peer, "name">} person
 * @param {Pick<Room, "access">} room
 * @returns {Omit<Asked, "deed"> | null}
 */
export function questionBefore(deed, { name }, room) {
  if (deed === "remove") return { ...HARD, yes: "Remove", ...removal(name, room) };
  if (deed === "ban") {
    const text = `${name} is out at once, and no link, knock or invitation brings them back until you lift the ban in the room settings.`;
    return { ...HARD, yes: "Ban", title: `Ban ${name}?`, text };
  }
  if (deed !== "hand_over") return null;
  const text = `${name} owns it from then on, and you stay as a moderator. Only ${name} can give it back.`;
  const title = `Hand the room over to ${name}?`;
  return { ...HARD, title, text, yes: "Hand over" };
}

const HARD = { no: "Cancel", hurts: true };

/**
 * @param {string} name
 * @param {Pick<Room, "access">} room
 */
function removal(name, room) {
  const after = hasDoor(room)
    ? "They can ask to be let in again; to keep them out, ban them."
    : "They come back only by a new invitation.";
  return { title: `Remove ${name}?`, text: `${name} is out at once. ${after}` };
}
