/** At the door, in words: how one asks to come in, and what has become of it. Pure. */

/** @import { Room, State } from "../call/types.js" */

/**
 * Whether somebody without a place in the room can ask to be let in.
 * @param {Pick<Room, "access">} room
 */
export function hasDoor({ access }) {
  return access === "knock" || access === "open";
}

/**
 * @param {Pick<State, "entry" | "denied">} state
 */
export function joinLabel({ entry, denied }) {
  if (denied) return "Ask again";
  return entry === "knock" ? "Ask to join" : "Join";
}

const WAITING = {
  title: "You knocked.",
  text: "Someone inside can let you in; you do not need to press anything.",
};
const NOT_LET_IN = "You were not let in.";
const TOO_OFTEN = "You asked too often.";
/** @type {Record<string, {title: string, text: string}>} */
const ANSWERS = {
  refused: { title: NOT_LET_IN, text: "You can ask again now." },
  expired: {
    title: "Nobody answered.",
    text: "Ask again, or write to whoever sent you the link.",
  },
  stopped: { title: "You stopped waiting.", text: "Ask again whenever you like." },
  // The room's settings, or what I may do in it.
  withdrawn: {
    title: "You are not waiting any more.",
    text: "Something about this room has changed. Ask again.",
  },
  too_often: { title: TOO_OFTEN, text: "By now you can ask again." },
};

/**
 * What has become of asking to be let in, and the next step.
 * @param {Pick<State, "phase" | "denied">} state
 */
export function answerAtTheDoor({ phase, denied }) {
  if (phase === "waiting") return WAITING;
  if (!denied) return null;
  if (denied.wait === "never") {
    const text =
      "Not in this call. For the next one, load this page again, or write to whoever sent you the link.";
    return { title: NOT_LET_IN, text };
  }
  if (denied.wait === "running") {
    if (denied.reason === "too_often") {
      return { title: TOO_OFTEN, text: "Wait a minute, then ask again." };
    }
    return { title: NOT_LET_IN, text: "You can ask again in a minute at the latest." };
  }
  return ANSWERS[denied.reason] ?? null;
}
