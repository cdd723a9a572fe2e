/** What ended the call for this page, in words, and the next step. Pure. */

import { keepsOut } from "../call/policy.js";
import { hasDoor } from "./answers.js";

/** @import { State } from "../call/types.js" */

/** @type {Record<string, {title: string, text: string, again: string | null}>} */
const ENDINGS = {
  left: {
    title: "You left the call",
    text: "The room stays; come back any time.",
    again: "Rejoin",
  },
  removed: {
    title: "You were removed from this room",
    text: "You come back only by a new invitation: ask whoever owns the room for one.",
    again: null,
  },
  banned: {
    title: "You were banned from this room",
    text: "You cannot come back in. Ask whoever owns the room if that should change.",
    again: null,
  },
  visit_over: {
    title: "Your visit is over",
    text: "Guests belong to this room for one call. Open the link again to ask for the next one.",
    again: "Open again",
  },
  ended: {
    title: "The call has ended",
    text: "It was ended for everyone. You can meet here again any time.",
    again: "Rejoin",
  },
  replaced: {
    title: "You joined elsewhere",
    text: "The call goes on there, in another tab or on another device. You can bring it back here instead.",
    again: "Bring it back",
  },
  full: {
    title: "This room is full",
    text: "Ask someone to step out, or try again later.",
    again: "Try again",
  },
  locked: {
    title: "This room is locked",
    text: "Nobody new comes in for now. Ask someone inside to unlock it, or try again later.",
    again: "Try again",
  },
  signed_out: {
    title: "You are signed out",
    text: "Sign in again to come back into the call.",
    again: null,
  },
  fresh_sign_in: {
    title: "Is it still you?",
    text: "Your account does not know this browser yet. Confirm that it is you to come back into the call.",
    again: null,
  },
  insecure: {
    title: "This address is not secure",
    text: "A call needs one that begins with https, or localhost. Ask whoever runs this server for it.",
    again: null,
  },
  no_storage: {
    title: "Your browser keeps nothing for this site",
    text: "A call needs a key that stays in this browser. Allow site data for this address, then try again.",
    again: "Try again",
  },
  gone: {
    title: "This room is not there any more",
    text: "It was deleted, or you are no longer a member.",
    again: null,
  },
  error: {
    title: "Something went wrong on our side",
    text: "Nothing that you did caused it. Try again in a moment.",
    again: "Try again",
  },
};

/** @type {Record<string, string>} what is said instead where the lock keeps one out */
const BEHIND_A_LOCK = {
  left: "The room is locked: to come back, ask someone inside to unlock it.",
  ended:
    "It was ended for everyone. The room is locked: to meet here again, ask its owner to unlock it.",
};

/** Where whoever has the link finds a door. */
const REMOVED = { text: "To come back, open the link again and ask to be let in." };

/**
 * @param {string} reason
 * @param {Pick<State, "room" | "self">} state
 */
export function endingOf(reason, state) {
  const ending = ENDINGS[reason] ?? /** @type {typeof ENDINGS[string]} */ (ENDINGS.error);
  if (reason === "full") {
    return { ...ending, text: `All ${state.room.capacity} places are taken. ${ending.text}` };
  }
  if (reason === "removed" && hasDoor(state.room)) {
    return { ...ending, ...REMOVED, again: "Open again" };
  }
  const text = keepsOut(state) ? BEHIND_A_LOCK[reason] : undefined;
  return text ? { ...ending, text } : ending;
}

/**
 * What is said of messages that nobody got.
 * @param {number} count
 * @param {boolean} canReturn whether the page that comes next sends them
 */
export function notSent(count, canReturn) {
  const [what, verb, they] =
    count === 1 ? ["1 message", "was", "It goes"] : [`${count} messages`, "were", "They go"];
  return `${what} ${verb} not sent.${canReturn ? ` ${they} out when you are back in the call.` : ""}`;
}
