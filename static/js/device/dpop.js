/**
 * Proofs that a request comes from this browser (RFC 9449): each is for one method, one address and
 * one moment, and only the holder of the key can make it.
 *
 * @import { DeviceKey } from "./key.js"
 */

import { base64url } from "./base64url.js";

const SIGNING = { name: "ECDSA", hash: "SHA-256" };
// The server takes 300 s; what differs less than this is not the clock's fault.
const CLOCK_IS_WRONG = 60_000;

/**
 * @param {DeviceKey} key
 * @param {{method: string, url: string, nonce: string, at: number}} request `at` in ms
 * @returns {Promise<string>}
 */
export async function proofOf({ privateKey, jwk }, { method, url, nonce, at }) {
  const { origin, pathname } = new URL(url);
  const header = { typ: "dpop+jwt", alg: "ES256", jwk };
  const claims = {
    jti: crypto.randomUUID(),
    htm: method,
    htu: origin + pathname,
    iat: Math.floor(at / 1000),
    ...(nonce && { nonce }),
  };
  const signed = `${encoded(header)}.${encoded(claims)}`;
  const bytes = new TextEncoder().encode(signed);
  return `${signed}.${base64url(await crypto.subtle.sign(SIGNING, privateKey, bytes))}`;
}

/** Sends requests with their proof. What the server's replies teach, the next proof knows. */
export class Prover {
  #key;
  #origin;
  #nonce;
  #behind = 0;

  /**
   * @param {() => Promise<DeviceKey>} key
   * @param {string} origin of the server
   * @param {string} nonce the server's, or empty when none is known yet
   */
  constructor(key, origin, nonce) {
    this.#key = key;
    this.#origin = origin;
    this.#nonce = nonce;
  }

  /**
   * As `fetch`, but what a better proof mends is sent once more.
   * @param {string} path
   * @param {RequestInit & {method: string, headers: Record<string, string>}} request
   * @returns {Promise<Response>}
   */
  async fetch(path, request) {
    /** @type {Set<string>} */
    const mended = new Set();
    for (;;) {
      const reply = await this.#send(new URL(path, this.#origin).href, request);
      const { code } = await problemOf(reply);
      if (mended.has(code) || !this.#mends(code, reply)) return reply;
      mended.add(code);
    }
  }

  /**
   * @param {string} url
   * @param {RequestInit & {method: string, headers: Record<string, string>}} request
   */
  async #send(url, request) {
    const { method, headers } = request;
    const at = Date.now() + this.#behind;
    const proof = await proofOf(await this.#key(), { method, url, nonce: this.#nonce, at });
    const reply = await fetch(url, { ...request, headers: { ...headers, DPoP: proof } });
    this.#nonce = reply.headers.get("DPoP-Nonce") ?? this.#nonce;
    return reply;
  }

  /**
   * Whether the next proof will be another one in what the server did not like.
   * @param {string} code
   * @param {Response} reply
   */
  #mends(code, { headers }) {
    if (code === "use_dpop_nonce") return headers.has("DPoP-Nonce");
    return code === "invalid_dpop_proof" && this.#setsClock(headers.get("Date") ?? "");
  }

  /** @param {string} date the server's */
  #setsClock(date) {
    const behind = Date.parse(date) - Date.now();
    const wrong = Math.abs(behind - this.#behind) > CLOCK_IS_WRONG;
    if (wrong) this.#behind = behind;
    return wrong;
  }
}

/**
 * An error as our server says it; empty for anything else, a proxy's page for example.
 * @param {Response} reply
 * @returns {Promise<{code: string, detail: string}>}
 */
export async function problemOf(reply) {
  const body = reply.ok
    ? null
    : await reply
        .clone()
        .json()
        .catch(() => null);
  const { code = "", detail = "" } = body ?? {};
  return { code: String(code), detail: String(detail) };
}

/** @param {object} value */
function encoded(value) {
  return base64url(new TextEncoder().encode(JSON.stringify(value)).buffer);
}
