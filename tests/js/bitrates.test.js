import assert from "node:assert/strict";
import { test } from "node:test";
import { heightFor, videoBitrate } from "../../static/js/rtc/bitrates.js";

test("video shrinks with every person", () => {
  const kilobits = [1, 2, 3, 4, 5, 6, 7, 8].map((people) => videoBitrate({ people }) / 1000);
  assert.deepEqual(kilobits, [1500, 1500, 800, 500, 350, 250, 150, 150]);
});

test("whoever holds the floor sends as if there were one person less", () => {
  assert.equal(videoBitrate({ people: 4, speaking: true }), 800_000);
  assert.equal(videoBitrate({ people: 2, speaking: true }), 1_500_000);
});

test("relayed links share one megabit", () => {
  assert.equal(videoBitrate({ people: 2, relayed: 1 }), 1_000_000);
  assert.equal(videoBitrate({ people: 4, relayed: 3 }), 333_333);
  assert.equal(videoBitrate({ people: 8, relayed: 2 }), 150_000);
});

test("a picture is no taller than its bitrate can fill", () => {
  const heights = [1500, 800, 500, 250, 150].map((kilobits) => heightFor(kilobits * 1000));
  assert.deepEqual(heights, [720, 540, 360, 270, 180]);
});
