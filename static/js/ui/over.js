/** After the call: what ended it, and the next step. */

import { html, nothing } from "../../vendor/lit-html/lit-html.js";
import { endingOf } from "./words.js";

/** @import { State } from "../call/types.js" */
/** @import { Ui } from "./context.js" */

/**
 * @param {State} state
 * @param {Ui} ui
 */
export function over({ over, room }, { actions, page, icon }) {
  const reason = over?.reason ?? "left";
  const { title, text, again } = endingOf(reason, room.capacity);
  return html`
    <div class="over">
      <p class="over-room">${room.name}</p>
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
        ${
          reason === "signed_out"
            ? html`<a class="button primary" href=${page.urls.signIn}>Sign in</a>`
            : html`<a class="button plain" href=${page.urls.rooms}>Back to rooms</a>`
        }
      </div>
    </div>
  `;
}
