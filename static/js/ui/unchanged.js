/** Leaves what is drawn as it is for as long as it was made of the same. */

import { Directive, directive } from "../../vendor/lit-html/directive.js";
import { noChange } from "../../vendor/lit-html/lit-html.js";

class Unchanged extends Directive {
  /** @type {readonly unknown[]} */
  #of = [];

  /**
   * @param {readonly unknown[]} of
   * @param {() => unknown} make
   */
  render(of, make) {
    const same = of.length === this.#of.length && of.every((one, at) => one === this.#of[at]);
    if (same) return noChange;
    this.#of = of;
    return make();
  }
}

export const unchanged = directive(Unchanged);
