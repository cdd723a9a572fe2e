/**
 * What keeps me out or puts me out, as the server says it: as far as a person can make anything of
 * it.
 *
 * @import { Ending } from "../signaling/line.js"
 * @import { ErrorFrame } from "../signaling/messages.js"
 * @import { OverReason, Problem } from "./types.js"
 */

/** @type {Readonly<Record<string, OverReason>>} by error code, close code or refused ticket */
const ENDINGS = {
  1000: "left",
  not_found: "gone",
  4403: "removed",
  removed: "removed",
  banned: "banned",
  visit_over: "visit_over",
  4404: "ended",
  4409: "replaced",
  4423: "full",
  room_locked: "locked",
  signed_out: "signed_out",
  gone: "gone",
  joined_elsewhere: "replaced",
  call_ended: "ended",
  fresh_sign_in: "fresh_sign_in",
  insecure: "insecure",
  no_storage: "no_storage",
};

// What a person can do something about: the server says what.
const SAID = new Set(["too_many_sockets"]);

// What passes while one waits.
const PASSING = new Map([
  ["unavailable", "The server cannot let anyone in right now. We keep trying."],
  [
    "too_many_requests",
    "Too many tries from this browser. We come back by ourselves as soon as we may.",
  ],
]);

/**
 * Why it is over for this page.
 * @param {Ending} ending
 * @returns {OverReason}
 */
export function reasonOf(ending) {
  const known =
    "refusal" in ending
      ? ENDINGS[ending.refusal]
      : (ENDINGS[ending.reason] ?? ENDINGS[ending.code]);
  return known ?? "error";
}

/**
 * Why I am not let in yet.
 * @param {ErrorFrame} error
 * @returns {Problem | null}
 */
export function obstacleIn({ code, detail }) {
  const text = SAID.has(code) ? detail : PASSING.get(code);
  return text ? { code, text } : null;
}
