/**
 * The media lines of one connection: microphone, camera, screen and screen sound, in this order.
 * All four run both ways from the start, so that turning something on or off is a `replaceTrack`
 * and never a negotiation.
 *
 * @import { View } from "./control.js"
 */

import { AUDIO_BITRATE } from "./bitrates.js";

/** @typedef {{microphone: MediaStreamTrack | null, camera: MediaStreamTrack | null}} Tracks */
/** @typedef {{bitrate: number, height: number}} VideoLimits */

const KINDS = /** @type {const} */ (["audio", "video", "video", "audio"]);

export class MediaLines {
  #pc;
  #tracks;
  #limits;
  // Names the microphone and the camera as one, so that lips and voice stay together.
  #together = new MediaStream();
  /** @type {RTCRtpTransceiver | undefined} */
  #microphone;
  /** @type {RTCRtpTransceiver | undefined} */
  #camera;
  #named = false;
  #held;
  /** @type {View} */
  #view = "large";
  #tuned = Promise.resolve();
  /** What the other end sends. */
  stream = new MediaStream();

  /**
   * @param {RTCPeerConnection} pc
   * @param {{tracks: Tracks, limits: VideoLimits, held: boolean}} terms
   */
  constructor(pc, { tracks, limits, held }) {
    this.#pc = pc;
    this.#tracks = tracks;
    this.#limits = limits;
    this.#held = held;
  }

  /** How loud the other end is now, 0 to 1. */
  get level() {
    if (this.#held) return 0;
    const [source] = this.#microphone?.receiver.getSynchronizationSources() ?? [];
    return source?.audioLevel ?? 0;
  }

  /** Make the lines, which makes the browser want to offer them. */
  offer() {
    const { microphone, camera } = this.#tracks;
    const tracks = [microphone, camera, null, null];
    KINDS.forEach((kind, index) => {
      const streams = index < 2 ? [this.#together] : [];
      const sendEncodings = [index === 0 ? AUDIO : index === 1 ? this.#encoding() : {}];
      this.#pc.addTransceiver(tracks[index] ?? kind, { streams, sendEncodings });
    });
    this.#name();
  }

  /** Take the lines that the other end offered: as many as it knows, in whatever order. */
  accept() {
    if (this.#named) return;
    this.#name();
    for (const line of this.#pc.getTransceivers()) line.direction = "sendrecv";
    this.#microphone?.sender.setStreams(this.#together);
    this.#camera?.sender.setStreams(this.#together);
    this.setTracks(this.#tracks);
    this.tune(this.#limits);
  }

  /** @param {Tracks} tracks */
  setTracks(tracks) {
    this.#tracks = tracks;
    this.#replace(this.#microphone, tracks.microphone);
    this.#replace(this.#camera, tracks.camera);
  }

  /**
   * @param {VideoLimits} limits
   * @param {View} [view] how the other end shows me
   */
  tune(limits, view = this.#view) {
    this.#limits = limits;
    this.#view = view;
    this.#tuned = this.#tuned.then(async () => {
      await setEncoding(this.#microphone?.sender, AUDIO);
      await setEncoding(this.#camera?.sender, this.#encoding());
    });
  }

  /**
   * Held, nothing of the other end is to be heard, on no line that it knows or makes up.
   * @param {boolean} held
   */
  hold(held) {
    this.#held = held;
    if (!this.#named) return;
    for (const { receiver } of this.#pc.getTransceivers()) {
      if (receiver.track.kind === "audio") receiver.track.enabled = !held;
    }
    const voice = this.#microphone?.receiver.track;
    if (!voice) return;
    if (held) this.stream.removeTrack(voice);
    else this.stream.addTrack(voice);
  }

  #name() {
    this.#named = true;
    const lines = this.#pc.getTransceivers();
    this.#microphone = lines.find(({ receiver }) => receiver.track.kind === "audio");
    this.#camera = lines.find(({ receiver }) => receiver.track.kind === "video");
    for (const line of [this.#microphone, this.#camera]) {
      if (line) this.stream.addTrack(line.receiver.track);
    }
    if (this.#held) this.hold(true);
  }

  /**
   * @param {RTCRtpTransceiver | undefined} line
   * @param {MediaStreamTrack | null} track
   */
  #replace(line, track) {
    if (!line || line.sender.track === track) return;
    unlessClosed(line.sender.replaceTrack(track)).then(() => this.tune(this.#limits));
  }

  /** @returns {RTCRtpEncodingParameters} */
  #encoding() {
    const { bitrate, height } = this.#limits;
    const captured = this.#tracks.camera?.getSettings().height ?? height;
    return {
      active: this.#view !== "none",
      maxBitrate: bitrate,
      scaleResolutionDownBy: Math.max(1, captured / height),
    };
  }
}

/** @type {RTCRtpEncodingParameters} */
const AUDIO = { maxBitrate: AUDIO_BITRATE, priority: "high", networkPriority: "high" };
const CLOSED = new Set(["InvalidStateError", "InvalidModificationError", "OperationError"]);

/**
 * @param {RTCRtpSender | undefined} sender
 * @param {RTCRtpEncodingParameters} values
 */
async function setEncoding(sender, values) {
  const parameters = sender?.getParameters();
  const encoding = parameters?.encodings[0];
  if (!sender || !parameters || !encoding || sender.transport?.state === "closed") return;
  const wanted = { ...encoding, ...values };
  if (JSON.stringify(wanted) === JSON.stringify(encoding)) return;
  Object.assign(encoding, values);
  await unlessClosed(sender.setParameters(parameters));
}

/** @param {Promise<void>} change of a sender whose connection may close or fail meanwhile */
async function unlessClosed(change) {
  try {
    await change;
  } catch (error) {
    if (!(error instanceof DOMException) || !CLOSED.has(error.name)) throw error;
  }
}
