/** Getting someone in: a link to send, made when it is asked for and copied with the same press. */

import { html, nothing } from "../../vendor/lit-html/lit-html.js";
import { moderates } from "../call/policy.js";
import { csrfToken } from "../site/csrf.js";

/** @import { State } from "../call/types.js" */
/** @import { Ui } from "./context.js" */

const LOCKED = "The room is locked. Whoever opens the link can come in once you unlock it.";
const COPIED = "Copied. Send it to whom you want to meet.";
const COPIED_SHOWS = 6000;
const BY_HAND = "Your browser did not let us copy. Select the link and copy it.";

export class Invitation {
  #ui;
  /** @type {string | null} the invitation that was made */
  #made = null;
  #said = "";

  /** @param {Ui} ui */
  constructor(ui) {
    this.#ui = ui;
  }

  /** @param {State} state */
  card(state) {
    const locked = state.room.locked && moderates(state);
    return html`
      <section class="invite" aria-label="Invite">
        <h2>You are the only one here</h2>
        <p>${locked ? LOCKED : explanation(state)}</p>
        ${this.#field(state)} ${this.#copyButton("primary", state)}
      </section>
    `;
  }

  /**
   * Below the list of people: the link itself only if it must be copied by hand.
   * @param {State} state
   */
  footer(state) {
    return html`${moderates(state) ? nothing : html`<p class="invite-hint">${explanation(state)}</p>`}
    ${this.#said === BY_HAND ? this.#field(state) : nothing}
    ${this.#copyButton("plain wide", state)}`;
  }

  /**
   * Where the room's own link lets people in or knock, that is what one sends; whoever comes by an
   * invitation is a member for good.
   * @param {State} state
   */
  #link(state) {
    return invites(state) ? this.#made : (location.href.split("#")[0] ?? null);
  }

  /**
   * @param {string} kind
   * @param {State} state
   */
  #copyButton(kind, state) {
    return html`
      <button type="button" class="button ${kind}" @click=${() => this.#copy(state)}>
        ${this.#ui.icon(this.#said === COPIED ? "check" : "link")}
        ${invites(state) ? "Copy invitation" : "Copy link"}
      </button>
      <p class="invite-said" role="status">${this.#said}</p>
    `;
  }

  /** @param {State} state */
  #field(state) {
    const link = this.#link(state);
    if (!link) return nothing;
    const select = (/** @type {{currentTarget: HTMLInputElement}} */ { currentTarget }) =>
      currentTarget.select();
    return html`<input
      class="invite-link"
      readonly
      aria-label="Link to send"
      .value=${link}
      @focus=${select}
    />`;
  }

  /** @param {State} state */
  async #copy(state) {
    try {
      if (invites(state)) this.#made ??= await this.#make();
      await navigator.clipboard.writeText(this.#link(state) ?? "");
      this.#said = COPIED;
      setTimeout(() => this.#forget(), COPIED_SHOWS);
    } catch {
      this.#said = this.#link(state)
        ? BY_HAND
        : "The link could not be made. Try again in a moment.";
    }
    this.#ui.refresh();
  }

  #forget() {
    if (this.#said === COPIED) this.#said = "";
    this.#ui.refresh();
  }

  async #make() {
    const response = await fetch(`${this.#ui.page.urls.api}invitations/`, {
      method: "POST",
      headers: { "Content-Type": "application/json", "X-CSRFToken": csrfToken() },
      body: "{}",
    });
    if (!response.ok) throw new Error(`no invitation: ${response.status}`);
    const { url } = await response.json();
    return String(url);
  }
}

/** @type {Readonly<Record<string, string>>} by who may enter the room */
const LINK = {
  open: "Whoever is signed in and opens this link can come in.",
  knock: "Whoever opens this link can ask to be let in.",
};
const MEMBERS_ONLY =
  "Only members can open this link. To invite someone new, ask whoever owns the room.";

/** @param {State} state */
function invites(state) {
  return moderates(state) && !((state.room.access ?? "") in LINK);
}

/** @param {State} state */
function explanation(state) {
  return invites(state)
    ? "Send the link to whom you want to meet. For seven days, whoever opens it becomes a member."
    : (LINK[state.room.access ?? ""] ?? MEMBERS_ONLY);
}
