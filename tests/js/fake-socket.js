/** A socket whose other end is the test. */
export class FakeSocket extends EventTarget {
  readyState = 1;
  /** @type {{type: string, [field: string]: unknown}[]} */
  sent = [];
  /** @type {number | undefined} */
  closedWith;

  /**
   * @param {string} url
   * @param {string[]} protocols
   */
  constructor(url, protocols) {
    super();
    this.url = url;
    this.protocols = protocols;
  }

  /** @param {string} text */
  send(text) {
    this.sent.push(JSON.parse(text));
  }

  /** @param {number} code */
  close(code) {
    this.closedWith = code;
    this.readyState = 3;
  }

  /** @param {object} frame */
  says(frame) {
    this.dispatchEvent(new MessageEvent("message", { data: JSON.stringify(frame) }));
  }

  /** @param {number} code */
  dies(code) {
    this.readyState = 3;
    this.dispatchEvent(Object.assign(new Event("close"), { code }));
  }

  /** @returns {WebSocket} */
  get real() {
    return /** @type {WebSocket} */ (/** @type {unknown} */ (this));
  }
}
