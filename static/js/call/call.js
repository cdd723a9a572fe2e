/**
 * One person's way through a call. What the server says moves the mesh; what the person does moves
 * the devices, the mesh and the server; and all of it becomes events for the state.
 *
 * @import { Surroundings } from "../signaling/attempt.js"
 * @import { ClientFrame, ErrorFrame, ServerFrame } from "../signaling/messages.js"
 * @import { Devices } from "../media/devices.js"
 * @import { View } from "../rtc/control.js"
 * @import { Report } from "../rtc/report.js"
 * @import { Event as CallEvent, OverReason, State } from "./types.js"
 */

import { Mesh } from "../rtc/mesh.js";
import { Line } from "../signaling/line.js";
import { obstacleIn, reasonOf } from "./obstacles.js";
import { losesByLeaving } from "./policy.js";
import { hidesAddress } from "./privacy.js";
import { showing } from "./state.js";

// Whoever is signed out, or whose room is gone, has nobody to tell how it was.
const UNHEARD = new Set(["signed_out", "gone"]);

// How long Join waits for a camera that is about to be there.
const CAMERA_WITHIN = 1500;

/**
 * @typedef {object} Parts
 * @property {Devices} devices
 * @property {(event: CallEvent) => void} dispatch
 * @property {() => State} state
 * @property {(configuration: RTCConfiguration) => RTCPeerConnection} createConnection
 * @property {(report: Report) => void} report how a connection was, now that it is over
 */

export class Call {
  #line;
  #mesh;
  #devices;
  #dispatch;
  #state;
  #captured = Promise.resolve();
  #capturing = true;
  #wantsIn = false;
  /** @type {string | null} my peer id, from `joined` on */
  #seat = null;
  /** Whether my network is another one than at the last `joined`. */
  #moved = false;
  /** @type {ServerFrame[] | null} news of others while `joined` is due: it is heard after that */
  #early = null;

