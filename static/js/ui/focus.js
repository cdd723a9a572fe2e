/** Keeps the keyboard where people expect it when panels and phases come and go. */

/** @import { State } from "../call/types.js" */

// Where one goes on when what was pressed is no longer there: the first that is.
const PLACES = [".notices button", '[data-opens="people"]', "h1", "[data-door]"];
// Not at the next person who waits: a key pressed twice would let them in.
const PLACES_IN_A_PANEL = ["#panel-title", ...PLACES];

export class Focus {
  #root;
  /** @type {string[] | null} where to go if what has the focus goes away */
  #places = null;
  /** @type {State["panel"]} */
  #panel = null;
  /** @type {State["phase"] | null} */
  #phase = null;
  /** @type {Element | null} */
  #opener = null;

  /** @param {HTMLElement} root */
  constructor(root) {
    this.#root = root;
  }

  /**
   * Before the render: the button that opened the panel still has the focus.
   * @param {State} state
   */
  remember(state) {
    const active = document.activeElement;
    if (state.panel && !this.#panel) this.#opener = active;
    this.#places = this.#placesAfter(active);
  }

  /**
   * After it: a new panel or screen is read from its heading, a closed one gives the focus back.
   * @param {State} state
   */
  settle({ panel, phase }) {
    if (this.#phase !== null && phase !== this.#phase && (phase === "call" || phase === "over")) {
      this.#go("h1");
    }
    if (this.#phase !== null && phase !== this.#phase && document.activeElement === document.body) {
      // The button that was pressed at the door has become another one.
      this.#go("[data-door]");
    }
    if (panel && panel !== this.#panel) {
      this.#go("#panel-title");
      // Where one comes to write.
      this.#go("[data-first]");
    }
    if (!panel && this.#panel && phase === "call") this.#giveBack(this.#panel);
    this.#panel = panel;
    this.#phase = phase;
    for (const place of this.#places ?? []) {
      if (document.activeElement !== document.body) break;
      this.#go(place);
    }
  }

  /** @param {Element | null} active */
  #placesAfter(active) {
    if (!active || !this.#root.contains(active)) return null;
    return active.closest(".panel") ? PLACES_IN_A_PANEL : PLACES;
  }

  /** @param {string} selector */
  #go(selector) {
    const target = /** @type {HTMLElement | null} */ (this.#root.querySelector(selector));
    target?.focus({ preventScroll: true });
  }

  /** @param {string} panel */
  #giveBack(panel) {
    const opener = this.#opener;
    if (opener instanceof HTMLElement && opener !== document.body && opener.isConnected) {
      opener.focus({ preventScroll: true });
    }
    if (document.activeElement === document.body) this.#go(`[data-opens="${panel}"]`);
    // A chat that is turned off takes its button along.
    if (document.activeElement === document.body) this.#go("h1");
  }
}
