/** Which arrangement the stage takes, and the place of everyone on it. No DOM in here. */

import { clampShape, ON_DESKTOP, ON_PHONE, placeGrid } from "./grid.js";

/** @import { Rect } from "./grid.js" */

/**
 * @typedef {object} Scene what decides the arrangement
 * @property {string[]} others peers in order of arrival
 * @property {string | null} main the peer shown large, if one is
 * @property {number} width
 * @property {number} height
 * @property {boolean} phone
 * @property {boolean} sheet a phone's sheet is open, so faces move up into one row
 * @property {Corner} corner where the own picture floats while two are here
 *
 * @typedef {{right: boolean, bottom: boolean}} Corner
 *
 * @typedef {object} Plan
 * @property {"alone" | "pair" | "grid" | "focus" | "row"} mode
 * @property {Map<string, Rect>} places by peer; one's own place is under `SELF`
 * @property {Rect | null} invite
 * @property {{width: number, height: number}} content larger than the stage where it scrolls
 */

export const SELF = "self";

const INVITE_WIDTH = 360;
const ALONE_WIDEST = 640;
const STRIP_WIDTH = 216;
const STRIP_HEIGHT = 135;
const ROW_NARROWEST = 72;
/** Of a small stage the floating own picture takes no more than this, in either direction. */
const OWN_SHARE = 0.35;

/**
 * @param {Scene} scene
 * @returns {Plan}
 */
export function planStage(scene) {
  if (scene.sheet) return planRow(scene);
  if (scene.others.length === 0) return planAlone(scene);
  if (scene.others.length === 1) return planPair(scene);
  if (scene.main !== null) return scene.phone ? planFocusOnPhone(scene) : planFocus(scene);
  return planGrid(scene);
}

/** @param {Scene} scene */
const gapOf = (scene) => (scene.phone ? 8 : 10);

/**
 * @param {string[]} keys
 * @param {Rect[]} rects
 * @returns {Map<string, Rect>}
 */
function zip(keys, rects) {
  return new Map(rects.map((rect, index) => [/** @type {string} */ (keys[index]), rect]));
}

/**
 * @param {Scene} scene
 * @returns {Plan}
 */
function planGrid(scene) {
  const { width, height, others, phone } = scene;
  const cut = phone ? ON_PHONE : ON_DESKTOP;
  const rects = placeGrid(others.length + 1, width, height, gapOf(scene), cut);
  return {
    mode: "grid",
    places: zip([...others, SELF], rects),
    invite: null,
    content: { width, height },
  };
}

/**
 * @param {Scene} scene
 * @returns {Plan}
 */
function planAlone({ width, height }) {
  const content = { width, height };
  const gap = 32;
  const beside = width >= INVITE_WIDTH + gap + 400;
  const room = beside ? width - INVITE_WIDTH - gap : width;
  const tileWidth = Math.min(ALONE_WIDEST, room - (beside ? 48 : 0));
  const tileHeight = Math.min((tileWidth * 9) / 16, beside ? height : height * 0.5);
  const inviteWidth = Math.min(INVITE_WIDTH, width);
  const used = beside ? tileWidth + gap + inviteWidth : tileWidth;
  const x = (width - used) / 2;
  const y = beside ? (height - tileHeight) / 2 : Math.max(0, (height - tileHeight - 260) / 2);
  return {
    mode: "alone",
    places: new Map([[SELF, { x, y, width: tileWidth, height: tileHeight }]]),
    invite: beside
      ? { x: x + tileWidth + gap, y, width: inviteWidth, height: tileHeight }
      : { x: (width - inviteWidth) / 2, y: y + tileHeight + 20, width: inviteWidth, height: 0 },
    content,
  };
}

/**
 * @param {Scene} scene
 * @returns {Plan}
 */
function planPair({ others, width, height, phone, corner }) {
  const full = phone ? { width: 112, height: 149 } : { width: 232, height: 145 };
  const scale = Math.min(1, (width * OWN_SHARE) / full.width, (height * OWN_SHARE) / full.height);
  const own = { width: full.width * scale, height: full.height * scale };
  const inset = phone ? 12 : 16;
  const self = {
    x: corner.right ? width - own.width - inset : inset,
    y: corner.bottom ? height - own.height - inset : inset,
    ...own,
  };
  const other = { x: 0, y: 0, width, height };
  return {
    mode: "pair",
    places: zip([...others, SELF], [other, self]),
    invite: null,
    content: { width, height },
  };
}

/**
 * One large picture, and everyone else in a strip beside it.
 * @param {Scene} scene
 * @returns {Plan}
 */
function planFocus(scene) {
  const { width, height } = scene;
  const gap = gapOf(scene);
  const main = /** @type {string} */ (scene.main);
  const rest = [...scene.others.filter((peer) => peer !== main), SELF];
  const strip = rest.length * STRIP_HEIGHT + (rest.length - 1) * gap;
  const top = Math.max(0, (height - strip) / 2);
  const x = width - STRIP_WIDTH;
  return {
    mode: "focus",
    places: new Map([
      [main, { x: 0, y: 0, width: width - STRIP_WIDTH - gap, height }],
      ...zip(
        rest,
        rest.map((_, index) => ({
          x,
          y: top + index * (STRIP_HEIGHT + gap),
          width: STRIP_WIDTH,
          height: STRIP_HEIGHT,
        })),
      ),
    ]),
    invite: null,
    content: { width, height: Math.max(height, strip) },
  };
}

/**
 * The large picture on top, everyone else in two columns below.
 * @param {Scene} scene
 * @returns {Plan}
 */
function planFocusOnPhone(scene) {
  const { width, height } = scene;
  const gap = gapOf(scene);
  const main = /** @type {string} */ (scene.main);
  const rest = [...scene.others.filter((peer) => peer !== main), SELF];
  const top = Math.min((width * 9) / 16, height / 2);
  const rows = Math.ceil(rest.length / 2);
  const cellWidth = (width - gap) / 2;
  const free = (height - top - gap * rows) / rows;
  const cellHeight = Math.min(cellWidth * 1.25, Math.max(cellWidth * 0.75, free));
  const places = zip(
    rest,
    rest.map((_, index) => ({
      x:
        index === rest.length - 1 && index % 2 === 0
          ? (width - cellWidth) / 2
          : (index % 2) * (cellWidth + gap),
      y: top + gap + Math.floor(index / 2) * (cellHeight + gap),
      width: cellWidth,
      height: cellHeight,
    })),
  );
  places.set(main, { x: 0, y: 0, width, height: top });
  const used = top + rows * (cellHeight + gap);
  return {
    mode: "focus",
    places,
    invite: null,
    content: { width, height: Math.max(height, used) },
  };
}

/**
 * @param {Scene} scene
 * @returns {Plan}
 */
function planRow(scene) {
  const { width, height } = scene;
  const gap = gapOf(scene);
  const keys = [...scene.others, SELF];
  const share = (width - gap * (keys.length - 1)) / keys.length;
  const cell = clampShape(Math.max(ROW_NARROWEST, share), height);
  const used = keys.length * cell.width + gap * (keys.length - 1);
  const left = Math.max(0, (width - used) / 2);
  const rects = keys.map((_, index) => ({
    x: left + index * (cell.width + gap),
    y: 0,
    width: cell.width,
    height,
  }));
  return {
    mode: "row",
    places: zip(keys, rects),
    invite: null,
    content: { width: Math.max(width, used), height },
  };
}
