/**
 * Who waits at the door, for those who may let them in: read when I come and when I may from now
 * on; in between the line tells.
 *
 * @import { ServerFrame } from "../signaling/messages.js"
 * @import { RoomApi } from "./room-api.js"
 * @import { Knock, State } from "./types.js"
 */

import { moderates } from "./policy.js";

const LOOK_AGAIN_AFTER = { first: 2000, most: 30_000 };

export class Lobby {
  #api;
  #changed;
  #state;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #pause;
  #failures = 0;
  #looking = false;
  #again = false;

  /**
   * @param {Pick<RoomApi, "read">} api
   * @param {(values: {knocks: Knock[]}) => void} changed
   * @param {() => Pick<State, "phase" | "self">} state
   */
  constructor(api, changed, state) {
    this.#api = api;
    this.#changed = changed;
    this.#state = state;
  }

  /**
   * @param {ServerFrame} frame
   * @param {State} before
   * @param {State} now
   */
  async follow(frame, before, now) {
    // The list that is on its way may be older than what was just said.
    if (frame.type === "knock") this.#again = true;
    const came = frame.type === "welcome" || frame.type === "joined";
    if (moderates(now) && (came || !moderates(before))) await this.#look();
  }

  /** The call is over: nobody is let in from here any more. */
  stop() {
    clearTimeout(this.#pause);
  }

  get #may() {
    const state = this.#state();
    return state.phase !== "over" && moderates(state);
  }

  async #look() {
    clearTimeout(this.#pause);
    this.#again = true;
    if (this.#looking) return;
    this.#looking = true;
    let waiting = null;
    while (this.#again) {
      this.#again = false;
      waiting = await this.#api.read("knocks/");
    }
    this.#looking = false;
    if (!this.#may) return;
    if (!Array.isArray(waiting)) return this.#later();
    this.#failures = 0;
    this.#changed({ knocks: waiting.map(({ user, name }) => ({ user, name })) });
  }

  /** Whoever waits would be overlooked for the whole call. */
  #later() {
    const { first, most } = LOOK_AGAIN_AFTER;
    const delay = Math.min(first * 2 ** this.#failures, most);
    this.#failures += 1;
    this.#pause = setTimeout(() => this.#may && this.#look(), delay);
  }
}
