import assert from "node:assert/strict";
import { test } from "node:test";

test("another tab changes the theme with its own key alone", async () => {
  const root = { dataset: /** @type {{theme?: string}} */ ({}) };
  const window = new EventTarget();
  const stored = { theme: "light" };
  const document = Object.assign(new EventTarget(), {
    documentElement: root,
    querySelectorAll: () => [],
  });
  const localStorage = { getItem: () => stored.theme };
  for (const [name, value] of Object.entries({ window, document, localStorage })) {
    Object.defineProperty(globalThis, name, { value, configurable: true });
  }
  const store = (/** @type {string} */ key) =>
    window.dispatchEvent(Object.assign(new Event("storage"), { key }));

  await import(new URL("../../static/js/site/theme.js", import.meta.url).href);
  assert.equal(root.dataset.theme, "light");
  stored.theme = "dark";
  store("parley.preferences");
  assert.equal(root.dataset.theme, "light");
  store("parley.theme");
  assert.equal(root.dataset.theme, "dark");
});
