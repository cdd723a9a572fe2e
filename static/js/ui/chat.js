/** The chat's panel: what was written, in order, and the place to write. */

import { repeat } from "../../vendor/lit-html/directives/repeat.js";
import { html, nothing } from "../../vendor/lit-html/lit-html.js";
import { unreadIn } from "../call/chat.js";
import { Clock } from "../site/clock.js";
import { Composer } from "./composer.js";
import { avatar } from "./icons.js";
import { unchanged } from "./unchanged.js";
import { groupsOf, keptFor, piecesOf } from "./writing.js";

/** @import { Chat, State } from "../call/types.js" */
/** @import { Ui } from "./context.js" */
/** @import { Group, Line } from "./writing.js" */

// So near to the end that one is taken to look at it.
const NEAR = 24;

const clock = new Clock();

export class Conversation {
  #ui;
  #composer;
  /** @type {Element | null} */
  #log = null;
  #atEnd = true;
  /** Where the list stood before something was put in at its beginning. */
  #before = { first: 0, height: 0 };

  /** @param {Ui} ui */
  constructor(ui) {
    this.#ui = ui;
    this.#composer = new Composer(ui, () => this.#toEnd());
  }

  /** @param {State} state */
  body(state) {
    const unread = this.#atEnd ? 0 : unreadIn(state.chat, state.self.user);
    return html`
      <div class="chat">
        <div class="chat-log" tabindex="0" role="log" aria-live="off" aria-label="Messages"
          @scroll=${() => this.#scrolled()}>${unchanged([state.chat, state.self], () => this.#list(state))}</div>
        ${unread > 0 ? this.#news() : nothing}
      </div>
    `;
  }

  /** @param {State} state */
  footer(state) {
    return html`${this.#composer.render()}
      <p class="chat-note">${keptFor(state.chat.days)}</p>`;
  }

  /**
   * After each render: who was at the end stays there, and everyone else where they were.
   * @param {Element} root
   * @param {State} state
   */
  place(root, state) {
    const log = root.querySelector(".chat-log");
    const isNew = log !== this.#log;
    this.#log = log;
    if (!log) {
      this.#atEnd = true;
      return;
    }
    this.#composer.fit(root);
    const first = state.chat.messages[0]?.id ?? 0;
    const { first: before, height } = this.#before;
    if (isNew || this.#atEnd) this.#toEnd();
    else if (first < before) log.scrollTop += log.scrollHeight - height;
    this.#before = { first, height: log.scrollHeight };
    if (this.#atEnd && !document.hidden && unreadIn(state.chat, state.self.user) > 0) {
      this.#ui.actions.readNewest();
    }
  }

  /** @param {State} state */
  #list(state) {
    const { chat, self } = state;
    const groups = groupsOf(chat.messages, chat.unsent, self, new Date());
    if (groups.length === 0) return this.#empty(chat);
    return html`
      ${chat.earlier ? this.#earlier(chat) : nothing}
      <ol>
        ${repeat(
          groups,
          ({ key }) => key,
          (group) => this.#group(group, state),
        )}
      </ol>
    `;
  }

  /** @param {Chat} chat */
  #empty({ upto }) {
    if (upto === null) return html`<p class="chat-none"><span class="spinner"></span></p>`;
    return html`<p class="chat-none">Nobody has written anything yet.</p>`;
  }

  /** @param {Chat} chat */
  #earlier({ asked }) {
    const { actions, icon } = this.#ui;
    const busy = asked === "busy";
    return html`<div class="chat-earlier">
      <button
        type="button"
        class="button plain"
        aria-disabled=${String(busy)}
        @click=${() => busy || actions.readEarlier()}
      >
        ${busy ? html`<span class="spinner"></span>` : nothing}Show earlier messages
      </button>
      <div role="status">${asked === "failed" ? notFetched(icon) : nothing}</div>
    </div>`;
  }

  /**
   * @param {Group} group
   * @param {State} state
   */
  #group(group, state) {
    const { day, lines } = group;
    const open = lines.some(({ unsent }) => unsent) && state.chat.open;
    const of = lines.flatMap(({ key, unsent }) => [key, unsent]);
    return unchanged([day, open, ...of], () => this.#whole(group, state));
  }

  /**
   * @param {Group} group
   * @param {State} state
   */
  #whole({ day, user, name, at, lines }, { chat, self }) {
    const own = user === self.user;
    const when = new Date(at);
    const called = user === null ? "Deleted account" : name;
    return html`
      ${day === null ? nothing : dayOf(when)}
      <li class="chat-group" ?data-own=${own}>
        ${avatar(called)}
        <div class="chat-head">
          <strong><bdi>${own ? "You" : called}</bdi></strong>
          <time lang=${clock.language} dir="auto" datetime=${at} title=${clock.say(when, "whole")}>${clock.say(when, "time")}</time>
        </div>
        ${repeat(
          lines,
          ({ key }) => key,
          (line) => this.#line(line, chat),
        )}
      </li>
    `;
  }

  /**
   * @param {Line} line
   * @param {Chat} chat
   */
  #line({ text, unsent }, { open }) {
    const sending = unsent !== null && (!open || !unsent.trouble);
    return html`
      <p class="chat-text" dir="auto" ?data-unsent=${unsent !== null}>${piecesOf(text).map(piece)}</p>
      ${sending ? html`<p class="chat-state">${open ? "Sending" : "Goes out when you are back"}</p>` : nothing}
      ${open && unsent?.trouble ? this.#again(unsent.id) : nothing}
    `;
  }

  /** @param {string} id */
  #again(id) {
    const { actions, icon } = this.#ui;
    return html`<p class="chat-trouble">
      ${icon("circle-alert")}<span>Not sent.</span>
      <button type="button" @click=${() => actions.writeAgain(id)}>Try again</button>
    </p>`;
  }

  #news() {
    const { icon, refresh } = this.#ui;
    return html`<button
      type="button"
      class="button chat-news"
      @click=${() => {
        this.#toEnd();
        this.#composer.focus();
        refresh();
      }}
    >
      ${icon("arrow-down")}New messages
    </button>`;
  }

  #scrolled() {
    const log = this.#log;
    if (!log) return;
    const atEnd = log.scrollHeight - log.scrollTop - log.clientHeight < NEAR;
    if (atEnd === this.#atEnd) return;
    this.#atEnd = atEnd;
    this.#ui.refresh();
  }

  #toEnd() {
    this.#atEnd = true;
    if (this.#log) this.#log.scrollTop = this.#log.scrollHeight;
  }
}

/** @param {Ui["icon"]} icon */
function notFetched(icon) {
  return html`<p class="chat-trouble">
    ${icon("circle-alert")}<span>They could not be fetched. Try again in a moment.</span>
  </p>`;
}

/** @param {import("./writing.js").Piece} piece */
function piece(piece) {
  if (typeof piece === "string") return piece;
  const { href, text } = piece;
  return html`<a href=${href} title=${href} rel="noopener noreferrer" target="_blank"><bdi>${text}</bdi></a>`;
}

/** @param {Date} when */
function dayOf(when) {
  if (when.toDateString() === new Date().toDateString())
    return html`<li class="chat-day">Today</li>`;
  return html`<li class="chat-day" lang=${clock.language} dir="auto">${clock.say(when, "weekday")}</li>`;
}
