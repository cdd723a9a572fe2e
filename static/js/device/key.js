/**
 * This browser's own key. It signs here and cannot be copied from here; each user has one, which all
 * tabs share, for as long as the browser keeps what belongs to this site.
 *
 * @typedef {{kty: string, crv: string, x: string, y: string}} PublicKey
 * @typedef {{privateKey: CryptoKey, jwk: PublicKey, thumbprint: string}} DeviceKey
 */

import { base64url } from "./base64url.js";

const DATABASE = "parley";
const STORE = "device-keys";
const KIND = { name: "ECDSA", namedCurve: "P-256" };
// A storage that a browser update or a full disk has broken may never answer.
const GIVEN_UP_AFTER = 4000;

/** This browser can have no key here, and why. */
export class NoKey extends Error {
  /**
   * @param {"insecure" | "no_storage"} reason
   * @param {ErrorOptions} [options]
   */
  constructor(reason, options) {
    super(reason, options);
    this.reason = reason;
  }
}

/**
 * The user's key in this browser, made when there is none yet.
 * @param {string} user
 * @param {string} [refused] thumbprint of a key that the server does not take: it is replaced
 * @returns {Promise<DeviceKey>}
 */
export async function deviceKey(user, refused) {
  // Browsers have no cryptography where the address is not secure.
  if (!globalThis.crypto?.subtle) throw new NoKey("insecure");
  try {
    return await soon(keptOrMade(user, refused));
  } catch (cause) {
    throw new NoKey("no_storage", { cause });
  }
}

/**
 * The name of a public key (RFC 7638).
 * @param {PublicKey} key
 * @returns {Promise<string>}
 */
export async function thumbprint({ crv, kty, x, y }) {
  const text = JSON.stringify({ crv, kty, x, y });
  return base64url(await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text)));
}

/**
 * @param {string} user
 * @param {string | undefined} refused
 * @returns {Promise<DeviceKey>}
 */
async function keptOrMade(user, refused) {
  const database = await opened();
  try {
    const held = await keptKey(database, user);
    if (held && held.thumbprint !== refused) return held;
    return await keepFirst(database, user, await makeKey(), refused);
  } finally {
    database.close();
  }
}

/**
 * @template T
 * @param {Promise<T>} result
 * @returns {Promise<T>}
 */
async function soon(result) {
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer;
  const late = new Promise((_, reject) => {
    timer = setTimeout(() => reject(new Error("the storage does not answer")), GIVEN_UP_AFTER);
  });
  try {
    return await Promise.race([result, /** @type {Promise<never>} */ (late)]);
  } finally {
    clearTimeout(timer);
  }
}

/** @returns {Promise<DeviceKey>} */
async function makeKey() {
  const pair = await crypto.subtle.generateKey(KIND, false, ["sign", "verify"]);
  const {
    kty = "",
    crv = "",
    x = "",
    y = "",
  } = await crypto.subtle.exportKey("jwk", pair.publicKey);
  const jwk = { kty, crv, x, y };
  return { privateKey: pair.privateKey, jwk, thumbprint: await thumbprint(jwk) };
}

/** @returns {Promise<IDBDatabase>} */
function opened() {
  return new Promise((resolve, reject) => {
    const request = indexedDB.open(DATABASE, 1);
    request.onupgradeneeded = () => request.result.createObjectStore(STORE);
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
    request.onblocked = () => reject(new Error("another tab holds the storage"));
  });
}

/**
 * @param {IDBDatabase} database
 * @param {string} user
 * @returns {Promise<DeviceKey | undefined>}
 */
function keptKey(database, user) {
  return new Promise((resolve, reject) => {
    const request = database.transaction(STORE).objectStore(STORE).get(user);
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}

/**
 * Keeps the key unless another tab was faster: looking and writing are one transaction.
 * @param {IDBDatabase} database
 * @param {string} user
 * @param {DeviceKey} made
 * @param {string | undefined} refused
 * @returns {Promise<DeviceKey>} the one that is kept
 */
function keepFirst(database, user, made, refused) {
  return new Promise((resolve, reject) => {
    const transaction = database.transaction(STORE, "readwrite");
    const store = transaction.objectStore(STORE);
    const request = store.get(user);
    let kept = made;
    request.onsuccess = () => {
      const held = request.result;
      if (held && held.thumbprint !== refused) kept = held;
      else store.put(made, user);
    };
    transaction.oncomplete = () => resolve(kept);
    transaction.onabort = () => reject(transaction.error);
  });
}
