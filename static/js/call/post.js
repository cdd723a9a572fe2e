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
const ASK_AGAIN_AFTER = { first: 2000, most: 30_000 };
export const PAGE = 200;

/** @typedef {{messages: Message[], more: boolean, chat_days: number}} Answer */

export class Post {
  #url;
  #send;
  #dispatch;
  #state;
  /** @type {string | null} what is under way */
  #sent = null;
  /** @type {Promise<Answer | null> | null} the question under way */
  #asking = null;
  #failures = 0;
  /** How long the server wants to be left alone, in ms. */
  #wanted = 0;
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
    if (!this.#may) return this.#rest();
    this.#deliver();
    if (!this.#isDue || this.#pause !== undefined) return;
    if (this.#state().chat.stale) this.#catchUp();
    else this.#later(GAP_CLOSES_WITHIN);
  }

  get #may() {
    const { phase, chat, room } = this.#state();
    return phase === "call" && chat.open && room.has_chat === true;
  }

  get #isDue() {
    return this.#may && isBehind(this.#state().chat) && this.#asking === null;
  }

  /** What was written before the first that is here. */
  async askEarlier() {
    const { asked, messages: here } = this.#state().chat;
    const first = here[0]?.id;
    if (first === undefined || asked === "busy" || !this.#may) return;
    this.#dispatch({ type: "asking" });
    while (this.#asking) await this.#asking;
    if (this.#state().chat.asked !== "busy") return;
    const after = Math.max(0, first - 1 - PAGE);
    const asking = this.#ask(after);
    const answer = await asking;
    if (this.#asking !== asking) return;
    this.#asking = null;
    if (!answer) return this.#dispatch({ type: "unheard" });
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
    const asking = this.#ask(upto);
    const answer = await asking;
    if (this.#asking !== asking) return;
    this.#asking = null;
    if (!answer) return this.#later(this.#patienceNow());
    this.#failures = 0;
    const { messages, more, chat_days: days } = answer;
    this.#dispatch({ type: "caught", after: upto, messages, more, days });
  }

  /** How long to wait before asking once more; who is in trouble is asked ever less. */
  #patienceNow() {
    const { first, most } = ASK_AGAIN_AFTER;
    const delay = Math.min(first * 2 ** this.#failures, most);
    this.#failures += 1;
    return Math.max(delay, this.#wanted);
  }

  /**
   * What is under way counts as long as `#asking` is it: an answer from before the line was cut
   * knows nothing of what happened since.
   * @param {number | null} after
   */
  #ask(after) {
    this.#asking = this.#read(after);
    return this.#asking;
  }

  /**
   * @param {number | null} after
   * @returns {Promise<Answer | null>}
   */
  async #read(after) {
    if (!this.#url) return null;
    this.#wanted = 0;
    try {
      const signal = AbortSignal.timeout(ANSWERED_WITHIN);
      const query = after === null ? "" : `?after=${after}`;
      const reply = await fetch(`${this.#url}${query}`, { signal });
      if (reply.ok) return await reply.json();
      this.#wanted = 1000 * (Number(reply.headers.get("Retry-After")) || 0);
      return null;
    } catch {
      // The network is away; the next try is due.
      return null;
    }
  }

  /** @param {number} delay */
  #later(delay) {
    this.#pause = setTimeout(() => {
      this.#pause = undefined;
      if (this.#isDue) this.#catchUp();
    }, delay);
  }

  #rest() {
    clearTimeout(this.#patience);
    clearTimeout(this.#pause);
    this.#sent = null;
    this.#pause = undefined;
    this.#asking = null;
    this.#failures = 0;
  }
}
