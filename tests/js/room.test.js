/** @import { State } from "../../static/js/call/types.js" */
/** @import { ServerFrame } from "../../static/js/signaling/messages.js" */

import assert from "node:assert/strict";
import { test } from "node:test";
import { initialState, reduce, showing } from "../../static/js/call/state.js";
import { URLS } from "./urls.js";

const PAGE = {
  room: { slug: "r", name: "Garden plan" },
  self: { user: 3, name: "Charlie", role: "stranger" },
  waiting: false,
  entry: /** @type {const} */ ("knock"),
  inside: [],
  urls: URLS,
};
const SHOWING = { audio: true, video: true, screen: false, hand: false };
const CHARLIE = { peer: "me", user: 3, name: "Charlie", device: "laptop", role: "stranger" };
const KNOCKED = /** @type {const} */ ({ type: "knock", user: 4, name: "Dave", waiting: true });

/** @param {number} user @param {string} role */
function person(user, role, muted = false) {
  const peer = `peer of ${user}`;
  return { peer, user, name: `${user}`, device: peer, role, state: SHOWING, away: false, muted };
}

/** @param {State} state @param {ServerFrame[]} frames */
function hear(state, ...frames) {
  return frames.reduce((now, frame) => reduce(now, { type: "received", frame, at: 1 }), state);
}

/** Alice, inside with Bob, as the server says it. @param {string} [role] */
function inside(role = "owner") {
  const state = initialState({ ...PAGE, entry: "open", self: { ...PAGE.self, user: 1, role } });
  return hear(state, { type: "joined", peers: [person(2, "member")] });
}

test("who knocks waits until somebody answers, and is a guest once let in", () => {
  const asking = reduce(initialState(PAGE), { type: "joining" });
  const waiting = hear(asking, { type: "waiting" });
  assert.equal(waiting.phase, "waiting");
  const state = hear(waiting, { type: "joined", peers: [person(1, "owner")] });
  assert.deepEqual([state.phase, state.self.role, state.entry], ["call", "guest", "open"]);
});

test("a page that was loaded anew while its knock waits goes on waiting", () => {
  const state = initialState({ ...PAGE, waiting: true });
  assert.equal(state.phase, "waiting");
  assert.equal(reduce(state, { type: "joining" }).phase, "waiting");
});

test("who is turned away is before the door again, and knows when to ask", () => {
  const waits = [0, 60, null].map((retry_after) => {
    const waiting = hear(initialState(PAGE), { type: "waiting" });
    const state = hear(waiting, { type: "denied", reason: "refused", retry_after });
    assert.equal(state.phase, "preview");
    return state.denied?.wait;
  });
  assert.deepEqual(waits, ["over", "running", "never"]);
});

test("asking again forgets the answer", () => {
  const denied = hear(initialState(PAGE), { type: "denied", reason: "expired", retry_after: 0 });
  assert.equal(reduce(denied, { type: "joining" }).denied, null);
});

test("an answer that comes after somebody came in otherwise puts nobody out", () => {
  const state = inside();
  assert.equal(hear(state, { type: "denied", reason: "withdrawn", retry_after: 0 }), state);
});

test("what one finds at the door follows what the server says of oneself and the room", () => {
  /** @param {string} role @param {object} room */
  const entry = (role, room) =>
    hear(initialState(PAGE), {
      type: "welcome",
      self: { ...CHARLIE, role },
      room,
      present: [],
      iceServers: [],
    }).entry;
  assert.equal(entry("stranger", { name: "Garden plan" }), "knock");
  assert.equal(entry("stranger", { name: "Garden plan", access: "open" }), "open");
  assert.equal(entry("guest", { access: "knock" }), "open");
});

test("who waits at the door is listed once, in the order of knocking, until answered", () => {
  const other = { ...KNOCKED, user: 3, name: "Charlie" };
  const state = hear(inside(), KNOCKED, other, KNOCKED);
  assert.deepEqual(state.knocks, [
    { user: 4, name: "Dave" },
    { user: 3, name: "Charlie" },
  ]);
  const answered = hear(state, { ...KNOCKED, waiting: false });
  assert.deepEqual(
    answered.knocks.map(({ name }) => name),
    ["Charlie"],
  );
});

test("a change of roles reaches whoever it names, oneself too", () => {
  const state = hear(inside("member"), { type: "room", roles: { 1: "moderator", 2: "owner" } });
  assert.deepEqual([state.self.role, state.peers[0]?.role], ["moderator", "owner"]);
  assert.equal(hear(state, { type: "room", name: "Tea" }).self.role, "moderator");
});

test("who moderates no more is not shown who knocks", () => {
  const state = hear(inside("moderator"), KNOCKED, { type: "room", roles: { 1: "member" } });
  assert.deepEqual(state.knocks, []);
});

test("the held are exactly those whom the server names", () => {
  const held = hear(inside(), { type: "room", muted: [2] });
  assert.deepEqual([held.peers[0]?.muted, held.muted], [true, false]);
  const same = hear(held, { type: "room", locked: true });
  assert.equal(same.peers[0]?.muted, true);
  assert.equal(hear(held, { type: "room", muted: [] }).peers[0]?.muted, false);
});

test("whoever comes in held is held here too", () => {
  const state = hear(inside(), { type: "peer-joined", ...person(3, "guest", true) });
  assert.equal(state.peers[1]?.muted, true);
});

test("who is held shows no sound to anybody, and is told once of each turn", () => {
  const speaking = reduce(inside(), { type: "media", values: { audio: true } });
  const held = hear(speaking, { type: "room", muted: [1] });
  assert.deepEqual([showing(held).audio, held.muted, held.holdNews], [false, true, "muted"]);
  const read = reduce(held, { type: "changed", values: { holdNews: null } });
  assert.equal(hear(read, { type: "room", muted: [1, 2] }).holdNews, null);
  const allowed = hear(read, { type: "room", muted: [2] });
  assert.deepEqual([allowed.muted, allowed.holdNews], [false, "allowed"]);
});

test("who comes back into the call is told that the hold is still on", () => {
  const state = hear(initialState(PAGE), { type: "joined", peers: [], muted: true });
  assert.deepEqual([state.muted, state.holdNews], [true, "muted"]);
});

test("before the door nobody's microphone is held, and who joins is told", () => {
  const preview = initialState({ ...PAGE, entry: "open", self: { ...PAGE.self, role: "member" } });
  const held = hear(preview, { type: "room", muted: [3] });
  assert.deepEqual([held.muted, held.holdNews], [false, null]);
  const joined = hear(held, { type: "joined", peers: [], muted: true });
  assert.deepEqual([joined.muted, joined.holdNews], [true, "muted"]);
  const waiting = hear(joined, { type: "waiting" });
  assert.deepEqual([waiting.muted, waiting.holdNews], [false, null]);
});

test("what was answered at a door that is open by now is forgotten", () => {
  const welcome = { type: /** @type {const} */ ("welcome"), present: [], iceServers: [] };
  const denied = hear(
    initialState(PAGE),
    { type: "waiting" },
    { type: "denied", reason: "expired", retry_after: 0 },
  );
  const knocking = hear(denied, { ...welcome, self: CHARLIE, room: { name: "Garden plan" } });
  assert.equal(knocking.denied?.reason, "expired");
  const open = hear(denied, { ...welcome, self: CHARLIE, room: { access: "open" } });
  const invited = hear(denied, { ...welcome, self: { ...CHARLIE, role: "member" }, room: {} });
  assert.deepEqual([open.denied, invited.denied], [null, null]);
});
