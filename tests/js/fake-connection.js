/** An RTCPeerConnection and what it is made of, without a network. */

/** The signaling half of an RTCPeerConnection (W3C WebRTC, 4.3), with a path that the test sets. */
export class FakePeerConnection extends EventTarget {
  static #made = 0;
  #number = ++FakePeerConnection.#made;
  #descriptions = 0;
  #needed = false;
  signalingState = "stable";
  connectionState = "new";
  /** @type {{type: string, sdp: string} | null} */
  localDescription = null;
  /** @type {{type: string, sdp: string} | null} */
  remoteDescription = null;
  /** @type {ReturnType<typeof transceiver>[]} */
  transceivers = [];
  /** @type {RTCIceCandidateInit[]} */
  candidates = [];
  /** @type {FakeChannel[]} */
  channels = [];
  /** @type {object[]} */
  stats = [];
  restarts = 0;

  /** @param {RTCConfiguration} [configuration] */
  constructor(configuration = {}) {
    super();
    this.configuration = configuration;
  }

  /** @returns {RTCPeerConnection} */
  get real() {
    return /** @type {RTCPeerConnection} */ (/** @type {unknown} */ (this));
  }

  /** @param {RTCConfiguration} configuration */
  setConfiguration(configuration) {
    this.configuration = configuration;
  }

  /**
   * @param {string | {kind: string}} track
   * @param {RTCRtpTransceiverInit} init
   */
  addTransceiver(track, init) {
    const kind = typeof track === "string" ? track : track.kind;
    this.transceivers.push(transceiver(kind, typeof track === "string" ? null : track, init));
    this.#need();
  }

  getTransceivers() {
    return this.transceivers;
  }

  /** @param {string} label */
  createDataChannel(label) {
    const channel = new FakeChannel(label);
    this.channels.push(channel);
    return channel;
  }

  restartIce() {
    this.restarts += 1;
    this.#need();
  }

  /** @param {{type: string}} [description] */
  async setLocalDescription(description) {
    await null;
    if (this.signalingState === "closed") return new Promise(() => {});
    if (description?.type === "rollback") {
      if (this.signalingState !== "have-local-offer") {
        throw new DOMException("nothing to roll back", "InvalidStateError");
      }
      this.signalingState = "stable";
      this.#need();
      return;
    }
    const type = this.signalingState === "have-remote-offer" ? "answer" : "offer";
    this.signalingState = type === "answer" ? "stable" : "have-local-offer";
    if (type === "offer") this.#needed = false;
    this.#descriptions += 1;
    const sdp = `${type} ${this.#number}.${this.#descriptions} m=application`;
    this.localDescription = { type, sdp };
    if (type === "answer") this.#announce();
  }

  /** @param {{type: string, sdp: string}} description */
  async setRemoteDescription(description) {
    await null;
    if (description.sdp === "broken") throw new DOMException("no", "OperationError");
    if (description.type === "offer") {
      if (this.signalingState === "have-local-offer") this.#needed = true;
      this.signalingState = "have-remote-offer";
      if (!this.transceivers.length) {
        for (const kind of ["audio", "video", "video", "audio"]) {
          this.transceivers.push(transceiver(kind, null, { direction: "recvonly" }));
        }
      }
    } else {
      this.signalingState = "stable";
      this.#announce();
    }
    this.remoteDescription = description;
  }

  /** @param {RTCIceCandidateInit} candidate */
  async addIceCandidate(candidate) {
    if (!this.remoteDescription) throw new DOMException("too early", "InvalidStateError");
    if (candidate.candidate === "unknown") throw new DOMException("unknown", "OperationError");
    this.candidates.push(candidate);
  }

  async getStats() {
    return this.stats;
  }

  /** What the nth line sends. @param {number} line */
  sending(line) {
    return this.transceivers[line]?.sender.getParameters().encodings[0];
  }

  close() {
    this.signalingState = "closed";
    this.connectionState = "closed";
  }

  /** @param {string} state */
  becomes(state) {
    this.connectionState = state;
    this.dispatchEvent(new Event("connectionstatechange"));
  }

  /** @param {string} candidate */
  finds(candidate) {
    const found = { toJSON: () => ({ candidate }) };
    this.dispatchEvent(Object.assign(new Event("icecandidate"), { candidate: found }));
  }

  #need() {
    this.#needed = true;
    this.#announce();
  }

  #announce() {
    queueMicrotask(() => {
      if (!this.#needed || this.signalingState !== "stable") return;
      this.#needed = false;
      this.dispatchEvent(new Event("negotiationneeded"));
    });
  }
}

class FakeChannel extends EventTarget {
  readyState = "connecting";
  /** @type {unknown[]} */
  sent = [];

  /** @param {string} label */
  constructor(label) {
    super();
    this.label = label;
  }

  opens() {
    this.readyState = "open";
    this.dispatchEvent(new Event("open"));
  }

  /** @param {string} text */
  send(text) {
    this.sent.push(JSON.parse(text));
  }

  /** @param {string} data */
  says(data) {
    this.dispatchEvent(new MessageEvent("message", { data }));
  }
}

/**
 * @param {string} kind
 * @param {object | null} track
 * @param {RTCRtpTransceiverInit} init
 */
function transceiver(kind, track, { direction = "sendrecv", sendEncodings = [{}] }) {
  let parameters = { encodings: sendEncodings };
  const sender = {
    track,
    getParameters: () => structuredClone(parameters),
    /** @param {{encodings: RTCRtpEncodingParameters[]}} values */
    setParameters: async (values) => {
      parameters = values;
    },
    /** @param {object | null} other */
    replaceTrack: async (other) => {
      sender.track = other;
    },
    setStreams: () => {},
  };
  const receiver = {
    track: { kind, enabled: true },
    getSynchronizationSources: () => [{ audioLevel: 0.5 }],
  };
  return { direction, sender, receiver };
}
