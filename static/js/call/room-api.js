/**
 * What is asked of the server over HTTP about this room: whether it was done, or what to say.
 */

import { problemOf } from "../device/dpop.js";

const ANSWERED_WITHIN = 10_000;
const BUSY = "The server could not do it right now. Try again in a moment.";
const UNANSWERED = "The server did not answer. Check your connection, then try again.";

/** @type {Readonly<Record<string, string>>} by error code */
const SENTENCES = {
  permission_denied: "You may not do this any more. Ask whoever owns the room.",
  not_authenticated: "You are signed out. Sign in in another tab, then try again.",
  csrf_failed: "This page is too old to do that. Load it again, then try again.",
  not_found: "This room is not there any more. Leave, and go back to your rooms.",
};

/**
 * @typedef {object} Request
 * @property {string} method
 * @property {string} path below the room's own address
 * @property {object} [body]
 * @property {Readonly<Record<string, string>>} [sentences] said of this deed in particular
 */

export class RoomApi {
  #base;
  #csrfToken;

  /**
   * @param {string} base where the API has this room
   * @param {string} csrfToken
   */
  constructor(base, csrfToken) {
    this.#base = base;
    this.#csrfToken = csrfToken;
  }

  /**
   * @param {Request} request
   * @returns {Promise<string | null>} what to say when it was not done
   */
  async ask({ method, path, body, sentences }) {
    try {
      const reply = await this.#send(method, path, body);
      if (reply.ok) return null;
      const { code, detail } = await problemOf(reply);
      if (code === "too_many_requests") return detail;
      return sentences?.[code] ?? SENTENCES[code] ?? BUSY;
    } catch {
      return UNANSWERED;
    }
  }

  /**
   * @param {string} path
   * @returns {Promise<unknown>} null where there is no answer
   */
  async read(path) {
    try {
      const reply = await this.#send("GET", path);
      return reply.ok ? await reply.json() : null;
    } catch {
      return null;
    }
  }

  /**
   * @param {string} method
   * @param {string} path
   * @param {object} [body]
   */
  #send(method, path, body) {
    return fetch(this.#base + path, {
      method,
      ...(body && { body: JSON.stringify(body) }),
      headers: { "Content-Type": "application/json", "X-CSRFToken": this.#csrfToken },
      signal: AbortSignal.timeout(ANSWERED_WITHIN),
    });
  }
}
