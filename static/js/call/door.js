/**
 * Before the door, for who must knock: giving up, and how long there is no use in asking again.
 *
 * @import { DeniedFrame, ServerFrame } from "../signaling/messages.js"
 * @import { RoomApi } from "./room-api.js"
 * @import { Event as CallEvent, Plain, State } from "./types.js"
 */

/** @type {DeniedFrame} */
const WITHDRAWN = { type: "denied", reason: "withdrawn", retry_after: 0 };

export class Door {
  #api;
  #dispatch;
  #state;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #patience;

  /**
   * @param {Pick<RoomApi, "ask">} api
   * @param {(event: CallEvent) => void} dispatch
   * @param {() => Pick<State, "denied">} state
   */
  constructor(api, dispatch, state) {
    this.#api = api;
    this.#dispatch = dispatch;
    this.#state = state;
  }

  /** @param {ServerFrame} frame */
  follow(frame) {
    if (frame.type !== "denied") return;
    clearTimeout(this.#patience);
    if (!frame.retry_after) return;
    const again = () => {
      // By now I may have asked again, or found the door open.
      if (this.#state().denied?.wait !== "running") return;
      const denied = /** @type {const} */ ({ reason: frame.reason, wait: "over" });
      this.#dispatch({ type: "changed", values: { denied } });
    };
    this.#patience = setTimeout(again, frame.retry_after * 1000);
  }

  /** @returns {Promise<boolean>} whether nobody waits here any more */
  async withdraw() {
    this.#change({ deed: "withdraw", problem: null });
    const text = await this.#api.ask({ method: "DELETE", path: "knocks/mine/" });
    // The server says the same on the line, if there is one now.
    if (!text) this.#dispatch({ type: "received", frame: WITHDRAWN, at: Date.now() });
    this.#change({ deed: null, ...(text && { problem: { code: "withdraw", text } }) });
    return !text;
  }

  /** @param {Partial<Plain>} values */
  #change(values) {
    this.#dispatch({ type: "changed", values });
  }
}
