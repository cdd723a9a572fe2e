import assert from "node:assert/strict";
import { test } from "node:test";
import { deedsOn, losesByLeaving } from "../../static/js/call/policy.js";

const ROLES = ["owner", "moderator", "member", "guest"];
const HARD = ["remove", "ban"];

/** @param {string} mine @param {string} theirs */
function offered(mine, theirs, muted = false) {
  return deedsOn({ user: 1, role: mine }, { user: 2, role: theirs, muted });
}

test("an owner is offered everything, but a guest inherits no room", () => {
  assert.deepEqual(offered("owner", "moderator"), ["mute", "make_member", "hand_over", ...HARD]);
  assert.deepEqual(offered("owner", "member"), ["mute", "make_moderator", "hand_over", ...HARD]);
  assert.deepEqual(offered("owner", "guest"), ["mute", "keep", "make_moderator", ...HARD]);
});

test("a moderator may mute, remove and ban whoever is below them", () => {
  for (const role of ["member", "guest"]) {
    assert.deepEqual(offered("moderator", role), ["mute", ...HARD]);
  }
});

test("nobody is offered anything against their like, or those above them", () => {
  ROLES.forEach((mine, rank) => {
    for (const theirs of ROLES.slice(0, rank + 1)) assert.deepEqual(offered(mine, theirs), []);
  });
});

test("members, guests and strangers moderate nobody", () => {
  for (const mine of ["member", "guest", "stranger"]) {
    for (const theirs of ROLES) assert.deepEqual(offered(mine, theirs), []);
  }
});

test("nobody is offered anything against themselves on another device", () => {
  assert.deepEqual(
    deedsOn({ user: 1, role: "owner" }, { user: 1, role: "guest", muted: false }),
    [],
  );
});

test("who is held may be allowed to speak, and not held twice", () => {
  assert.deepEqual(offered("moderator", "member", true), ["allow", ...HARD]);
});

test("a seat is kept for whoever could not take it again by themselves", () => {
  const loses = (/** @type {string} */ role, /** @type {string} */ access, locked = false) =>
    losesByLeaving({ room: { locked, access }, self: { role } });
  assert.deepEqual([loses("guest", "knock"), loses("guest", "members")], [true, true]);
  assert.deepEqual([loses("guest", "open"), loses("guest", "open", true)], [false, true]);
  assert.deepEqual([loses("member", "knock"), loses("member", "knock", true)], [false, true]);
  assert.equal(loses("moderator", "members", true), false);
});
