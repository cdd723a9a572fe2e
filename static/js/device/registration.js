/**
 * This browser as a device of the user: makes its key known to the server, and sends what must prove
 * that it comes from here.
 *
 * @import { DeviceKey } from "./key.js"
 */

import { Prover, problemOf } from "./dpop.js";
import { deviceKey } from "./key.js";

const DEVICES = "/api/devices/";
const GIVEN_UP_AFTER = 5000;

/**
 * @typedef {object} Facts what the server wrote into the page
 * @property {string} user
 * @property {string} registered thumbprint of the session's key, or empty
 * @property {string} nonce for the first proof, or empty
 * @property {string} csrfToken
 * @property {string} origin
 */

export class Device {
  #user;
  #csrfToken;
  #registered;
  #prover;
  /** @type {Promise<DeviceKey> | null} */
  #key = null;
  /** @type {Promise<Response> | null} */
  #registering = null;

  /** @param {Facts} facts */
  constructor({ user, registered, nonce, csrfToken, origin }) {
    this.#user = user;
    this.#registered = registered;
    this.#csrfToken = csrfToken;
    this.#prover = new Prover(() => this.#ownKey(), origin, nonce);
  }

  /**
   * Sees to it that the server knows the key. Throws NoKey, and what `fetch` throws.
   * @returns {Promise<Response | null>} the server's refusal, or null when it knows the key
   */
  async ensure() {
    const { thumbprint } = await this.#ownKey();
    if (thumbprint === this.#registered) return null;
    this.#registering ??= this.#register().finally(() => {
      this.#registering = null;
    });
    const reply = await this.#registering;
    return reply.ok ? null : reply;
  }

  /** The same, when the server has said that it does not know the key. */
  ensureAnew() {
    this.#registered = "";
    // Another tab may have replaced it.
    this.#key = null;
    return this.ensure();
  }

  /**
   * @param {string} path
   * @param {object} body
   * @param {AbortSignal} signal
   * @returns {Promise<Response>}
   */
  post(path, body, signal) {
    return this.#prover.fetch(path, {
      method: "POST",
      headers: { "Content-Type": "application/json", "X-CSRFToken": this.#csrfToken },
      body: JSON.stringify(body),
      signal,
    });
  }

  async #register() {
    const reply = await this.#introduce();
    if ((await problemOf(reply)).code !== "key_refused") return reply;
    const { thumbprint } = await this.#ownKey();
    this.#key = this.#whileGood(deviceKey(this.#user, thumbprint));
    return this.#introduce();
  }

  async #introduce() {
    const { thumbprint } = await this.#ownKey();
    const reply = await this.post(DEVICES, {}, AbortSignal.timeout(GIVEN_UP_AFTER));
    if (reply.ok) this.#registered = thumbprint;
    return reply;
  }

  #ownKey() {
    this.#key ??= this.#whileGood(deviceKey(this.#user));
    return this.#key;
  }

  /**
   * A key that could not be had is forgotten: whoever needs it next asks the browser anew.
   * @param {Promise<DeviceKey>} key
   */
  #whileGood(key) {
    key.catch(() => {
      if (this.#key === key) this.#key = null;
    });
    return key;
  }
}
