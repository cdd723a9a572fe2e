/**
 * My microphone and my camera. A muted microphone stays open and sends silence; a camera that is
 * off is really off, and so is its light.
 *
 * Events: `change`, when tracks, statuses or the list of devices did; see `tracks` and `media`.
 *
 * @import { Capture, CaptureStatus, Device, DeviceKind, Media } from "../call/types.js"
 * @import { Source } from "./refusal.js"
 */

import { permission, refusal } from "./refusal.js";

const VOICE = { echoCancellation: true, noiseSuppression: true, autoGainControl: true };
const FULL = { width: { ideal: 1280 }, height: { ideal: 720 }, frameRate: { ideal: 30 } };
const SPARING = { width: { ideal: 320 }, height: { ideal: 180 }, frameRate: { ideal: 10 } };
const KIND = /** @type {const} */ ({ microphone: "audioinput", camera: "videoinput" });

/**
 * @typedef {object} Wishes
 * @property {boolean} audio
 * @property {boolean} video
 * @property {boolean} saveData
 * @property {Partial<Record<DeviceKind, string>>} chosen
 */

export class Devices extends EventTarget {
  #mediaDevices;
  #wishes;
  /** @type {Record<Source, MediaStreamTrack | null>} */
  #tracks = { microphone: null, camera: null };
  /** @type {Record<Source, CaptureStatus>} */
  #status = { microphone: "off", camera: "off" };
  /** @type {Record<Source, number>} counts requests: what an older one brings is not used */
  #newest = { microphone: 0, camera: 0 };
  /** @type {Record<DeviceKind, Device[]>} */
  #known = { audioinput: [], videoinput: [], audiooutput: [] };
  /** @type {MediaStream | null} */
  #picture = null;

