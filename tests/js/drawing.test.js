import assert from "node:assert/strict";
import { beforeEach, mock, test } from "node:test";
import { Drawing } from "../../static/js/call/drawing.js";

/** @type {(EventTarget & {hidden: boolean})} */
let page;
/** @type {(() => void)[]} */
let frames;

beforeEach(() => {
  mock.timers.reset();
  mock.timers.enable({ apis: ["setTimeout"] });
  page = Object.assign(new EventTarget(), { hidden: false });
  frames = [];
  const requestAnimationFrame = (/** @type {() => void} */ draw) => frames.push(draw);
  Object.assign(globalThis, { document: page, requestAnimationFrame });
});

function build() {
  const drawn = { times: 0 };
  const drawing = new Drawing(() => {
    drawn.times += 1;
  });
  return { drawing, drawn };
}

/** @param {boolean} hidden */
function turn(hidden) {
  page.hidden = hidden;
  page.dispatchEvent(new Event("visibilitychange"));
}

test("what changes within one frame is drawn once", () => {
  const { drawing, drawn } = build();
  drawing.request();
  drawing.request();
  assert.equal(frames.length, 1);
  frames[0]?.();
  assert.equal(drawn.times, 1);
  drawing.request();
  assert.equal(frames.length, 2);
});

test("a page that goes hidden with a frame due draws it, and goes on drawing", () => {
  const { drawing, drawn } = build();
  drawing.request();
  turn(true);
  assert.equal(drawn.times, 1);
  drawing.request();
  mock.timers.tick(0);
  assert.equal(drawn.times, 2);
});
