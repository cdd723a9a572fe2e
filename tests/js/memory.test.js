import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { Memory } from "../../static/js/call/memory.js";
import { initialState } from "../../static/js/call/state.js";
import { URLS } from "./urls.js";

const PAGE = {
  room: { slug: "r", name: "Garden plan" },
  self: { user: 1, name: "Alice", role: "owner" },
  waiting: false,
  entry: /** @type {const} */ ("open"),
  inside: [],
  urls: URLS,
};
const UNSENT = [{ id: "a", text: "On its way", trouble: null }];

/** @type {Map<string, string>} what the tab keeps */
let kept;

beforeEach(() => {
  kept = new Map();
  const sessionStorage = {
    getItem: (/** @type {string} */ key) => kept.get(key) ?? null,
    setItem: (/** @type {string} */ key, /** @type {string} */ value) => kept.set(key, value),
    removeItem: (/** @type {string} */ key) => kept.delete(key),
  };
  Object.assign(globalThis, { sessionStorage });
});

test("what nobody has taken yet is there again after the page was loaded anew", () => {
  new Memory("r", 1).unsent = UNSENT;
  const state = initialState(PAGE, new Memory("r", 1).unsent);
  assert.deepEqual(state.chat.unsent, UNSENT);
  assert.equal(state.chat.open, false);
});

test("one says nothing in another room, and nobody else says it", () => {
  new Memory("r", 1).unsent = UNSENT;
  assert.deepEqual(new Memory("other", 1).unsent, []);
  assert.deepEqual(new Memory("r", 2).unsent, []);
});

test("what was taken is not kept", () => {
  const memory = new Memory("r", 1);
  memory.unsent = UNSENT;
  memory.unsent = [];
  assert.equal(kept.size, 0);
});
