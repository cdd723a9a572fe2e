import assert from "node:assert/strict";
import { test } from "node:test";
import { clampShape, fitGrid, ON_PHONE, placeGrid } from "../../static/js/ui/grid.js";

const GAP = 10;

/** @param {{x: number, y: number, width: number, height: number}} a @param {typeof a} b */
function overlap(a, b) {
  return a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height;
}

test("a shape between 3:4 and 16:9 stays as it is", () => {
  assert.deepEqual(clampShape(400, 300), { width: 400, height: 300 });
});

test("the longer side of an extreme shape shrinks", () => {
  assert.deepEqual(clampShape(1000, 90), { width: 160, height: 90 });
  assert.deepEqual(clampShape(300, 1000), { width: 300, height: 400 });
});

test("four people sit two by two on a desktop and on a phone", () => {
  assert.equal(fitGrid(4, 1256, 704, GAP).columns, 2);
  assert.equal(fitGrid(4, 374, 712, 8, ON_PHONE).columns, 2);
});

test("three people on a common screen sit two above one, and lose little of their pictures", () => {
  const { columns, cell } = fitGrid(3, 1256, 704, GAP);
  assert.equal(columns, 2);
  assert.ok(cell.width / cell.height > 1.7);
});

test("three people sit side by side where two rows would make them small", () => {
  assert.equal(fitGrid(3, 1600, 500, GAP).columns, 3);
});

test("five people sit three above two", () => {
  const { columns, rows } = fitGrid(5, 1256, 704, GAP);
  assert.deepEqual([columns, rows], [3, 2]);
});

test("a last row that is less than half full is avoided where it gains little", () => {
  const { columns } = fitGrid(7, 1256, 704, GAP);
  const inLastRow = 7 % columns || columns;
  assert.ok(inLastRow >= columns / 2);
});

test("a tie takes more columns on a wide stage", () => {
  assert.equal(fitGrid(6, 1150, 1000, 0, ON_PHONE).columns, 3);
});

test("three people on a phone sit one above the other", () => {
  assert.equal(fitGrid(3, 374, 712, 8, ON_PHONE).columns, 1);
});

test("a short last row is centered at the same size", () => {
  const [, , third, fourth, fifth] = placeGrid(5, 1200, 700, GAP);
  assert.ok(third && fourth && fifth);
  assert.equal(fourth.width, third.width);
  const left = fourth.x;
  const right = 1200 - (fifth.x + fifth.width);
  assert.ok(Math.abs(left - right) < 0.001);
});

test("nobody leaves the stage and nobody covers anybody, for one to eight people", () => {
  for (const [width, height] of /** @type {[number, number][]} */ ([
    [1256, 704],
    [884, 704],
    [374, 712],
    [800, 280],
    [320, 400],
  ])) {
    for (let count = 1; count <= 8; count += 1) {
      const rects = placeGrid(count, width, height, GAP);
      assert.equal(rects.length, count);
      for (const [index, rect] of rects.entries()) {
        assert.ok(rect.x > -0.001 && rect.x + rect.width < width + 0.001);
        assert.ok(rect.y > -0.001 && rect.y + rect.height < height + 0.001);
        assert.ok(rects.slice(index + 1).every((other) => !overlap(rect, other)));
      }
    }
  }
});

test("an empty stage places nobody, and a stage without room gives no negative sizes", () => {
  assert.deepEqual(placeGrid(0, 100, 100, GAP), []);
  assert.ok(placeGrid(8, 20, 20, GAP).every(({ width, height }) => width >= 0 && height >= 0));
});
