/** What is done to a person, in words: the label, its sign, and the question before it. Pure. */

/** @import { Peer, PersonalDeed } from "../call/types.js" */
/** @import { Asked } from "./question.js" */

/** @type {Readonly<Record<PersonalDeed, {label: string, icon: string}>>} */
export const DEEDS = {
  mute: { label: "Mute", icon: "mic-off" },
  allow: { label: "Allow to speak", icon: "mic" },
  keep: { label: "Let stay as member", icon: "user-round" },
  make_moderator: { label: "Make moderator", icon: "shield" },
  make_member: { label: "Make member", icon: "user-round" },
  hand_over: { label: "Hand over the room", icon: "key-round" },
  remove: { label: "Remove", icon: "log-out" },
  ban: { label: "Ban", icon: "ban" },
};

/** @type {ReadonlySet<PersonalDeed>} */
export const HURTING = new Set(/** @type {const} */ (["remove", "ban"]));

/**
 * What is asked before it; null where the next press would undo it.
 * @param {PersonalDeed} deed
 * @param {Pick<Peer, "name" | "role">} person
 * @returns {Omit<Asked, "deed"> | null}
 */
export function questionBefore(deed, { name, role }) {
  if (deed === "remove") return { ...HARD, yes: "Remove", ...removal(name, role) };
  if (deed === "ban") {
    const text = `${name} is out at once, and no link, knock or invitation brings them back until you lift the ban in the room settings.`;
    return { ...HARD, yes: "Ban", title: `Ban ${name}?`, text };
  }
  if (deed !== "hand_over") return null;
  const text = `${name} owns it from then on, and you stay as a moderator. Only ${name} can give it back.`;
  const title = `Hand the room over to ${name}?`;
  return { title, text, yes: "Hand over", no: "Cancel", hurts: false };
}

const HARD = { no: "Cancel", hurts: true };

/**
 * @param {string} name
 * @param {string} role
 */
function removal(name, role) {
  const after =
    role === "guest"
      ? "To come back, they must knock."
      : "They lose their place in this room, and come back only if someone invites them again.";
  return { title: `Remove ${name}?`, text: `${name} is out at once. ${after}` };
}
