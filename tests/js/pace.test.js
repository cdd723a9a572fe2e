import assert from "node:assert/strict";
import { test } from "node:test";
import { Pace } from "../../static/js/rtc/pace.js";

const WELL = { captured: 30, sent: 30, uplink: 3_000_000 };
const FEW_FRAMES = { captured: 30, sent: 12, uplink: 3_000_000 };
const NARROW = { captured: 30, sent: 30, uplink: 120_000 };
const UNKNOWN = { captured: null, sent: null, uplink: null };

/**
 * A sample every 2 s, beginning at 0.
 * @param {(typeof WELL | typeof UNKNOWN)[]} samples
 */
function heights(...samples) {
  const pace = new Pace(0);
  return samples.map((sample, index) => {
    pace.observe(sample, index * 2000);
    return pace.height;
  });
}

test("a picture begins small and grows while all goes well", () => {
  assert.deepEqual(heights(WELL, WELL, WELL, WELL, WELL, WELL), [360, 360, 540, 540, 720, 720]);
});

test("where a browser tells nothing it grows as well", () => {
  assert.deepEqual(heights(UNKNOWN, UNKNOWN, UNKNOWN), [360, 360, 540]);
});

test("it shrinks within 5 s when frames or the uplink fall behind", () => {
  assert.deepEqual(heights(FEW_FRAMES, FEW_FRAMES), [360, 270]);
  assert.deepEqual(heights(NARROW, NARROW), [360, 270]);
});

test("one bad moment changes nothing", () => {
  assert.deepEqual(heights(WELL, FEW_FRAMES, WELL), [360, 360, 540]);
});

test("after shrinking it grows again no sooner than 15 s later", () => {
  const samples = [NARROW, NARROW, ...Array(8).fill(WELL)];
  assert.deepEqual(heights(...samples), [360, ...Array(8).fill(270), 360]);
});

test("it never shrinks to nothing", () => {
  const pace = new Pace(0);
  for (let index = 0; index < 20; index += 1) pace.observe(NARROW, index * 2000);
  assert.equal(pace.height, 180);
});
