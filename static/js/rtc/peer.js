/**
 * One of the others: the connection to them, and what is done when it breaks. Of each pair the one
 * who came later makes the connections; both may restart ICE.
 *
 * @import { Signal } from "../signaling/messages.js"
 * @import { View } from "./control.js"
 * @import { Tracks, VideoLimits } from "./media-lines.js"
 * @import { Terms } from "./link.js"
 */

import { Link } from "./link.js";
import { Notes } from "./report.js";

const UP_WITHIN = 10_000;
const BACK_WITHIN = 3000;
const MOST_RESTARTS = 5;
const MOST_EARLY = 64;

/** @typedef {"connecting" | "up" | "reconnecting" | "failed"} Health */

/**
 * @typedef {object} Surroundings
 * @property {() => RTCPeerConnection} createConnection
 * @property {(signal: Signal) => void} send
 * @property {() => void} changed the health or the stream did
 */

export class Peer {
  #terms;
  #surroundings;
  /** @type {Link | null} */
  #link = null;
  /** @type {Signal[]} candidates of a connection that was not offered yet */
  #early = [];
  #prepared = false;
  #reachable = true;
  /** Hung up for good: what was under way then comes to nothing. */
  #closed = false;
  /** Whether the path is one that must not be any more. */
  #stale = false;
  #repairs = 0;
  #notes = new Notes();
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #timer;
  /** @type {Health} */
  health = "connecting";

  /**
   * @param {Terms} terms
   * @param {Surroundings} surroundings
   */
  constructor(terms, surroundings) {
    this.#terms = terms;
    this.#surroundings = surroundings;
    this.#watch(UP_WITHIN);
  }

  get stream() {
    return this.#link?.stream ?? null;
  }

  /** How loud they are now, 0 to 1. */
  get level() {
    return this.#link?.level ?? 0;
  }

  get relayed() {
    return this.#link?.relayed ?? false;
  }

  /** How the connection to them was, up to now. */
  get said() {
    return this.#notes.said;
  }

  /** Whether neither socket is away. */
  get reachable() {
    return this.#reachable;
  }

  /** Make a new connection and offer it. */
  offer() {
    this.#open(randomId()).offer();
  }

  /** The same, but keep the offer to myself until I have joined. */
  prepare() {
    this.#prepared = true;
    this.offer();
  }

