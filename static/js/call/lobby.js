/**
 * Who waits at the door, for those who may let them in: read when I come and when I may from now
 * on; in between the line tells.
 *
 * @import { ServerFrame } from "../signaling/messages.js"
 * @import { RoomApi } from "./room-api.js"
 * @import { Knock, State } from "./types.js"
 */

import { moderates } from "./policy.js";

export class Lobby {
  #api;
  #changed;
  #looking = false;
  #again = false;

  /**
   * @param {Pick<RoomApi, "read">} api
   * @param {(values: {knocks: Knock[]}) => void} changed
   */
  constructor(api, changed) {
    this.#api = api;
    this.#changed = changed;
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

  async #look() {
    this.#again = true;
    if (this.#looking) return;
    this.#looking = true;
    let waiting = null;
    while (this.#again) {
      this.#again = false;
      waiting = await this.#api.read("knocks/");
    }
    this.#looking = false;
    if (!Array.isArray(waiting)) return;
    this.#changed({ knocks: waiting.map(({ user, name }) => ({ user, name })) });
  }
}
