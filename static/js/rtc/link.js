/**
 * One connection of a pair: an RTCPeerConnection with all that hangs on it. Both ends know it by
 * the id that its maker chose; a pair that needs a new one leaves the old one behind whole.
 *
 * @import { Signal } from "../signaling/messages.js"
 * @import { View } from "./control.js"
 * @import { Tracks, VideoLimits } from "./media-lines.js"
 */

import { Control } from "./control.js";
import { MediaLines } from "./media-lines.js";
import { Negotiator } from "./negotiator.js";
import { Pace } from "./pace.js";
import { vitals } from "./vitals.js";

/**
 * @typedef {object} Terms what holds for every connection of a pair
 * @property {boolean} later whether I came later: then I make the connection, and am polite
 * @property {Tracks} tracks
 * @property {VideoLimits} limits
 * @property {View} view
 * @property {boolean} held whether nothing of them is to be heard, whatever they send
 */

export class Link {
  #pc;
  #negotiator;
  #lines;
  #limits;
  #pace = new Pace(Date.now());
  /** @type {Control | null} */
  #control = null;
  /** @type {View} */
  #shownAs = "large";
  #view;
  /** Whether media ever flowed. */
  wasUp = false;
  /** Whether the path goes through a relay. */
  relayed = false;

  /**
   * @param {string} id
   * @param {RTCPeerConnection} pc
   * @param {Terms} terms
   * @param {{send: (signal: Signal) => void, changed: () => void}} listener
   */
  constructor(id, pc, { later, tracks, limits, view, held }, { send, changed }) {
    this.id = id;
    this.#pc = pc;
    this.#view = view;
    this.#limits = limits;
    this.#negotiator = new Negotiator(pc, {
      polite: later,
      send: (signal) => send({ ...signal, connection: id }),
    });
    this.#lines = new MediaLines(pc, { tracks, limits: this.#paced, held });
    pc.addEventListener("connectionstatechange", () => {
      if (this.isUp) this.wasUp = true;
      changed();
    });
  }

  get state() {
    return this.#pc.connectionState;
  }

  get isUp() {
    return this.#pc.connectionState === "connected";
  }

  /** Whether an offer of mine has had no answer yet. */
  get isUnanswered() {
    return this.#pc.signalingState === "have-local-offer";
  }

  /** Whether both ends have once agreed on it. */
  get isAgreed() {
    return this.#pc.remoteDescription !== null;
  }

  get offered() {
    return this.#pc.localDescription;
  }

  get stream() {
    return this.#lines.stream;
  }

  get level() {
    return this.#lines.level;
  }

  offer() {
    this.#openControl();
    this.#lines.offer();
  }

  /** @param {Signal} signal */
  receive(signal) {
    return this.#negotiator.receive(signal, () => this.#accept());
  }

  /** Find new paths; an offer that nobody answered is taken back first. */
  async restart() {
    await this.#negotiator.rollback();
    this.#pc.restartIce();
  }

  /** @param {RTCConfiguration} configuration */
  configure(configuration) {
    this.#pc.setConfiguration(configuration);
  }

  /** @param {Tracks} tracks */
  setTracks(tracks) {
    this.#lines.setTracks(tracks);
  }

  /** @param {boolean} held */
  hold(held) {
    this.#lines.hold(held);
  }

  /** @param {VideoLimits} limits */
  tune(limits) {
    this.#limits = limits;
    this.#lines.tune(this.#paced, this.#shownAs);
  }

  /** @param {View} view */
  show(view) {
    this.#view = view;
    this.#control?.show(view);
  }

  /** See how it does; the next tuning takes that into account. */
  async observe() {
    if (!this.isUp) return;
    const found = await vitals(this.#pc);
    this.relayed = found.relayed;
    this.#pace.observe(found, Date.now());
  }

  close() {
    this.#pc.close();
  }

  /** Between an offer and my answer to it. */
  #accept() {
    this.#lines.accept();
    const offered = this.#pc.remoteDescription?.sdp ?? "";
    if (!this.#control && offered.includes("m=application")) this.#openControl();
  }

  #openControl() {
    this.#control = new Control(this.#pc, this.#view, (view) => {
      this.#shownAs = view;
      this.#lines.tune(this.#paced, view);
    });
  }

  get #paced() {
    const { bitrate, height } = this.#limits;
    return { bitrate, height: Math.min(height, this.#pace.height) };
  }
}
