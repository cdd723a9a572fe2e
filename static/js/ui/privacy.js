/** The sign that an address is hidden, and what is said where that cannot be. */

import { html, nothing } from "../../vendor/lit-html/lit-html.js";
import { hidesAddress, lacksRelay } from "../call/privacy.js";
import { hiddenAddress, relayMissing } from "./words.js";

/** @import { State } from "../call/types.js" */
/** @import { Ui } from "./context.js" */

/**
 * @param {State} state
 * @param {Ui} ui
 */
export function privacy(state, { icon }) {
  if (!hidesAddress(state) || lacksRelay(state)) return nothing;
  return html`<p class="hidden-address">${icon("shield")}${hiddenAddress(state)}</p>`;
}

/**
 * @param {State} state
 * @param {Ui} ui
 * @param {"obstacle" | "bulletin"} kind before the call, and in it
 */
export function relayLacking(state, { icon }, kind) {
  if (!lacksRelay(state)) return nothing;
  return html`<div class=${kind} role=${kind === "obstacle" ? "alert" : nothing}>
    ${icon("triangle-alert")}
    <p>${relayMissing(state)}</p>
  </div>`;
}
