/** The arithmetic of the grid: how many columns show faces largest, and where each tile goes. */

/** @typedef {{x: number, y: number, width: number, height: number}} Rect */

const NARROWEST = 3 / 4;
const WIDEST = 16 / 9;
/** Phones are held upright, and so are the faces on them. */
export const NARROWEST_ON_PHONE = 9 / 16;
/** A last row that is less than half full looks like a mistake, even where it gains some area. */
const SHORT_ROW = 0.85;

/**
 * Shrinks the longer side until the shape lies between the narrowest (3:4) and 16:9.
 * @param {number} width
 * @param {number} height
 */
export function clampShape(width, height, narrowest = NARROWEST) {
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
 * @param {number} narrowest
 */
function tryColumns(count, columns, width, height, gap, narrowest) {
  const rows = Math.ceil(count / columns);
  const cell = clampShape(
    Math.max(0, (width - gap * (columns - 1)) / columns),
    Math.max(0, (height - gap * (rows - 1)) / rows),
    narrowest,
  );
  const inLastRow = count - columns * (rows - 1);
  const score = cell.width * cell.height * (inLastRow < columns / 2 ? SHORT_ROW : 1);
  return { columns, rows, cell, score };
}

/**
 * The number of columns that shows `count` tiles best; ties take more columns on a wide stage.
 * @param {number} count
 * @param {number} width
 * @param {number} height
 * @param {number} gap
 */
export function fitGrid(count, width, height, gap, narrowest = NARROWEST) {
  let best = tryColumns(count, 1, width, height, gap, narrowest);
  for (let columns = 2; columns <= count; columns += 1) {
    const next = tryColumns(count, columns, width, height, gap, narrowest);
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
export function placeGrid(count, width, height, gap, narrowest = NARROWEST) {
  if (count === 0) return [];
  const { columns, rows, cell } = fitGrid(count, width, height, gap, narrowest);
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
