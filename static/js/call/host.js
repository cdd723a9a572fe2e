/**
 * What the owner and moderators ask of the server for the whole room. That it was done is seen by
 * what the server then says on the line; here is only what to say when it was not.
 *
 * @import { Deed, Plain } from "./types.js"
 */

import { problemOf } from "../device/dpop.js";

const ANSWERED_WITHIN = 10_000;
const BUSY = "The server could not do it right now. Try again in a moment.";
const UNANSWERED = "The server did not answer. Check your connection, then try again.";

/** @type {ReadonlyMap<string, string>} by error code */
const SENTENCES = new Map([
  ["permission_denied", "You may not do this any more. Ask whoever owns the room."],
  ["not_authenticated", "You are signed out. Sign in in another tab, then try again."],
  ["csrf_failed", "This page is too old to do that. Load it again, then try again."],
  ["not_found", "This room is not there any more. Leave, and go back to your rooms."],
]);

export class Host {
  #urls;
  #csrfToken;
  #changed;

  /**
   * @param {object} page
   * @param {Record<string, string | null>} page.urls
   * @param {string} page.csrfToken
   * @param {(values: Partial<Pick<Plain, "deed" | "problem">>) => void} page.changed
   */
  constructor({ urls, csrfToken, changed }) {
    this.#urls = urls;
    this.#csrfToken = csrfToken;
    this.#changed = changed;
  }

  /** @param {boolean} locked */
  setLocked(locked) {
    return this.#ask("lock", this.#urls.room, {
      method: "PATCH",
      body: JSON.stringify({ locked }),
    });
  }

  /** Ends the call for everybody. */
  endCall() {
    return this.#ask("end", this.#urls.endCall, { method: "DELETE" });
  }

  /**
   * @param {Deed} deed
   * @param {string | null | undefined} url
   * @param {RequestInit} request
   */
  async #ask(deed, url, request) {
    if (!url) return;
    this.#changed({ deed, problem: null });
    const text = await this.#refusal(url, request);
    this.#changed({ deed: null, ...(text && { problem: { code: deed, text } }) });
  }

  /**
   * @param {string} url
   * @param {RequestInit} request
   * @returns {Promise<string | null>} what to say when it was not done
   */
  async #refusal(url, request) {
    try {
      const reply = await fetch(url, {
        ...request,
        headers: { "Content-Type": "application/json", "X-CSRFToken": this.#csrfToken },
        signal: AbortSignal.timeout(ANSWERED_WITHIN),
      });
      if (reply.ok) return null;
      const { code, detail } = await problemOf(reply);
      return code === "too_many_requests" ? detail : (SENTENCES.get(code) ?? BUSY);
    } catch {
      return UNANSWERED;
    }
  }
}
