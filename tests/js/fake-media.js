/** Cameras, microphones and what they give, of which the test says what becomes. */

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
