/** Dragging the floating own picture: it follows the pointer and lands in the nearest corner. */

/** @import { Corner } from "./layout.js" */

/** A tap that trembles is not a drag. */
const THRESHOLD = 6;

/**
 * @param {PointerEvent} event the pointerdown on the tile
 * @param {(corner: Corner) => void} drop
 */
export function drag(event, drop) {
  const tile = /** @type {HTMLElement} */ (event.currentTarget);
  const stage = tile.closest(".stage");
  if (!stage || event.button !== 0 || /** @type {Element} */ (event.target).closest("button"))
    return;
  const from = { x: event.clientX, y: event.clientY };
  tile.setPointerCapture(event.pointerId);

  const move = (/** @type {PointerEvent} */ { clientX, clientY }) => {
    const by = { x: clientX - from.x, y: clientY - from.y };
    if (!("dragging" in tile.dataset) && Math.hypot(by.x, by.y) < THRESHOLD) return;
    tile.dataset.dragging = "";
    tile.style.setProperty("--dx", `${by.x}px`);
    tile.style.setProperty("--dy", `${by.y}px`);
  };
  const stop = (/** @type {PointerEvent} */ { type }) => {
    tile.removeEventListener("pointermove", move);
    tile.removeEventListener("pointerup", stop);
    tile.removeEventListener("pointercancel", stop);
    if (!("dragging" in tile.dataset)) return;
    if (type === "pointerup") drop(cornerOf(tile.getBoundingClientRect(), stage));
    delete tile.dataset.dragging;
    tile.style.removeProperty("--dx");
    tile.style.removeProperty("--dy");
  };
  tile.addEventListener("pointermove", move);
  tile.addEventListener("pointerup", stop);
  tile.addEventListener("pointercancel", stop);
}

/**
 * @param {DOMRect} tile
 * @param {Element} stage
 * @returns {Corner}
 */
function cornerOf(tile, stage) {
  const { left, top, width, height } = stage.getBoundingClientRect();
  return {
    right: tile.x + tile.width / 2 > left + width / 2,
    bottom: tile.y + tile.height / 2 > top + height / 2,
  };
}
