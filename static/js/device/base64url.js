/** Bytes as text that may stand in a token or a header (RFC 7515, section 2). */

/**
 * @param {ArrayBuffer} bytes
 * @returns {string}
 */
export function base64url(bytes) {
  const text = btoa(String.fromCharCode(...new Uint8Array(bytes)));
  return text.replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}
