/** After the call: what ended it, and the next step. */

import { html, nothing } from "../../vendor/lit-html/lit-html.js";
import { endingOf, notSent } from "./endings.js";

/** @import { OverReason, Page, State, Unsent } from "../call/types.js" */
/** @import { Ui } from "./context.js" */

/**
 * @param {State} state
 * @param {Ui} ui
 */
export function over(state, { actions, page, icon }) {
  const reason = state.over?.reason ?? "left";
  const { title, text, again } = endingOf(reason, state);
  return html`
    <div class="over">
      <p class="over-room">${state.room.name}</p>
      <h1 tabindex="-1">${title}</h1>
      <p>${text}</p>
      <div class="over-steps">
        ${
          again
            ? html`<button type="button" class="button primary" @click=${() => actions.comeBack()}>
              ${icon("refresh-cw")}${again}
            </button>`
            : nothing
        }
        ${step(reason, page)}
      </div>
      ${unsent(state.chat.unsent, again !== null)}
    </div>
  `;
}

/**
 * What I wrote and nobody got, for me to take elsewhere.
 * @param {Unsent[]} unsent
 * @param {boolean} canReturn
 */
function unsent(unsent, canReturn) {
  if (unsent.length === 0) return nothing;
  return html`
    <section class="over-unsent" aria-label="Not sent">
      <p>${notSent(unsent.length, canReturn)}</p>
      ${unsent.map(({ text }) => html`<p class="chat-text" dir="auto">${text}</p>`)}
    </section>
  `;
}

/**
 * @param {OverReason} reason
 * @param {Page} page
 */
function step(reason, { urls }) {
  if (reason === "signed_out") {
    return html`<a class="button primary" href=${urls.signIn}>Sign in</a>`;
  }
  if (reason === "fresh_sign_in") {
    return html`<a class="button primary" href=${urls.reauthenticate}>Confirm that it is you</a>`;
  }
  return html`<a class="button plain" href=${urls.rooms}>Back to rooms</a>`;
}
