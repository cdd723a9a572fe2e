/**
 * What the browser and the network own, played by the tests: sockets and peer connections.
 */

/** Let everything happen that waits for nothing but its turn. */
export async function settle() {
  for (let turn = 0; turn < 50; turn += 1) await Promise.resolve();
}

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

/** A stream is a bag of tracks. */
export class FakeMediaStream {
  /** @type {{kind: string}[]} */
  #tracks;

  /** @param {{kind: string}[]} tracks */
  constructor(tracks = []) {
    this.#tracks = [...tracks];
  }

  /** @param {{kind: string}} track */
  addTrack(track) {
    this.#tracks.push(track);
  }

  /** @param {{kind: string}} track */
  removeTrack(track) {
    this.#tracks = this.#tracks.filter((one) => one !== track);
  }

  getTracks() {
    return this.#tracks;
  }

  getAudioTracks() {
    return this.#tracks.filter(({ kind }) => kind === "audio");
  }

  getVideoTracks() {
    return this.#tracks.filter(({ kind }) => kind === "video");
  }
}

/** A track of a camera or a microphone. */
export class FakeTrack extends EventTarget {
  enabled = true;
  readyState = "live";
  /** @type {object | undefined} */
  constraints;

  /**
   * @param {"audio" | "video"} kind
   * @param {string} deviceId
   */
  constructor(kind, deviceId) {
    super();
    this.kind = kind;
    this.deviceId = deviceId;
  }

  getSettings() {
    return { deviceId: this.deviceId, height: 720 };
  }

  /** @param {object} constraints */
  async applyConstraints(constraints) {
    this.constraints = constraints;
  }

  stop() {
    this.readyState = "ended";
  }

  /** The device was pulled out. */
  ends() {
    this.readyState = "ended";
    this.dispatchEvent(new Event("ended"));
  }
}

/** What the person, the system and the plugs make of `navigator.mediaDevices`. */
export class FakeMediaDevices extends EventTarget {
  /** @type {{audio?: unknown, video?: unknown}[]} */
  asked = [];
  /** @type {FakeTrack[]} */
  tracks = [];
  /** @type {Partial<Record<"audio" | "video", string>>} what each fails with */
  failures = {};
  hangs = false;

  /** @returns {MediaDevices} */
  get real() {
    return /** @type {MediaDevices} */ (/** @type {unknown} */ (this));
  }

  /** @param {{audio?: unknown, video?: unknown}} constraints */
  async getUserMedia(constraints) {
    this.asked.push(constraints);
    if (this.hangs) return new Promise(() => {});
    const kinds = /** @type {const} */ (["audio", "video"]).filter((kind) => constraints[kind]);
    const failing = kinds.find((kind) => this.failures[kind]);
    if (failing) throw new DOMException("no", this.failures[failing]);
    const made = kinds.map((kind) => {
      const wanted = /** @type {{deviceId?: {ideal: string}}} */ (constraints[kind]).deviceId;
      return new FakeTrack(kind, wanted?.ideal ?? "default");
    });
    this.tracks.push(...made);
    return new FakeMediaStream(made);
  }

  async enumerateDevices() {
    return [
      { kind: "audioinput", deviceId: "default", label: "Microphone" },
      { kind: "videoinput", deviceId: "front", label: "Front camera" },
      { kind: "videoinput", deviceId: "", label: "" },
      { kind: "audiooutput", deviceId: "speaker", label: "Speaker" },
    ];
  }
}
