/**
 * The data channel `control`, id 0 on both ends: what two peers tell each other about how they
 * show each other, past the server.
 */

/** @typedef {"none" | "large"} View how one shows the other; none: not at all */

const VIEWS = /** @type {const} */ (["none", "large"]);

export class Control {
  #channel;
  /** @type {View} */
  #view;

  /**
   * @param {RTCPeerConnection} pc
   * @param {View} view how I show them
   * @param {(view: View) => void} shown how they show me
   */
  constructor(pc, view, shown) {
    this.#view = view;
    this.#channel = pc.createDataChannel("control", { negotiated: true, id: 0 });
    this.#channel.addEventListener("open", () => this.#tell());
    this.#channel.addEventListener("message", ({ data }) => {
      const said = parse(data);
      if (said) shown(said);
    });
  }

  /** @param {View} view */
  show(view) {
    if (view === this.#view) return;
    this.#view = view;
    this.#tell();
  }

  #tell() {
    if (this.#channel.readyState !== "open") return;
    this.#channel.send(JSON.stringify({ view: this.#view }));
  }
}

/**
 * @param {unknown} data of another's page, which may be another version or none of ours
 * @returns {View | undefined}
 */
function parse(data) {
  try {
    const { view } = JSON.parse(String(data));
    return VIEWS.find((known) => known === view);
  } catch {
    return undefined;
  }
}
