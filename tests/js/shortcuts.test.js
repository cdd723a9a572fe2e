import assert from "node:assert/strict";
import { test } from "node:test";
import { initialState } from "../../static/js/call/state.js";
import { deedOf, SHORTCUTS, shortcutsOf } from "../../static/js/ui/shortcuts.js";
import { URLS } from "./urls.js";

/** @import { Peer } from "../../static/js/call/types.js" */
/** @import { Actions } from "../../static/js/ui/context.js" */
/** @import { Windows } from "../../static/js/ui/windows.js" */

const STATE = initialState({
  room: { slug: "garden", name: "Garden", capacity: 6, locked: false, has_chat: true },
  self: { user: 1, name: "Alice", role: "owner" },
  waiting: false,
  entry: "open",
  inside: [],
  urls: URLS,
});

/** Keeps what was asked for: the outcome of a key is the deed itself. */
function recorder() {
  /** @type {unknown[][]} */
  const deeds = [];
  const record = new Proxy(
    {},
    {
      get:
        (_, name) =>
        (/** @type {unknown[]} */ ...values) =>
          deeds.push([name, ...values]),
    },
  );
  return {
    deeds,
    actions: /** @type {Actions} */ (record),
    windows: /** @type {Windows} */ (record),
  };
}

/** @param {string} peer @returns {Peer} */
function person(peer) {
  const state = { audio: true, video: true, screen: false, hand: false };
  const link = /** @type {const} */ ("up");
  const bond = { away: false, muted: false, link, lost: false, speaking: false, stream: null };
  return { peer, user: 2, name: peer, role: "member", state, ...bond };
}

const THREE = { peers: [person("bob"), person("charlie")] };

/** @param {string} key @param {Partial<typeof STATE>} [changes] */
function press(key, changes = {}) {
  const { deeds, actions, windows } = recorder();
  deedOf(key, { ...STATE, ...changes }, actions, windows)?.();
  return deeds;
}

test("every key of the list but Escape does something", () => {
  for (const { keys } of SHORTCUTS) {
    if (keys !== "Esc") assert.equal(press(keys, THREE).length, 1, keys);
  }
});

test("capital letters do the same", () => {
  assert.deepEqual(press("M"), [["toggleMicrophone"]]);
  assert.deepEqual(press("m"), [["toggleMicrophone"]]);
});

test("a panel's key opens it, and closes it again", () => {
  assert.deepEqual(press("p"), [["openPanel", "people"]]);
  assert.deepEqual(press("p", { panel: "people" }), [["openPanel", null]]);
  assert.deepEqual(press("?", { panel: "people" }), [["openPanel", "help"]]);
});

test("the layout's key goes back and forth", () => {
  assert.deepEqual(press("l", THREE), [["setLayout", "speaker"]]);
  assert.deepEqual(press("l", { ...THREE, layout: "speaker" }), [["setLayout", "grid"]]);
});

test("the layout's key does nothing where the other layout looks the same", () => {
  assert.deepEqual(press("l", { peers: [person("bob")] }), []);
  assert.deepEqual(press("l", { ...THREE, pinned: "bob" }), []);
});

test("what the browser cannot do has no key, nor a line in the list", () => {
  const { actions, windows } = recorder();
  const none = { canFill: false, canFloat: false, floats: false };
  const lacking = /** @type {Windows} */ (/** @type {unknown} */ (none));
  for (const key of ["i", "f"]) {
    assert.equal(deedOf(key, STATE, actions, lacking), null);
    assert.notEqual(deedOf(key, STATE, actions, windows), null);
  }
  const left = SHORTCUTS.length - shortcutsOf(lacking).length;
  assert.deepEqual([left, shortcutsOf(windows).length], [2, SHORTCUTS.length]);
});

test("other keys are not ours", () => {
  for (const key of ["x", "Tab", "Enter", " ", "ArrowLeft"]) assert.deepEqual(press(key), []);
});
