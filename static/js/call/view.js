/** The page as a picture of the state: which screen, its parts, and what follows each render. */

import { repeat } from "../../vendor/lit-html/directives/repeat.js";
import { html, render } from "../../vendor/lit-html/lit-html.js";
import { Conversation } from "../ui/chat.js";
import { Focus } from "../ui/focus.js";
import { createIcons } from "../ui/icons.js";
import { Invitation } from "../ui/invite.js";
import { Menu } from "../ui/menu.js";
import { newsBetween } from "../ui/news.js";
import { notices } from "../ui/notices.js";
import { over } from "../ui/over.js";
import { panel } from "../ui/panels.js";
import { preview } from "../ui/preview.js";
import { Question } from "../ui/question.js";
import { listenForShortcuts } from "../ui/shortcuts.js";
import { Sinks } from "../ui/sinks.js";
import { Stage } from "../ui/stage.js";
import { toolbar } from "../ui/toolbar.js";
import { Windows } from "../ui/windows.js";

/** @import { Actions, Ui } from "../ui/context.js" */
/** @import { Asked } from "../ui/question.js" */
/** @import { Page, State } from "./types.js" */

/**
 * @param {HTMLElement} root
 * @param {Page} page
 * @param {Actions} actions
 * @returns {{render: (state: State) => void}}
 */
export function createView(root, page, actions) {
  const view = new View(root, page, actions);
  return { render: (state) => view.render(state) };
}

class View {
  #root;
  #ui;
  #stage;
  #invitation;
  #conversation;
  #question;
  #menu;
  #windows;
  #focus;
  #sinks = new Sinks();
  /** @type {{text: string}[]} the newest; said again it is another, for a reader to read out */
  #news = [];
  #clock = 0;
  /** @type {State | null} */
  #state = null;

  /**
   * @param {HTMLElement} root
   * @param {Page} page
   * @param {Actions} actions
   */
  constructor(root, page, actions) {
    this.#root = root;
    const refresh = () => this.#again();
    this.#question = new Question(root, refresh);
    const icon = createIcons(page.urls.sprite);
    const ask = (/** @type {Asked} */ question) => this.#question.ask(question);
    this.#menu = new Menu(root, { actions, icon, ask, refresh });
    /** @type {Ui} */
    this.#ui = { page, actions, icon, ask, menu: this.#menu, refresh };
    this.#invitation = new Invitation(this.#ui);
    this.#conversation = new Conversation(this.#ui);
    this.#stage = new Stage(this.#ui, this.#invitation);
    this.#windows = new Windows(root, () => this.#again());
    this.#focus = new Focus(root);
    listenForShortcuts(() => this.#state, actions, this.#windows);
  }

  /** @param {State} state */
  render(state) {
    // The server's first state stands until there is something to put in its place.
    if (this.#state === null) this.#root.replaceChildren();
    const text = newsBetween(this.#state, state);
    if (text !== null) this.#news = [{ text }];
    else if (state.phase !== this.#state?.phase) this.#news = [];
    this.#focus.remember(state);
    this.#dress(state);
    render(this.#page(state), this.#root);
    this.#state = state;
    this.#stage.place(this.#root);
    this.#conversation.place(this.#root, state);
    this.#menu.settle();
    this.#sinks.send(this.#root, state.media.speakerId);
    this.#focus.settle(state);
  }

  #again() {
    if (this.#state) this.render(this.#state);
  }

  /** @param {State} state */
  #page(state) {
    return html`
      <p class="hidden" role="status">${this.#said()}</p>
      ${this.#screen(state)}
    `;
  }

  #said() {
    return repeat(
      this.#news,
      (one) => one,
      ({ text }) => html`<span>${text}</span>`,
    );
  }

  /** @param {State} state */
  #screen(state) {
    if (state.phase === "over") return over(state, this.#ui);
    if (state.phase !== "call") return preview(state, this.#ui);
    return html`
      <div class="call" ?data-panel=${state.panel !== null}>
        ${notices(state, this.#ui)} ${this.#stage.render(state)}
        ${panel(state, this.#ui, {
          invitation: this.#invitation,
          conversation: this.#conversation,
          windows: this.#windows,
        })}
        ${toolbar(state, this.#ui)} ${this.#menu.render(state)} ${this.#question.render()}
      </div>
    `;
  }

  /**
   * The call has the page to itself, and its clock ticks once a second.
   * @param {State} state
   */
  #dress({ phase }) {
    if (phase === this.#state?.phase) return;
    document.documentElement.dataset.phase = phase;
    clearInterval(this.#clock);
    if (phase === "call") {
      this.#clock = window.setInterval(() => this.#again(), 1000);
    } else if (this.#state?.phase === "call" && document.fullscreenElement) {
      this.#windows.toggleFull();
    }
  }
}
