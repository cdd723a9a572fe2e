import assert from "node:assert/strict";
import { test } from "node:test";
import { Voices } from "../../static/js/media/level.js";

/** @param {Record<string, number>} levels */
function levels(levels) {
  return new Map(Object.entries(levels));
}

test("the loudest becomes the speaker and is held for 5 s after the last word", () => {
  const voices = new Voices();
  assert.equal(voices.hear(levels({ bob: 0.1, charlie: 0.2 }), 0).speaker, "charlie");
  assert.equal(voices.hear(levels({ bob: 0.9, charlie: 0.1 }), 1000).speaker, "charlie");
  assert.equal(voices.hear(levels({ bob: 0.9, charlie: 0 }), 5999).speaker, "charlie");
  assert.equal(voices.hear(levels({ bob: 0.9, charlie: 0 }), 6000).speaker, "bob");
});

test("who is gone is the speaker no longer", () => {
  const voices = new Voices();
  voices.hear(levels({ bob: 0.3, charlie: 0 }), 0);
  assert.equal(voices.hear(levels({ charlie: 0 }), 100).speaker, null);
  assert.equal(voices.hear(levels({ charlie: 0.1 }), 200).speaker, "charlie");
});

test("in silence nobody speaks, and the last speaker stays", () => {
  const voices = new Voices();
  assert.equal(voices.hear(levels({ bob: 0.001 }), 0).speaker, null);
  voices.hear(levels({ bob: 0.3 }), 1000);
  const { speaking, speaker } = voices.hear(levels({ bob: 0.001 }), 60_000);
  assert.deepEqual([speaking.size, speaker], [0, "bob"]);
});

test("a microphone that brings nothing for 10 s is silent, one that is off is not", () => {
  const voices = new Voices();
  assert.equal(voices.isSilent(0.1, 1000), false);
  assert.equal(voices.isSilent(0, 10_999), false);
  assert.equal(voices.isSilent(0, 11_000), true);
  assert.equal(voices.isSilent(0.01, 11_100), false);
  assert.equal(voices.isSilent(null, 50_000), false);
});
