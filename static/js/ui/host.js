/** What the owner and moderators find below the list of people: the room's lock, and the call's end. */

import { html, nothing } from "../../vendor/lit-html/lit-html.js";
import { moderates } from "../call/policy.js";

/** @import { Deed, State } from "../call/types.js" */
/** @import { Ui } from "./context.js" */

/**
 * @param {State} state
 * @param {Ui} ui
 */
export function hosting(state, ui) {
  if (!moderates(state)) return nothing;
  return html`
    <section class="hosting" aria-labelledby="hosting-title">
      <h3 id="hosting-title">This room</h3>
      <ul class="entries">
        ${lock(state, ui)} ${end(state, ui)}
      </ul>
    </section>
  `;
}

/**
 * @param {State} state
 * @param {Ui} ui
 */
function lock({ deed, room }, { actions, icon }) {
  const [label, hint] = room.locked
    ? ["Unlock room", "Lets members come in again"]
    : ["Lock room", "Keeps out whoever is not inside yet"];
  return html`<li>
    <button
      type="button"
      aria-labelledby="lock-label"
      aria-describedby="lock-hint"
      aria-disabled=${String(deed !== null)}
      @click=${() => deed === null && actions.setLocked(!room.locked)}
    >
      ${sign("lock", room.locked ? "lock-open" : "lock", deed, icon)}
      <span><span id="lock-label">${label}</span><small id="lock-hint">${hint}</small></span>
    </button>
  </li>`;
}

/**
 * @param {State} state
 * @param {Ui} ui
 */
function end({ deed }, { actions, ask, icon }) {
  const question = { ...END, deed: () => actions.endCall() };
  return html`<li>
    <button
      type="button"
      class="careful"
      aria-disabled=${String(deed !== null)}
      @click=${() => deed === null && ask(question)}
    >
      ${sign("end", "phone", deed, icon)}<span>End call for all</span>
    </button>
  </li>`;
}

const END = {
  title: "End the call for all?",
  text: "Everyone is out at once, you too. The room stays, and you can meet here again.",
  yes: "End call for all",
  no: "Cancel",
  hurts: true,
};

/**
 * @param {Deed} own
 * @param {string} name
 * @param {Deed | null} deed
 * @param {Ui["icon"]} icon
 */
function sign(own, name, deed, icon) {
  return deed === own ? html`<span class="spinner"></span>` : icon(name);
}
