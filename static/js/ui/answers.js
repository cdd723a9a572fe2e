/** At the door, in words: how one asks to come in, and what has become of it. Pure. */

/** @import { State } from "../call/types.js" */

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
/** @type {Record<string, {title: string, text: string}>} */
const ANSWERS = {
  refused: { title: NOT_LET_IN, text: "You can ask again now." },
  expired: {
    title: "Nobody answered.",
    text: "Ask again, or write to whoever sent you the link.",
  },
  withdrawn: { title: "You stopped waiting.", text: "Ask again whenever you like." },
};

/**
 * What has become of asking to be let in, and the next step.
 * @param {Pick<State, "phase" | "denied">} state
 */
export function answerAtTheDoor({ phase, denied }) {
  if (phase === "waiting") return WAITING;
  if (!denied) return null;
  if (denied.wait === "never") {
    const text = "Not in this call. Try the next one, or write to whoever sent you the link.";
    return { title: NOT_LET_IN, text };
  }
  if (denied.wait === "running") {
    return { title: NOT_LET_IN, text: "You can ask again in about a minute." };
  }
  return ANSWERS[denied.reason] ?? null;
}
