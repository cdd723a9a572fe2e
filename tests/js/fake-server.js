/** A server of which the test says what it answers; it remembers what it was sent. */

export class FakeServer {
  /** @type {{path: string, proof: Proof, request: RequestInit}[]} */
  asked = [];
  /** @type {(path: string, proof: Proof) => Response} */
  answer = () => Response.json({});

  /** @param {string} url @param {RequestInit} request */
  fetch = async (url, request) => {
    request.signal?.throwIfAborted();
    const path = new URL(url).pathname;
    const proof = opened(new Headers(request.headers).get("DPoP") ?? "");
    this.asked.push({ path, proof, request });
    return this.answer(path, proof);
  };

  get paths() {
    return this.asked.map(({ path }) => path);
  }
}

/**
 * @typedef {{text: string, header: {typ: string, alg: string, jwk: {x: string}},
 *   claims: {jti: string, htm: string, htu: string, iat: number, nonce?: string}}} Proof
 */

/** @param {string} text @returns {Proof} */
function opened(text) {
  const [header, claims] = text
    .split(".", 2)
    .map((part) => JSON.parse(Buffer.from(part, "base64url").toString()));
  return { text, header, claims };
}

/**
 * A refusal, as the server says it.
 * @param {number} status
 * @param {string} code
 * @param {Record<string, string>} [headers]
 */
export function refusal(status, code, headers = {}) {
  return Response.json({ code, detail: `Because of ${code}.` }, { status, headers });
}
