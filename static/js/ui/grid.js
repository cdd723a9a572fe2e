/** The arithmetic of the grid: how many columns show faces largest, and where each tile goes. */

/** @typedef {{x: number, y: number, width: number, height: number}} Rect */

/**
 * How tiles may be cut: never narrower than `narrowest`, and unwillingly below `upright`.
 * @typedef {{narrowest: number, upright: number}} Cut
 */

const WIDEST = 16 / 9;
/** Pictures are 16:9: a tile narrower than a square hides about half of each. @type {Cut} */
export const ON_DESKTOP = { narrowest: 3 / 4, upright: 1 };
/** Phones are held upright, and so are the faces on them. @type {Cut} */
export const ON_PHONE = { narrowest: 9 / 16, upright: 9 / 16 };
/** A last row that is less than half full looks like a mistake, even where it gains some area. */
const SHORT_ROW = 0.85;

/**
 * Shrinks the longer side until the shape lies between the narrowest and 16:9.
 * @param {number} width
 * @param {number} height
 */
export function clampShape(width, height, { narrowest } = ON_DESKTOP) {
  return {
    width: Math.min(width, height * WIDEST),
    height: Math.min(height, width / narrowest),
  };
}

/**
 * @param {number} count
 * @param {number} columns
 * @param {number} width
 * @param {number} height
 * @param {number} gap
 * @param {Cut} cut
 */
function tryColumns(count, columns, width, height, gap, cut) {
  const rows = Math.ceil(count / columns);
  const cell = clampShape(
    Math.max(0, (width - gap * (columns - 1)) / columns),
    Math.max(0, (height - gap * (rows - 1)) / rows),
    cut,
  );
  const inLastRow = count - columns * (rows - 1);
  const row = inLastRow < columns / 2 ? SHORT_ROW : 1;
  const shown = Math.min(1, cell.width / cell.height / cut.upright) || 0;
  return { columns, rows, cell, score: cell.width * cell.height * row * shown };
}

/**
 * The number of columns that shows `count` tiles best; ties take more columns on a wide stage.
 * @param {number} count
 * @param {number} width
 * @param {number} height
 * @param {number} gap
 */
export function fitGrid(count, width, height, gap, cut = ON_DESKTOP) {
  let best = tryColumns(count, 1, width, height, gap, cut);
  for (let columns = 2; columns <= count; columns += 1) {
    const next = tryColumns(count, columns, width, height, gap, cut);
    const tie = Math.abs(next.score - best.score) < 0.5;
    if (tie ? width > height : next.score > best.score) best = next;
  }
  return best;
}

/**
 * Where each tile goes, in order; the whole grid and a short last row are centered.
 * @param {number} count
 * @param {number} width
 * @param {number} height
 * @param {number} gap
 * @returns {Rect[]}
 */
export function placeGrid(count, width, height, gap, cut = ON_DESKTOP) {
  if (count === 0) return [];
  const { columns, rows, cell } = fitGrid(count, width, height, gap, cut);
  const top = (height - rows * cell.height - gap * (rows - 1)) / 2;
  return Array.from({ length: count }, (_, index) => {
    const row = Math.floor(index / columns);
    const inRow = row === rows - 1 ? count - columns * row : columns;
    const left = (width - inRow * cell.width - gap * (inRow - 1)) / 2;
    return {
      x: left + (index % columns) * (cell.width + gap),
      y: top + row * (cell.height + gap),
      ...cell,
    };
  });
}