  /** @param {Parts & Surroundings} parts */
  constructor({ devices, dispatch, state, createConnection, report, ticket, open }) {
    this.#devices = devices;
    this.#dispatch = dispatch;
    this.#state = state;
    const changed = (/** @type {Partial<State>} */ values) => dispatch({ type: "changed", values });
    this.#line = new Line(
      { ticket, open },
      {
        frame: (frame) => this.#receive(frame),
        up: () => {
          if (this.#wantsIn) this.#early = [];
          changed({ signaling: "up" });
        },
        down: () => {
          this.#mesh.suspend();
          dispatch({ type: "chat", what: { type: "cut" } });
        },
        slow: () => changed({ signaling: "reconnecting" }),
        silent: () => {
          this.#moved = true;
        },
        over: (ending) => this.#end(reasonOf(ending)),
      },
    );
    this.#mesh = new Mesh({
      createConnection,
      send: (frame) => this.#line.send(frame),
      changed: (peer, link, stream) => dispatch({ type: "link", peer, link, stream }),
      ended: (about, said) => this.#seat && report({ reporter: this.#seat, about, ...said }),
    });
    devices.addEventListener("change", () => this.#devicesChanged());
  }

  /** Open the preview: the camera and the socket, each as fast as it can. */
  open() {
    this.#line.connect();
    this.#captured = this.#devices.start().then(() => {
      this.#capturing = false;
      this.#prepare();
    });
    return this.#captured;
  }

  /** Take a seat, as soon as there is a socket to ask for it. */
  async join() {
    const { phase } = this.#state();
    if (phase !== "preview" && phase !== "waiting") return;
    this.#dispatch({ type: "joining" });
    await Promise.race([this.#captured, pause(CAMERA_WITHIN)]);
    this.#wantsIn = true;
    if (this.#line.up) this.#enter();
    else this.#line.hurry();
  }

  /** I do not wait to be let in any more. Who is inside by now waits for nothing. */
  standDown() {
    if (this.#state().phase === "call") return;
    this.#wantsIn = false;
    this.#early = null;
  }

  leave() {
    this.#line.leave();
    this.#end("left");
  }

  /**
   * The page goes away, maybe to be loaded anew. Where I could not come in again by myself, the
   * seat waits for me as after any loss; elsewhere nobody has to wait.
   */
  depart() {
    const { phase, ...state } = this.#state();
    const seated = phase === "joining" || phase === "call";
    if (phase === "over") return;
    if (seated && losesByLeaving(state)) this.#mesh.tell();
    else this.leave();
  }

  /** The network is another one: the old socket is dead, and so may be every path. */
  reconnect() {
    this.#moved = true;
    this.#line.connect();
  }

  /** The network may be another one. */
  probe() {
    this.#line.probe();
  }

  /** The page is looked at again. */
  hurry() {
    this.#line.hurry();
  }

  /** Tell the others what I show. */
  tell() {
    if (this.#state().phase !== "call") return;
    this.#line.send({ type: "state", ...showing(this.#state()) });
  }

  /** @param {ClientFrame} frame */
  say(frame) {
    this.#line.send(frame);
  }

  /** @param {View} view */
  show(view) {
    this.#mesh.show(view);
  }

  /** @param {boolean} speaking */
  speak(speaking) {
    this.#mesh.speak(speaking);
  }

  /** @param {string} peer */
  retry(peer) {
    this.#mesh.retry(peer);
  }

  levels() {
    return this.#mesh.levels();
  }

  /** @param {ServerFrame} frame */
  #receive(frame) {
    if (this.#early && ("peer" in frame || "from" in frame)) {
      this.#early.push(frame);
      return;
    }
    if (frame.type === "joined" && !this.#wantsSeat) return this.leave();
    this.#dispatch({ type: "received", frame, at: Date.now() });
    this.#mesh.setRelayAlone(hidesAddress(this.#state()));
    this.#mesh.hold(this.#held);
    switch (frame.type) {
      case "welcome":
        return this.#welcomed(frame.iceServers);
      case "joined":
        return this.#joined(frame.peers);
      case "waiting":
        return this.#waits();
      case "denied":
        return this.#turnedAway();
      case "peer-joined":
        return this.#state().phase === "preview" ? this.#prepare() : this.#mesh.arrived(frame.peer);
      case "peer-left":
        return this.#mesh.left(frame.peer);
      case "peer-away":
        return this.#mesh.away(frame.peer);
      case "peer-back":
        return this.#mesh.back(frame.peer);
      case "offer":
      case "answer":
      case "ice":
        return this.#mesh.receive(frame);
      case "ice-servers":
        return this.#mesh.setIceServers(frame.iceServers);
      case "error":
        return this.#obstructed(frame);
    }
  }

  /** @param {ErrorFrame} error */
  #obstructed(error) {
    if (error.code === "unavailable" && this.#state().phase === "call") return;
    const problem = obstacleIn(error);
    if (problem) this.#dispatch({ type: "changed", values: { problem } });
  }

  /**
   * A new socket without a seat. Whoever was in the call joins it anew, as a new peer.
   * @param {RTCIceServer[]} iceServers
   */
  #welcomed(iceServers) {
    const { phase } = this.#state();
    if (phase !== "preview" || this.#moved) this.#mesh.close();
    this.#moved = false;
    this.#mesh.setIceServers(iceServers);
    if (this.#wantsIn) this.#enter();
    else this.#prepare();
  }

  #enter() {
    this.#early = [];
    this.#line.send({ type: "join", state: showing(this.#state()) });
    this.#mesh.join(this.#present);
  }

  /** Whoever lets me in may cross my giving up, which is under way or done. */
  get #wantsSeat() {
    return this.#wantsIn && this.#state().deed !== "withdraw";
  }

  /** Nobody heard what was offered behind `join`: whoever is inside is met anew, once I am let in. */
  #waits() {
    this.#wantsIn = true;
    this.#mesh.close();
  }

  /** An answer that comes after I was let in is none any more. */
  #turnedAway() {
    if (this.#state().phase === "call") return;
    this.standDown();
    this.#mesh.close();
  }

  /** @param {{peer: string, away?: boolean}[]} peers */
  #joined(peers) {
    this.#seat = this.#state().self.peer;
    this.#mesh.joined(peers, this.#moved);
    this.#moved = false;
    this.tell();
    const early = this.#early ?? [];
    this.#early = null;
    for (const frame of early) this.#receive(frame);
  }

  /** Have offers ready: with a camera at hand they carry better candidates. */
  #prepare() {
    if (this.#state().phase !== "preview" || this.#capturing || !this.#line.up) return;
    this.#mesh.prepare(this.#present);
  }

  get #held() {
    const held = this.#state().peers.filter(({ muted }) => muted);
    return new Set(held.map(({ peer }) => peer));
  }

  get #present() {
    return this.#state().inside.map(({ peer }) => peer);
  }

  #devicesChanged() {
    const before = JSON.stringify(showing(this.#state()));
    this.#dispatch({ type: "media", values: this.#devices.media });
    this.#mesh.setTracks(this.#devices.tracks);
    if (JSON.stringify(showing(this.#state())) !== before) this.tell();
  }

  /** @param {OverReason} reason */
  #end(reason) {
    if (UNHEARD.has(reason)) this.#seat = null;
    this.#mesh.close();
    this.#devices.stop();
    this.#dispatch({ type: "over", reason });
  }
}

/** @param {number} delay */
function pause(delay) {
  return new Promise((resolve) => setTimeout(resolve, delay));
}
