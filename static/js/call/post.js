/**
 * Brings what was written to the server, and from there what is missing here. One message at a time
 * is under way, so that they stand in the order in which one wrote them; each keeps its id however
 * often it is sent.
 *
 * @import { ClientFrame, Message } from "../signaling/messages.js"
 * @import { ChatEvent, State } from "./types.js"
 */

import { isBehind } from "./chat.js";

const ANSWERED_WITHIN = 10_000;
// The news of two workers may overtake one another; a gap is mostly closed by the next frame.
const GAP_CLOSES_WITHIN = 250;
const SEND_AGAIN_AFTER = 5000;
const ASK_AGAIN_AFTER = 2000;
export const PAGE = 200;

/** @typedef {{messages: Message[], more: boolean, chat_days: number}} Answer */

export class Post {
  #url;
  #send;
  #dispatch;
  #state;
  /** @type {string | null} what is under way */
  #sent = null;
  #asking = false;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #patience;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #pause;

  /**
   * @param {object} parts
   * @param {string | null | undefined} parts.url where the messages are
   * @param {(frame: ClientFrame) => void} parts.send
   * @param {(what: ChatEvent) => void} parts.dispatch
   * @param {() => State} parts.state
   */
  constructor({ url, send, dispatch, state }) {
    this.#url = url;
    this.#send = send;
    this.#dispatch = dispatch;
    this.#state = state;
  }

  /** @param {string} text */
  write(text) {
    this.#dispatch({ type: "written", id: crypto.randomUUID(), text });
  }

  /** To be called after every change of the state. */
  follow() {
    const { phase, chat, room } = this.#state();
    if (phase !== "call" || !chat.open || !room.has_chat) return this.#rest();
    this.#deliver();
    if (isBehind(chat) && !this.#asking && this.#pause === undefined) {
      if (chat.stale) this.#catchUp();
      else this.#later(GAP_CLOSES_WITHIN);
    }
  }

  /** What was written before the first that is here. */
  async askEarlier() {
    const first = this.#state().chat.messages[0]?.id;
    if (first === undefined || this.#asking) return;
    const after = Math.max(0, first - 1 - PAGE);
    const answer = await this.#ask(after);
    if (!answer) return this.follow();
    const messages = answer.messages.filter(({ id }) => id < first);
    this.#dispatch({ type: "earlier", messages, more: after > 0 && messages.length > 0 });
  }

  #deliver() {
    const next = this.#state().chat.unsent.find(({ trouble }) => trouble !== "refused");
    if (next?.trouble) return this.#waitFor(next.id);
    if (next?.id === this.#sent) return;
    clearTimeout(this.#patience);
    this.#sent = next?.id ?? null;
    if (!next) return;
    const { id, text } = next;
    this.#patience = setTimeout(() => this.#dispatch({ type: "unanswered", id }), ANSWERED_WITHIN);
    this.#send({ type: "chat", id, text });
  }

  /**
   * It did not get through. What comes behind it waits, or it would stand before it.
   * @param {string} id
   */
  #waitFor(id) {
    if (this.#sent === null) return;
    clearTimeout(this.#patience);
    this.#sent = null;
    this.#patience = setTimeout(() => this.#dispatch({ type: "again", id }), SEND_AGAIN_AFTER);
  }

  async #catchUp() {
    const { upto } = this.#state().chat;
    const answer = await this.#ask(upto);
    if (!answer) return this.#later(ASK_AGAIN_AFTER);
    const { messages, more, chat_days: days } = answer;
    this.#dispatch({ type: "caught", after: upto, messages, more, days });
  }

  /**
   * @param {number | null} after
   * @returns {Promise<Answer | null>}
   */
  async #ask(after) {
    if (!this.#url) return null;
    this.#asking = true;
    try {
      const signal = AbortSignal.timeout(ANSWERED_WITHIN);
      const query = after === null ? "" : `?after=${after}`;
      const reply = await fetch(`${this.#url}${query}`, { signal });
      return reply.ok ? await reply.json() : null;
    } catch {
      // The network is away; the next try is due.
      return null;
    } finally {
      this.#asking = false;
    }
  }

  /** @param {number} delay */
  #later(delay) {
    this.#pause = setTimeout(() => {
      this.#pause = undefined;
      const { phase, chat, room } = this.#state();
      const may = phase === "call" && chat.open && room.has_chat;
      if (may && isBehind(chat) && !this.#asking) this.#catchUp();
    }, delay);
  }

  #rest() {
    clearTimeout(this.#patience);
    clearTimeout(this.#pause);
    this.#sent = null;
    this.#pause = undefined;
  }
}
