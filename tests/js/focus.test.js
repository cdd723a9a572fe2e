import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { initialState } from "../../static/js/call/state.js";
import { Focus } from "../../static/js/ui/focus.js";
import { URLS } from "./urls.js";

const STATE = {
  ...initialState({
    room: { slug: "garden", name: "Garden plan", capacity: 6, locked: false },
    self: { user: 1, name: "Alice", role: "owner" },
    waiting: false,
    entry: "open",
    inside: [],
    urls: URLS,
  }),
  phase: /** @type {const} */ ("call"),
};

const page = { body: {}, activeElement: /** @type {unknown} */ (null) };
Object.assign(globalThis, { document: page, HTMLElement: class {} });

/** @type {Map<string, unknown>} what is there, by how it is found */
const there = new Map();

/** @param {string} selector @param {{panel?: boolean}} [where] */
function button(selector, { panel = false } = {}) {
  const element = {
    closest: () => (panel ? {} : null),
    focus() {
      page.activeElement = element;
    },
  };
  there.set(selector, element);
  return element;
}

const root = {
  querySelector: (/** @type {string} */ selector) => there.get(selector) ?? null,
  contains: (/** @type {unknown} */ element) => [...there.values()].includes(element),
};

/** A render that takes away what has the focus. @param {string} gone */
function loses(gone) {
  const focus = new Focus(/** @type {HTMLElement} */ (/** @type {unknown} */ (root)));
  focus.settle(STATE);
  focus.remember(STATE);
  there.delete(gone);
  page.activeElement = page.body;
  focus.settle(STATE);
  return [...there].find(([, element]) => element === page.activeElement)?.[0] ?? null;
}

beforeEach(() => {
  there.clear();
  page.activeElement = page.body;
});

test("when what was pressed goes away, the keyboard goes on at the next notice", () => {
  button("pressed").focus();
  button(".notices button");
  button('[data-opens="people"]');
  assert.equal(loses("pressed"), ".notices button");
});

test("without a notice it goes on at the people, and then at the heading", () => {
  button("pressed").focus();
  button("h1");
  button('[data-opens="people"]');
  assert.equal(loses("pressed"), '[data-opens="people"]');
  button("pressed").focus();
  there.delete('[data-opens="people"]');
  assert.equal(loses("pressed"), "h1");
});

test("in a panel it goes on at its heading, not where the next press would let somebody in", () => {
  button("pressed", { panel: true }).focus();
  button(".notices button");
  button(".lobby .primary");
  button("#panel-title");
  assert.equal(loses("pressed"), "#panel-title");
});

test("who was nowhere stays there", () => {
  button("h1");
  assert.equal(loses("nothing"), null);
});
