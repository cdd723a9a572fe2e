/**
 * Everyone else in the call, each with a connection of their own.
 *
 * @import { Signal } from "../signaling/messages.js"
 * @import { View } from "./control.js"
 * @import { Tracks } from "./media-lines.js"
 * @import { Health } from "./peer.js"
 * @import { Said } from "./report.js"
 */

import { heightFor, videoBitrate } from "./bitrates.js";
import { Peer } from "./peer.js";

// Candidates grow stale with the routers' bindings on the way.
const PREPARED_FOR = 60_000;
const OBSERVE_EVERY = 2000;

/**
 * @typedef {object} Surroundings
 * @property {(frame: Signal & {to: string}) => void} send
 * @property {(configuration: RTCConfiguration) => RTCPeerConnection} createConnection
 * @property {(peer: string, health: Health, stream: MediaStream | null) => void} changed
 * @property {(peer: string, said: Said) => void} ended how the connection to them was
 */

export class Mesh {
  #send;
  #changed;
  #ended;
  #createConnection;
  /** @type {Map<string, Peer>} */
  #peers = new Map();
  /** @type {RTCConfiguration} */
  #configuration = { bundlePolicy: "max-bundle" };
  /** @type {Tracks} */
  #tracks = { microphone: null, camera: null };
  /** @type {View} */
  #view = "large";
  #speaking = false;
  /** @type {ReadonlySet<string>} */
  #held = new Set();
  #seated = false;
  /** @type {ReturnType<typeof setInterval> | undefined} */
  #observing;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #recycling;

  /** @param {Surroundings} surroundings */
  constructor({ send, createConnection, changed, ended }) {
    this.#send = send;
    this.#changed = changed;
    this.#ended = ended;
    this.#createConnection = createConnection;
  }

