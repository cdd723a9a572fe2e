/** What a browser keeps for a site: one writer at a time, and everything comes later. */

export class FakeIndexedDB {
  /** @type {Map<string, Map<string, unknown>>} */
  stores = new Map();
  #writers = Promise.resolve();
  /** @type {DOMException | null} what opening it fails with */
  failure = null;
  /** @type {"opens" | "blocked" | "silent"} */
  door = "opens";

  open() {
    const request = fakeRequest(() => {
      if (this.failure) throw this.failure;
      return this;
    });
    if (this.door !== "opens") {
      if (this.door === "blocked") queueMicrotask(() => request.onblocked?.());
      return request;
    }
    if (!this.failure && this.stores.size === 0) {
      queueMicrotask(() => {
        request.result = this;
        request.onupgradeneeded?.();
      });
    }
    request.happens();
    return request;
  }

  /** @param {string} name */
  createObjectStore(name) {
    this.stores.set(name, new Map());
  }

  /**
   * @param {string} name
   * @param {"readonly" | "readwrite"} mode
   */
  transaction(name, mode = "readonly") {
    const rows = /** @type {Map<string, unknown>} */ (this.stores.get(name));
    const transaction = new FakeTransaction(rows);
    const before = mode === "readwrite" ? this.#writers : Promise.resolve();
    const done = before.then(() => transaction.run());
    if (mode === "readwrite") this.#writers = done;
    return transaction;
  }

  close() {}
}

class FakeTransaction {
  /** @type {ReturnType<typeof fakeRequest>[]} */
  #due = [];
  /** @type {(() => void) | null} */
  oncomplete = null;

  /** @param {Map<string, unknown>} rows */
  constructor(rows) {
    this.rows = rows;
  }

  objectStore() {
    return {
      /** @param {string} key */
      get: (key) => this.#later(() => this.rows.get(key)),
      /** @param {unknown} value @param {string} key */
      put: (value, key) => this.#later(() => this.rows.set(key, value)),
    };
  }

  async run() {
    for (let request = this.#due.shift(); request; request = this.#due.shift()) {
      await request.happens();
    }
    this.oncomplete?.();
  }

  /** @param {() => unknown} deed */
  #later(deed) {
    const request = fakeRequest(deed);
    this.#due.push(request);
    return request;
  }
}

/** @param {() => unknown} deed */
function fakeRequest(deed) {
  const request = {
    /** @type {unknown} */
    result: undefined,
    /** @type {unknown} */
    error: null,
    /** @type {(() => void) | null} */
    onupgradeneeded: null,
    /** @type {(() => void) | null} */
    onblocked: null,
    /** @type {(() => void) | null} */
    onsuccess: null,
    /** @type {(() => void) | null} */
    onerror: null,
    async happens() {
      await null;
      await null;
      try {
        request.result = deed();
      } catch (error) {
        request.error = error;
        return request.onerror?.();
      }
      request.onsuccess?.();
    },
  };
  return request;
}