  /**
   * @param {MediaDevices | undefined} mediaDevices missing where the page is not secure
   * @param {Wishes} wishes
   */
  constructor(mediaDevices, wishes) {
    super();
    this.#mediaDevices = mediaDevices;
    this.#wishes = wishes;
    mediaDevices?.addEventListener("devicechange", () => this.#devicesChanged());
  }

  get tracks() {
    return { ...this.#tracks };
  }

  /** @returns {Readonly<Wishes>} */
  get wishes() {
    return this.#wishes;
  }

  /** @returns {Omit<Media, "level">} */
  get media() {
    const { audio, video, chosen } = this.#wishes;
    return {
      audio: audio && this.#tracks.microphone !== null,
      video: video && this.#tracks.camera !== null,
      wished: {
        audio: audio && this.#has("microphone"),
        video: video && this.#has("camera"),
      },
      microphone: this.#capture("microphone", audio),
      camera: this.#capture("camera", video),
      stream: this.#picture,
      devices: this.#known,
      speakerId: chosen.audiooutput ?? null,
    };
  }

  /** Ask for what is wished for: with one question for both, where both are. */
  async start() {
    await this.#open(this.#wishes.video ? ["microphone", "camera"] : ["microphone"]);
  }

  /** Ask again for what was not had. */
  async retry() {
    /** @type {Source[]} */
    const missing = [];
    if (!this.#tracks.microphone) missing.push("microphone");
    if (this.#wishes.video && !this.#tracks.camera) missing.push("camera");
    if (missing.length) await this.#open(missing);
  }

  /** @param {boolean} on */
  async setMicrophone(on) {
    this.#wishes.audio = on;
    if (this.#tracks.microphone) this.#tracks.microphone.enabled = on;
    else if (on && !this.#has("microphone")) await this.#open(["microphone"]);
    this.#changed();
  }

  /** @param {boolean} on */
  async setCamera(on) {
    this.#wishes.video = on;
    if (!on) this.#drop("camera");
    else if (!this.#has("camera")) await this.#open(["camera"]);
    this.#changed();
  }

  /**
   * @param {DeviceKind} kind
   * @param {string} deviceId
   */
  async choose(kind, deviceId) {
    this.#wishes.chosen[kind] = deviceId;
    if (kind === "audioinput") await this.#open(["microphone"]);
    if (kind === "videoinput" && this.#wishes.video) {
      // Some phones cannot hold two cameras at once.
      this.#drop("camera");
      await this.#open(["camera"]);
    }
    this.#changed();
  }

  /** @param {boolean} sparing */
  async setSaveData(sparing) {
    this.#wishes.saveData = sparing;
    await this.#tracks.camera?.applyConstraints(sparing ? SPARING : FULL).catch(() => {
      // A camera that cannot change goes on as it is; the next one is asked for as wished.
    });
    this.#changed();
  }

  /** Let go of everything. */
  stop() {
    this.#drop("microphone");
    this.#drop("camera");
    this.#changed();
  }

  /**
   * Whether it is there or asked for.
   * @param {Source} source
   */
  #has(source) {
    return this.#tracks[source] !== null || this.#status[source] === "pending";
  }

  /** @param {Source[]} sources */
  async #open(sources) {
    const requests = sources.map((source) => {
      this.#status[source] = "pending";
      this.#newest[source] += 1;
      return { source, number: this.#newest[source] };
    });
    this.#changed();
    try {
      const stream = await this.#ask(sources);
      for (const { source, number } of requests) {
        const [track] = source === "camera" ? stream.getVideoTracks() : stream.getAudioTracks();
        if (track && number === this.#newest[source]) this.#take(source, track);
        else track?.stop();
      }
      await this.#list();
    } catch (error) {
      await this.#refused(requests, error);
    }
    this.#changed();
  }

  /** @param {Source[]} sources */
  #ask(sources) {
    if (!this.#mediaDevices) throw new TypeError("This page is not secure.");
    const { saveData, chosen } = this.#wishes;
    /** @param {Source} source */
    const choice = (source) => {
      const id = chosen[KIND[source]];
      return id ? { deviceId: { ideal: id } } : {};
    };
    const camera = { ...(saveData ? SPARING : FULL), ...choice("camera") };
    return this.#mediaDevices.getUserMedia({
      audio: sources.includes("microphone") && { ...VOICE, ...choice("microphone") },
      video: sources.includes("camera") && camera,
    });
  }

  /**
   * One refusal for both says nothing about each: ask for each apart, unless the person just
   * closed the question.
   * @param {{source: Source, number: number}[]} requests
   * @param {unknown} error
   */
  async #refused(requests, error) {
    const apart = requests.length > 1 && !(await dismissed(requests, error));
    for (const { source, number } of requests) {
      const status = await refusal(error, source);
      if (number !== this.#newest[source]) continue;
      if (apart) await this.#open([source]);
      // The device in use until now goes on where another one was wished for.
      else this.#status[source] = this.#tracks[source] ? "on" : status;
    }
  }

  /**
   * @param {Source} source
   * @param {MediaStreamTrack} track
   */
  #take(source, track) {
    this.#drop(source);
    if (source === "microphone") track.enabled = this.#wishes.audio;
    track.addEventListener("ended", () => this.#unplugged(source, track));
    this.#tracks[source] = track;
    this.#status[source] = "on";
    if (source === "camera") this.#picture = new MediaStream([track]);
  }

  /** @param {Source} source */
  #drop(source) {
    this.#newest[source] += 1;
    this.#tracks[source]?.stop();
    this.#tracks[source] = null;
    this.#status[source] = "off";
    if (source === "camera") this.#picture = null;
  }

  /**
   * @param {Source} source
   * @param {MediaStreamTrack} track
   */
  async #unplugged(source, track) {
    if (track !== this.#tracks[source]) return;
    this.#drop(source);
    await this.#open([source]);
  }

  async #devicesChanged() {
    await this.#list();
    const { audio, video } = this.#wishes;
    if (audio && this.#status.microphone === "none") await this.#open(["microphone"]);
    if (video && this.#status.camera === "none") await this.#open(["camera"]);
    this.#changed();
  }

  async #list() {
    const all = (await this.#mediaDevices?.enumerateDevices()) ?? [];
    for (const kind of /** @type {DeviceKind[]} */ (Object.keys(this.#known))) {
      this.#known[kind] = all
        .filter((device) => device.kind === kind && device.deviceId)
        .map(({ deviceId, label }) => ({ deviceId, label }));
    }
    this.#known = { ...this.#known };
  }

  /**
   * @param {Source} source
   * @param {boolean} wanted
   * @returns {Capture}
   */
  #capture(source, wanted) {
    const track = this.#tracks[source];
    const status = track && !wanted ? "off" : this.#status[source];
    return { status, deviceId: track?.getSettings().deviceId ?? null };
  }

  #changed() {
    this.dispatchEvent(new Event("change"));
  }
}

/**
 * @param {{source: Source}[]} requests
 * @param {unknown} error
 */
async function dismissed(requests, error) {
  if (!(error instanceof Error) || error.name !== "NotAllowedError") return false;
  const states = await Promise.all(requests.map(({ source }) => permission(source)));
  return states.every((state) => state === "prompt");
}
