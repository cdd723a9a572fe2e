/** The question before a deed that hurts: one dialog for the whole call. */

import { html, nothing } from "../../vendor/lit-html/lit-html.js";

/**
 * @typedef {object} Asked
 * @property {string} title
 * @property {string} text
 * @property {string} yes what the deed is called
 * @property {string} no
 * @property {boolean} hurts somebody, and cannot be taken back with the next press
 * @property {() => void} deed
 */

export class Question {
  #root;
  #refresh;
  /** @type {Asked | null} */
  #asked = null;

  /**
   * @param {HTMLElement} root
   * @param {() => void} refresh
   */
  constructor(root, refresh) {
    this.#root = root;
    this.#refresh = refresh;
  }

  /** @param {Asked} question */
  ask(question) {
    this.#asked = question;
    this.#refresh();
    this.#dialog?.showModal();
  }

  /** Keys that are pressed in it are answers, no shortcuts of the call. */
  render() {
    return html`<dialog
      class="dialog question"
      closedby="any"
      aria-labelledby="question-title"
      @keydown=${(/** @type {Event} */ event) => event.stopPropagation()}
    >
      ${this.#asked ? this.#content(this.#asked) : nothing}
    </dialog>`;
  }

  /** @param {Asked} question */
  #content({ title, text, yes, no, hurts, deed }) {
    return html`
      <h2 id="question-title">${title}</h2>
      <p>${text}</p>
      <div class="actions">
        <button
          type="button"
          class="button ${hurts ? "red" : "primary"}"
          @click=${() => {
            this.#dialog?.close();
            deed();
          }}
        >
          ${yes}
        </button>
        <button
          type="button"
          class="button quiet"
          autofocus
          @click=${() => this.#dialog?.close()}
        >
          ${no}
        </button>
      </div>
    `;
  }

  /** @returns {HTMLDialogElement | null} */
  get #dialog() {
    return this.#root.querySelector("dialog.question");
  }
}