  /** I have joined: what was prepared goes out, with the candidates found meanwhile. */
  release() {
    this.#prepared = false;
    this.#reachable = true;
    this.#notes.begin();
    this.#watch(UP_WITHIN);
    const sdp = this.#link?.offered?.sdp;
    if (!this.#link || !sdp) return;
    this.#send({ type: "offer", data: { type: "offer", sdp }, connection: this.#link.id });
  }

  /** @param {Signal} signal */
  async receive(signal) {
    const id = signal.connection ?? "";
    let link = this.#link;
    if (id !== link?.id) {
      if (signal.type === "ice") this.#keepEarly(signal);
      // Only the later arrival makes connections; what belongs to an old one is dropped.
      if (signal.type !== "offer" || (link && this.#terms.later)) return;
      link = this.#open(id);
    }
    if (signal.type === "offer") this.#watch(UP_WITHIN);
    try {
      await link.receive(signal);
      for (const early of this.#takeEarly(id)) await link.receive(early);
    } catch {
      this.#repair();
    }
    if (signal.type === "offer") this.#surroundings.changed();
  }

  /** My socket or theirs is away: no offers until it is back. */
  suspend() {
    this.#reachable = false;
  }

  /**
   * Both sockets are back. Whatever was lost meanwhile is mended, and what works is left alone.
   * @param {boolean} moved whether my network is another one than before
   */
  async recover(moved) {
    this.#reachable = true;
    this.#repairs = 0;
    if (this.#stale) return this.reroute();
    if (this.#link?.isUp && !this.#link.isUnanswered && !moved) return;
    if (this.#link?.wasUp) this.#notes.mended();
    await this.#mend();
  }

  /** Someone pressed Retry; while a socket is away, its return does the same. */
  async retry() {
    this.#repairs = 0;
    this.#become("connecting");
    if (!this.#reachable) return;
    if (this.#terms.later) this.offer();
    else await this.#mend();
  }

  /** @param {RTCConfiguration} configuration */
  configure(configuration) {
    this.#link?.configure(configuration);
  }

  /**
   * Leave the path: at once, or when both sockets are back. ICE restarts alone would not do, for
   * browsers stay on an old path that is the better one.
   */
  async reroute() {
    this.#stale = !this.#prepared && !this.#reachable;
    if (this.#stale) return;
    if (this.#prepared || this.#terms.later) this.offer();
    else await this.#mend();
  }

  /** @param {Tracks} tracks */
  setTracks(tracks) {
    this.#terms.tracks = tracks;
    this.#link?.setTracks(tracks);
  }

  /** @param {VideoLimits} limits */
  tune(limits) {
    this.#terms.limits = limits;
    this.#link?.tune(limits);
  }

  /** @param {View} view how I show them */
  show(view) {
    this.#terms.view = view;
    this.#link?.show(view);
  }

  /** @param {boolean} held whether nothing of them is to be heard */
  hold(held) {
    if (held === this.#terms.held) return;
    this.#terms.held = held;
    this.#link?.hold(held);
    this.#surroundings.changed();
  }

  async observe() {
    await this.#link?.observe();
    await this.#notes.look();
  }

  close() {
    this.#closed = true;
    this.#drop();
  }

  #drop() {
    clearTimeout(this.#timer);
    this.#link?.close();
    this.#link = null;
  }

  /** @param {string} id */
  #open(id) {
    this.#drop();
    const { createConnection, changed } = this.#surroundings;
    const pc = createConnection();
    this.#notes.follow(pc);
    const link = new Link(id, pc, this.#terms, {
      send: (signal) => link === this.#link && this.#send(signal),
      changed: () => link === this.#link && this.#follow(link),
    });
    this.#link = link;
    this.#watch(UP_WITHIN);
    changed();
    return link;
  }

  /** @param {Link} link */
  #follow(link) {
    if (link.isUp) {
      this.#repairs = 0;
      clearTimeout(this.#timer);
      this.#become("up");
    } else if (link.state === "disconnected") {
      this.#become("reconnecting");
      this.#watch(BACK_WITHIN);
    } else if (link.state === "failed") {
      this.#repair();
    }
  }

  /** @param {number} patience until something is done about a connection that is not up */
  #watch(patience) {
    clearTimeout(this.#timer);
    if (this.#closed) return;
    this.#timer = setTimeout(() => {
      if (!this.#link?.isUp) this.#repair();
    }, patience);
  }

  /** The next remedy: ICE restarts, then one new connection, then the truth. */
  #repair() {
    if (this.#closed || this.#prepared || !this.#reachable) return;
    this.#repairs += 1;
    if (this.#repairs > MOST_RESTARTS + 1) {
      clearTimeout(this.#timer);
      this.#become("failed");
      return;
    }
    this.#notes.mended();
    this.#become(this.#link?.wasUp ? "reconnecting" : "connecting");
    if (this.#repairs > MOST_RESTARTS && this.#terms.later) this.offer();
    else this.#mend();
  }

  /** Restart ICE. What the two never agreed on cannot be restarted: it is made anew. */
  async #mend() {
    if (this.#closed) return;
    this.#watch(UP_WITHIN);
    if (this.#link?.isAgreed) await this.#link.restart();
    else if (this.#terms.later) this.offer();
  }

  /** @param {Health} health */
  #become(health) {
    if (health === this.health) return;
    this.health = health;
    this.#surroundings.changed();
  }

  /** @param {Signal} signal */
  #send(signal) {
    if (!this.#prepared) this.#surroundings.send(signal);
  }

  /** @param {Signal} signal */
  #keepEarly(signal) {
    if (this.#early.length < MOST_EARLY) this.#early.push(signal);
  }

  /** @param {string} id */
  #takeEarly(id) {
    return this.#early.splice(0).filter(({ connection = "" }) => connection === id);
  }
}

/** 16 random characters. */
function randomId() {
  const bytes = crypto.getRandomValues(new Uint8Array(8));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
