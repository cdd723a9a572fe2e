/**
 * Draws once for all that changed within one frame of the screen. A hidden page has no frames, but
 * whoever arrives must be heard there too.
 */
export class Drawing {
  #draw;
  #due = false;

  /** @param {() => void} draw */
  constructor(draw) {
    this.#draw = draw;
    document.addEventListener("visibilitychange", () => this.#now());
  }

  /** Something changed. */
  request() {
    if (this.#due) return;
    this.#due = true;
    if (document.hidden) setTimeout(() => this.#now());
    else requestAnimationFrame(() => this.#now());
  }

  #now() {
    this.#due = false;
    this.#draw();
  }
}