  /**
   * Before joining: have an offer ready for each who is inside, for a minute.
   * @param {string[]} present
   */
  prepare(present) {
    this.#keepOnly(present);
    for (const id of present) {
      if (!this.#peers.has(id)) this.#add(id, true).prepare();
    }
    this.#recycling ??= setTimeout(() => this.close(), PREPARED_FOR);
  }

  /**
   * My `join` is on its way, and the offers follow right behind.
   * @param {string[]} present
   */
  join(present) {
    this.prepare(present);
    clearTimeout(this.#recycling);
    this.#recycling = undefined;
    for (const peer of this.#peers.values()) peer.release();
  }

  /**
   * The server says who is inside. The first time they all came before me, and await my offer;
   * after that, whoever is new came later, and offers.
   * @param {{peer: string, away?: boolean}[]} present
   * @param {boolean} moved whether my network is another one than before
   */
  joined(present, moved) {
    this.#keepOnly(present.map(({ peer }) => peer));
    for (const { peer: id, away } of present) {
      const known = this.#peers.get(id);
      const peer = known ?? this.#add(id, !this.#seated);
      if (away) peer.suspend();
      else if (known && this.#seated) peer.recover(moved);
      else if (!known && !this.#seated) peer.offer();
      this.#changed(id, peer.health, peer.stream);
    }
    this.#seated = true;
    this.#observing ??= setInterval(() => this.#observe(), OBSERVE_EVERY);
    this.#tune();
  }

  /** @param {string} id */
  arrived(id) {
    if (!this.#seated) return;
    const known = this.#peers.get(id);
    if (!known) this.#add(id, false);
    else if (!known.reachable) known.recover(false);
    this.#tune();
  }

  /** @param {string} id */
  left(id) {
    this.#hangUp(id);
    this.#tune();
  }

  /** @param {string} id */
  away(id) {
    this.#peers.get(id)?.suspend();
  }

  /** @param {string} id */
  back(id) {
    this.#peers.get(id)?.recover(false);
  }

  /** My own socket is away. */
  suspend() {
    for (const peer of this.#peers.values()) peer.suspend();
  }

  /** @param {Signal & {from: string}} signal */
  receive(signal) {
    this.#peers.get(signal.from)?.receive(signal);
  }

  /** @param {string} id */
  retry(id) {
    this.#peers.get(id)?.retry();
  }

  /** The page goes away without hanging up: what I know by now is told. */
  tell() {
    if (!this.#seated) return;
    for (const [id, peer] of this.#peers) this.#ended(id, peer.said);
  }

  /** Hang up on all; a new seat begins from nothing. */
  close() {
    clearTimeout(this.#recycling);
    clearInterval(this.#observing);
    this.#recycling = undefined;
    this.#observing = undefined;
    this.#keepOnly([]);
    this.#seated = false;
  }

  /** @param {RTCIceServer[]} iceServers */
  setIceServers(iceServers) {
    this.#configuration = { ...this.#configuration, iceServers };
    for (const peer of this.#peers.values()) peer.configure(this.#configuration);
  }

  /**
   * Whether all goes through a relay, so that nobody learns my address. Paths found otherwise are
   * left.
   * @param {boolean} alone
   */
  setRelayAlone(alone) {
    const iceTransportPolicy = alone ? "relay" : "all";
    if (iceTransportPolicy === (this.#configuration.iceTransportPolicy ?? "all")) return;
    this.#configuration = { ...this.#configuration, iceTransportPolicy };
    for (const peer of this.#peers.values()) {
      peer.configure(this.#configuration);
      peer.reroute();
    }
  }

  /** @param {Tracks} tracks */
  setTracks(tracks) {
    this.#tracks = tracks;
    for (const peer of this.#peers.values()) peer.setTracks(tracks);
  }

  /** @param {View} view how I show them all */
  show(view) {
    this.#view = view;
    for (const peer of this.#peers.values()) peer.show(view);
  }

  /** @param {ReadonlySet<string>} ids of whom nothing is to be heard, whatever they send */
  hold(ids) {
    this.#held = ids;
    for (const [id, peer] of this.#peers) peer.hold(ids.has(id));
  }

  /** @param {boolean} speaking whether I hold the floor */
  speak(speaking) {
    if (speaking === this.#speaking) return;
    this.#speaking = speaking;
    this.#tune();
  }

  /**
   * How loud each of the others is now, 0 to 1.
   * @returns {Map<string, number>}
   */
  levels() {
    return new Map(Array.from(this.#peers, ([id, peer]) => [id, peer.level]));
  }

  /**
   * @param {string} id
   * @param {boolean} later whether I came later than they
   */
  #add(id, later) {
    this.#peers.get(id)?.close();
    const terms = {
      later,
      tracks: this.#tracks,
      limits: this.#limits(0),
      view: this.#view,
      held: this.#held.has(id),
    };
    const peer = new Peer(terms, {
      createConnection: () => this.#createConnection(this.#configuration),
      send: (signal) => this.#send({ ...signal, to: id }),
      changed: () => this.#changed(id, peer.health, peer.stream),
    });
    this.#peers.set(id, peer);
    return peer;
  }

  /** @param {string[]} ids */
  #keepOnly(ids) {
    for (const id of this.#peers.keys()) {
      if (!ids.includes(id)) this.#hangUp(id);
    }
  }

  /** @param {string} id */
  #hangUp(id) {
    const peer = this.#peers.get(id);
    // Before I joined there was nothing between us.
    if (peer && this.#seated) this.#ended(id, peer.said);
    peer?.close();
    this.#peers.delete(id);
  }

  async #observe() {
    await Promise.all(Array.from(this.#peers.values(), (peer) => peer.observe()));
    this.#tune();
  }

  #tune() {
    const peers = Array.from(this.#peers.values());
    const relayed = peers.filter((peer) => peer.relayed).length;
    for (const peer of peers) peer.tune(this.#limits(peer.relayed ? relayed : 0));
  }

  /** @param {number} relayed how many links share the relay with this one */
  #limits(relayed) {
    const people = this.#peers.size + 1;
    const bitrate = videoBitrate({ people, speaking: this.#speaking, relayed });
    return { bitrate, height: heightFor(bitrate) };
  }
}
