/**
 * One person's way through a call. What the server says moves the mesh; what the person does moves
 * the devices, the mesh and the server; and all of it becomes events for the state.
 *
 * @import { Surroundings } from "../signaling/attempt.js"
 * @import { Ending } from "../signaling/line.js"
 * @import { ErrorFrame, ServerFrame } from "../signaling/messages.js"
 * @import { Devices } from "../media/devices.js"
 * @import { View } from "../rtc/control.js"
 * @import { Event as CallEvent, OverReason, State } from "./types.js"
 */

import { Mesh } from "../rtc/mesh.js";
import { Line } from "../signaling/line.js";
import { keepsOut, showing } from "./state.js";

// How long Join waits for a camera that is about to be there.
const CAMERA_WITHIN = 1500;

/** @type {Readonly<Record<string, OverReason>>} by error code, close code or refused ticket */
const ENDINGS = {
  1000: "left",
  not_found: "gone",
  4403: "removed",
  4404: "ended",
  4409: "replaced",
  4423: "full",
  room_locked: "locked",
  signed_out: "signed_out",
  gone: "gone",
  joined_elsewhere: "replaced",
  call_ended: "ended",
  fresh_sign_in: "fresh_sign_in",
  insecure: "insecure",
  no_storage: "no_storage",
};

// What a person can do something about: the server says what.
const SAID = new Set(["too_many_sockets"]);

// What passes while one waits.
const PASSING = new Map([
  ["unavailable", "The server cannot let anyone in right now. We keep trying."],
  [
    "too_many_requests",
    "Too many tries from this browser. We come back by ourselves as soon as we may.",
  ],
]);

/**
 * @typedef {object} Parts
 * @property {Devices} devices
 * @property {(event: CallEvent) => void} dispatch
 * @property {() => State} state
 * @property {(configuration: RTCConfiguration) => RTCPeerConnection} createConnection
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
  /** Whether my network is another one than at the last `joined`. */
  #moved = false;
  /** @type {ServerFrame[] | null} news of others while `joined` is due: it is heard after that */
  #early = null;

  /** @param {Parts & Surroundings} parts */
  constructor({ devices, dispatch, state, createConnection, ticket, open }) {
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
        down: () => this.#mesh.suspend(),
        slow: () => changed({ signaling: "reconnecting" }),
        silent: () => {
          this.#moved = true;
        },
        over: (ending) => this.#over(ending),
      },
    );
    this.#mesh = new Mesh({
      createConnection,
      send: (frame) => this.#line.send(frame),
      changed: (peer, link, stream) => dispatch({ type: "link", peer, link, stream }),
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
    if (this.#state().phase !== "preview") return;
    this.#dispatch({ type: "joining" });
    await Promise.race([this.#captured, pause(CAMERA_WITHIN)]);
    this.#wantsIn = true;
    if (this.#line.up) this.#enter();
    else this.#line.hurry();
  }

  leave() {
    this.#line.leave();
    this.#end("left");
  }

  /**
   * The page goes away, maybe to be loaded anew. Where the lock would keep me out then, the seat
   * waits for me as after any loss; elsewhere nobody has to wait.
   */
  depart() {
    const { phase, ...state } = this.#state();
    const seated = phase === "joining" || phase === "call";
    if (phase !== "over" && !(seated && keepsOut(state))) this.leave();
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
    this.#dispatch({ type: "received", frame, at: Date.now() });
    switch (frame.type) {
      case "welcome":
        return this.#welcomed(frame.iceServers);
      case "joined":
        return this.#joined(frame.peers);
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

  /**
   * What keeps the server from letting me in, as far as a person can make anything of it.
   * @param {ErrorFrame} error
   */
  #obstructed({ code, detail }) {
    if (code === "unavailable" && this.#state().phase === "call") return;
    const text = SAID.has(code) ? detail : PASSING.get(code);
    if (text) this.#dispatch({ type: "changed", values: { problem: { code, text } } });
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

  /** @param {{peer: string, away?: boolean}[]} peers */
  #joined(peers) {
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

  get #present() {
    return this.#state().inside.map(({ peer }) => peer);
  }

  #devicesChanged() {
    const before = JSON.stringify(showing(this.#state()));
    this.#dispatch({ type: "media", values: this.#devices.media });
    this.#mesh.setTracks(this.#devices.tracks);
    if (JSON.stringify(showing(this.#state())) !== before) this.tell();
  }

  /** @param {Ending} ending */
  #over(ending) {
    const known =
      "refusal" in ending
        ? ENDINGS[ending.refusal]
        : (ENDINGS[ending.reason] ?? ENDINGS[ending.code]);
    this.#end(known ?? "error");
  }

  /** @param {OverReason} reason */
  #end(reason) {
    this.#mesh.close();
    this.#devices.stop();
    this.#dispatch({ type: "over", reason });
  }
}

/** @param {number} delay */
function pause(delay) {
  return new Promise((resolve) => setTimeout(resolve, delay));
}
