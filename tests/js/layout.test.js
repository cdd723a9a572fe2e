import assert from "node:assert/strict";
import { test } from "node:test";
import { planStage, SELF } from "../../static/js/ui/layout.js";

/** @import { Scene } from "../../static/js/ui/layout.js" */

/** @param {Partial<Scene>} [changes] @returns {Scene} */
function scene(changes = {}) {
  return {
    others: [],
    main: null,
    width: 1256,
    height: 704,
    phone: false,
    sheet: false,
    corner: { right: true, bottom: true },
    ...changes,
  };
}

/** @param {Partial<Scene>} changes @param {string} key */
function placeOf(changes, key) {
  const place = planStage(scene(changes)).places.get(key);
  assert.ok(place, `${key} has no place`);
  return place;
}

test("alone, the own picture is at most 640 wide with the invitation beside it", () => {
  const { mode, places, invite } = planStage(scene());
  const self = places.get(SELF);
  assert.equal(mode, "alone");
  assert.ok(self && invite);
  assert.equal(self.width, 640);
  assert.ok(invite.x >= self.x + self.width);
  assert.ok(invite.x + invite.width <= 1256);
});

test("alone on a phone, the invitation is below", () => {
  const { places, invite } = planStage(scene({ width: 374, height: 712, phone: true }));
  const self = places.get(SELF);
  assert.ok(self && invite);
  assert.ok(invite.y >= self.y + self.height);
});

test("of two, the other fills the stage", () => {
  assert.deepEqual(placeOf({ others: ["bob"] }, "bob"), { x: 0, y: 0, width: 1256, height: 704 });
});

test("of two, one's own picture floats in the corner that was chosen", () => {
  const others = ["bob"];
  const bottomRight = placeOf({ others }, SELF);
  const topLeft = placeOf({ others, corner: { right: false, bottom: false } }, SELF);
  assert.equal(bottomRight.width, 232);
  assert.equal(bottomRight.x + bottomRight.width, 1256 - 16);
  assert.deepEqual([topLeft.x, topLeft.y], [16, 16]);
});

test("on a small stage the own picture leaves the other in sight", () => {
  const { width, height } = placeOf({ others: ["bob"], width: 448, height: 294 }, SELF);
  assert.ok(width <= 0.35 * 448 && height <= 0.35 * 294 + 0.001);
  assert.ok(Math.abs(width / height - 232 / 145) < 0.001);
});

test("from three on everyone is in the grid, oneself last", () => {
  const { mode, places } = planStage(scene({ others: ["bob", "charlie"] }));
  assert.equal(mode, "grid");
  assert.deepEqual([...places.keys()], ["bob", "charlie", SELF]);
});

test("who is pinned is large, the others are in a strip 216 wide", () => {
  const others = ["bob", "charlie", "dave"];
  const { mode, places } = planStage(scene({ others, main: "charlie" }));
  assert.equal(mode, "focus");
  assert.deepEqual(places.get("charlie"), { x: 0, y: 0, width: 1256 - 216 - 10, height: 704 });
  for (const key of ["bob", "dave", SELF]) {
    assert.equal(places.get(key)?.width, 216);
    assert.equal(places.get(key)?.height, 135);
  }
});

test("a strip that is longer than the stage makes it scroll", () => {
  const others = ["b", "c", "d", "e", "f", "g"];
  assert.ok(planStage(scene({ others, main: "b" })).content.height > 704);
  assert.equal(planStage(scene({ others: ["b", "c"], main: "b" })).content.height, 704);
});

test("a pinned picture on a phone is on top at its own shape", () => {
  const phone = { width: 374, height: 712, phone: true };
  const others = ["bob", "charlie"];
  const main = placeOf({ ...phone, others, main: "bob" }, "bob");
  const rest = placeOf({ ...phone, others, main: "bob" }, "charlie");
  assert.equal(main.width / main.height, 16 / 9);
  assert.ok(rest.y >= main.height);
});

test("an open sheet moves all faces into one row", () => {
  const strip = { width: 374, height: 128, phone: true, sheet: true };
  const { mode, places } = planStage(scene({ ...strip, others: ["bob", "charlie", "dave"] }));
  assert.equal(mode, "row");
  assert.ok([...places.values()].every(({ y, height }) => y === 0 && height === 128));
});

test("a row of many faces is scrolled rather than squeezed", () => {
  const others = ["b", "c", "d", "e", "f", "g", "h"];
  const strip = { width: 374, height: 128, phone: true, sheet: true, others };
  assert.ok(planStage(scene(strip)).content.width > 374);
  assert.equal(placeOf(strip, "b").width, 72);
});
