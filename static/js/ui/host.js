/** What the owner and moderators find below the list of people: the room's lock, and the call's end. */

import { html, nothing } from "../../vendor/lit-html/lit-html.js";
import { moderates } from "../call/state.js";

/** @import { Deed, State } from "../call/types.js" */
/** @import { Ui } from "./context.js" */
/** @typedef {{currentTarget: Element}} Press */

/**
 * @param {State} state
 * @param {Ui} ui
 */
export function hosting(state, ui) {
  const { room, endCall } = ui.page.urls;
  if (!moderates(state) || !(room || endCall)) return nothing;
  return html`
    <section class="hosting" aria-labelledby="hosting-title">
      <h3 id="hosting-title">This room</h3>
      <ul class="entries">
        ${room ? lock(state, ui) : nothing} ${endCall ? end(state, ui) : nothing}
      </ul>
      ${endCall ? question(ui) : nothing}
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
function end({ deed }, { icon }) {
  return html`<li>
    <button
      type="button"
      class="careful"
      aria-disabled=${String(deed !== null)}
      @click=${(/** @type {Press} */ { currentTarget }) => {
        if (deed === null) dialogOf(currentTarget)?.showModal();
      }}
    >
      ${sign("end", "phone", deed, icon)}<span>End call for all</span>
    </button>
  </li>`;
}

/**
 * @param {Deed} own
 * @param {string} name
 * @param {Deed | null} deed
 * @param {Ui["icon"]} icon
 */
function sign(own, name, deed, icon) {
  return deed === own ? html`<span class="spinner"></span>` : icon(name);
}

/**
 * Keys that are pressed in it are answers, no shortcuts of the call.
 * @param {Ui} ui
 */
function question({ actions }) {
  return html`<dialog
    class="dialog"
    closedby="any"
    aria-labelledby="end-call-title"
    @keydown=${(/** @type {Event} */ event) => event.stopPropagation()}
  >
    <h2 id="end-call-title">End the call for all?</h2>
    <p>Everyone is out at once, you too. The room stays, and you can meet here again.</p>
    <div class="actions">
      <button
        type="button"
        class="button red"
        @click=${(/** @type {Press} */ { currentTarget }) => {
          dialogOf(currentTarget)?.close();
          actions.endCall();
        }}
      >
        End call for all
      </button>
      <button
        type="button"
        class="button quiet"
        autofocus
        @click=${(/** @type {Press} */ { currentTarget }) => dialogOf(currentTarget)?.close()}
      >
        Keep
      </button>
    </div>
  </dialog>`;
}

/** @param {Element} button */
function dialogOf(button) {
  return button.closest(".hosting")?.querySelector("dialog");
}
