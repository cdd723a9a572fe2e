/** Before a locked door: whether Join would be refused, and what one is told of it. */

/** @import { Page, State } from "../../static/js/call/types.js" */
/** @import { ServerFrame, Welcome } from "../../static/js/signaling/messages.js" */

import assert from "node:assert/strict";
import { test } from "node:test";
import { lockedOut } from "../../static/js/call/policy.js";
import { initialState, reduce } from "../../static/js/call/state.js";
import { newsBetween } from "../../static/js/ui/news.js";
import { lockedDoor, movesHere } from "../../static/js/ui/words.js";
import { URLS } from "./urls.js";

/** @type {Page} */
const PAGE = {
  room: { slug: "garden", name: "Garden", capacity: 6, locked: true, access: "members" },
  self: { user: 2, name: "Bob", role: "member" },
  waiting: false,
  entry: "locked",
  inside: [{ peer: "alice", name: "Alice" }],
  urls: URLS,
};

/**
 * @param {State} state
 * @param {ServerFrame} frame
 */
const after = (state, frame) => reduce(state, { type: "received", frame, at: 0 });

test("a member before a locked door is kept out until it is unlocked, and hears of that", () => {
  const before = initialState(PAGE);
  assert.equal(lockedOut(before), true);
  const now = after(before, { type: "room", locked: false });
  assert.equal(lockedOut(now), false);
  assert.equal(newsBetween(before, now), "The room is unlocked: you can come in.");
  assert.equal(newsBetween(now, after(now, { type: "room", name: "Orchard" })), null);
});

test("a lock that comes while one looks at the door keeps one out at once", () => {
  const open = initialState({ ...PAGE, room: { ...PAGE.room, locked: false } });
  assert.equal(lockedOut(open), false);
  assert.equal(lockedOut(after(open, { type: "room", locked: true })), true);
});

test("who moderates is kept out by no lock", () => {
  for (const role of ["owner", "moderator"]) {
    const state = initialState({ ...PAGE, self: { ...PAGE.self, role } });
    assert.equal(lockedOut(state), false);
  }
});

test("who has a seat in another tab may move it here, which is no news of the room", () => {
  const before = initialState(PAGE);
  const own = { peer: "mine", user: 2, name: "Bob", device: "d", key: null };
  const welcome = /** @type {Welcome} */ ({
    type: "welcome",
    self: { peer: "p", user: 2, name: "Bob", role: "member", device: "d" },
    room: { ...PAGE.room },
    call: null,
    present: [own],
    iceServers: [],
  });
  const now = after(before, welcome);
  assert.equal(now.elsewhere, "mine");
  assert.equal(lockedOut(now), false);
  assert.equal(newsBetween(before, now), null);
});

test("who loads the page again in mid-call may join at once, until the seat is known to be gone", () => {
  const before = initialState({ ...PAGE, elsewhere: "mine" });
  assert.equal(lockedOut(before), false);
  assert.equal(lockedOut(after(before, { type: "peer-left", peer: "mine", reason: "left" })), true);
});

test("a guest is told of a seat on another device, which opens no locked door", () => {
  const self = { ...PAGE.self, role: "guest" };
  const there = "You are in this call on another device.";
  const before = initialState({ ...PAGE, self, displaced: "mine" });
  assert.equal(lockedOut(before), true);
  assert.equal(movesHere(before), there);
  const now = after(before, { type: "room", locked: false });
  assert.equal(movesHere(now), `${there} Joining moves it here.`);
  assert.equal(movesHere(after(now, { type: "peer-left", peer: "mine", reason: "left" })), null);
});

test("a stranger is kept out too, and is not told whom to ask inside", () => {
  const self = { user: 3, name: "Charlie", role: "stranger" };
  const state = initialState({
    ...PAGE,
    self,
    room: { slug: "garden", name: "Garden" },
    inside: [],
  });
  assert.equal(lockedOut(state), true);
  assert.match(lockedDoor(true, null), /ask whoever sent you the link/);
});

test("while Join is under way it stays where it was pressed", () => {
  assert.equal(lockedOut(reduce(initialState(PAGE), { type: "joining" })), false);
});
