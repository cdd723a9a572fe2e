import assert from "node:assert/strict";
import { test } from "node:test";
import { isComposing } from "../../static/js/ui/keyboard.js";

test("a key that makes up a word is told from one that is meant, in Safari too", () => {
  assert.equal(isComposing({ isComposing: false, keyCode: 13 }), false);
  assert.equal(isComposing({ isComposing: true, keyCode: 13 }), true);
  assert.equal(isComposing({ isComposing: false, keyCode: 229 }), true);
});
