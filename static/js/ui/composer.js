/** Where one writes: it grows with the text, Enter sends, and what does not fit is said in time. */

import { html, nothing } from "../../vendor/lit-html/lit-html.js";
import { LONGEST, lengthOf, sendable } from "../call/chat.js";
import { isComposing, isOnScreen } from "./keyboard.js";

/** @import { Ui } from "./context.js" */

const LABEL = "Message to everyone";
const MOST_ROWS = 6;
// From here on one is told how much is left.
const NEARLY = LONGEST - 200;

export class Composer {
  #ui;
  #sent;
  #draft = "";
  /** @type {HTMLTextAreaElement | null} */
  #field = null;

  /**
   * @param {Ui} ui
   * @param {() => void} sent
   */
  constructor(ui, sent) {
    this.#ui = ui;
    this.#sent = sent;
  }

  render() {
    const length = lengthOf(this.#draft);
    return html`
      <form class="composer" @submit=${(/** @type {Event} */ event) => this.#submit(event)}>
        <textarea
          id="chat-field"
          rows="1"
          dir="auto"
          autocomplete="off"
          enterkeyhint="send"
          placeholder=${LABEL}
          aria-label=${LABEL}
          aria-describedby="chat-left"
          aria-invalid=${String(length > LONGEST)}
          ?data-first=${!isOnScreen()}
          .value=${this.#draft}
          @input=${() => this.#typed()}
          @keydown=${(/** @type {KeyboardEvent} */ event) => this.#pressed(event)}
        ></textarea>
        <button
          type="submit"
          class="send"
          aria-label="Send"
          title="Send"
          aria-disabled=${String(sendable(this.#draft) === null)}
        >
          ${this.#ui.icon("send")}
        </button>
      </form>
      <p class="chat-left" id="chat-left">${length < NEARLY ? nothing : leftOf(length)}</p>
    `;
  }

  /**
   * After each render: as high as its text.
   * @param {Element} root
   */
  fit(root) {
    const field = /** @type {HTMLTextAreaElement | null} */ (root.querySelector("#chat-field"));
    if (field === this.#field) return;
    this.#field = field;
    this.#grow();
  }

  focus() {
    // A keyboard on the screen would cover what one came to read.
    if (!isOnScreen()) this.#field?.focus({ preventScroll: true });
  }

  #typed() {
    this.#draft = this.#field?.value ?? "";
    this.#grow();
    this.#ui.refresh();
  }

  /** @param {KeyboardEvent} event */
  #pressed(event) {
    // While a word is put together out of several keys, Enter takes the word.
    if (event.key !== "Enter" || event.shiftKey || isComposing(event)) return;
    this.#submit(event);
  }

  /** @param {Event} event */
  #submit(event) {
    event.preventDefault();
    const text = sendable(this.#draft);
    if (text === null) return;
    this.#draft = "";
    this.#sent();
    this.#ui.actions.write(text);
    this.#ui.refresh();
    this.#grow();
    this.focus();
  }

  #grow() {
    const field = this.#field;
    if (!field) return;
    field.rows = 1;
    while (field.scrollHeight > field.clientHeight && field.rows < MOST_ROWS) field.rows += 1;
  }
}

/** @param {number} length */
function leftOf(length) {
  const left = LONGEST - length;
  const signs = Math.abs(left) === 1 ? "character" : "characters";
  if (left >= 0) return `${left} ${signs} left`;
  return html`<span class="over-long">${-left} ${signs} too many. Shorten it to send it.</span>`;
}
