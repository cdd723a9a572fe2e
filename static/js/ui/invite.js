/** Getting someone in: a link to send, made when it is asked for and copied with the same press. */

import { html, nothing } from "../../vendor/lit-html/lit-html.js";
import { csrfToken } from "../site/csrf.js";

/** @import { State } from "../call/types.js" */
/** @import { Ui } from "./context.js" */

const LOCKED = "The room is locked. Whoever opens the link can come in once you unlock it.";
const COPIED = "Copied. Send it to whom you want to meet.";
const COPIED_SHOWS = 6000;
const BY_HAND = "Your browser did not let us copy. Select the link and copy it.";

export class Invitation {
  #ui;
  /** @type {string | null} */
  #link;
  #said = "";

  /** @param {Ui} ui */
  constructor(ui) {
    this.#ui = ui;
    this.#link = this.#endpoint ? null : (location.href.split("#")[0] ?? null);
  }

  /** Only who may invite is given the address at which invitations are made. */
  get #endpoint() {
    return this.#ui.page.urls.invitations ?? null;
  }

  get #explanation() {
    return this.#endpoint
      ? "Send the link to whom you want to meet. Whoever opens it can come in, for seven days."
      : "Only members can open this address. To invite someone new, ask whoever owns the room.";
  }

  /** @param {State} state */
  card({ room }) {
    return html`
      <section class="invite" aria-label="Invite">
        <h2>You are the only one here</h2>
        <p>${room.locked && this.#endpoint ? LOCKED : this.#explanation}</p>
        ${this.#field()} ${this.#copyButton("primary")}
      </section>
    `;
  }

  /** Below the list of people: the link itself only if it must be copied by hand. */
  footer() {
    return html`${this.#endpoint ? nothing : html`<p class="invite-hint">${this.#explanation}</p>`}
    ${this.#said === BY_HAND ? this.#field() : nothing} ${this.#copyButton("plain wide")}`;
  }

  /** @param {string} kind */
  #copyButton(kind) {
    return html`
      <button type="button" class="button ${kind}" @click=${() => this.#copy()}>
        ${this.#ui.icon(this.#said === COPIED ? "check" : "link")}
        ${this.#endpoint ? "Copy invitation" : "Copy address"}
      </button>
      <p class="invite-said" role="status">${this.#said}</p>
    `;
  }

  #field() {
    if (!this.#link) return nothing;
    const select = (/** @type {{currentTarget: HTMLInputElement}} */ { currentTarget }) =>
      currentTarget.select();
    return html`<input
      class="invite-link"
      readonly
      aria-label="Link to send"
      .value=${this.#link}
      @focus=${select}
    />`;
  }

  async #copy() {
    try {
      this.#link ??= await this.#make();
      await navigator.clipboard.writeText(this.#link);
      this.#said = COPIED;
      setTimeout(() => this.#forget(), COPIED_SHOWS);
    } catch {
      this.#said = this.#link ? BY_HAND : "The link could not be made. Try again in a moment.";
    }
    this.#ui.refresh();
  }

  #forget() {
    if (this.#said === COPIED) this.#said = "";
    this.#ui.refresh();
  }

  async #make() {
    const response = await fetch(/** @type {string} */ (this.#endpoint), {
      method: "POST",
      headers: { "Content-Type": "application/json", "X-CSRFToken": csrfToken() },
      body: "{}",
    });
    if (!response.ok) throw new Error(`no invitation: ${response.status}`);
    const { url } = await response.json();
    return String(url);
  }
}
