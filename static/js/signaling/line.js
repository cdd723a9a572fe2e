/**
 * The line to the server: one socket at a time, replaced as often as need be. The seat outlives
 * them all.
 *
 * @import { ClientFrame, ServerFrame } from "./messages.js"
 * @import { Surroundings } from "./attempt.js"
 * @import { Refusal } from "./tickets.js"
 */

import { Closed, SUPERSEDED, seekSocket } from "./attempt.js";
import { afterClose, decode } from "./messages.js";
import { TicketRefused } from "./tickets.js";

const ATTEMPT_TIMEOUT = 5000;
const PING_EVERY = 5000;
const PROBE_TIMEOUT = 1000;
const RECONNECTING_AFTER = 2000;
const FIRST_DELAY = 500;
const LONGEST_DELAY = { seated: 4000, standing: 30_000 };

/** @typedef {{code: number, reason: string} | {refusal: Refusal}} Ending */
/** @typedef {ReturnType<typeof setTimeout> | undefined} Timer */

/**
 * Whoever is told what happens on the line.
 * @typedef {object} Listener
 * @property {(frame: ServerFrame) => void} frame the server said something; also why it let no
 *   socket stand
 * @property {() => void} up a socket stands, and the server has greeted
 * @property {() => void} down the socket is gone or doubtful; said at once
 * @property {() => void} slow getting another takes long
 * @property {() => void} silent the server did not answer a probe
 * @property {(ending: Ending) => void} over no further attempt would help
 */

export class Line {
  #surroundings;
  #listener;
  #random;
  /** @type {WebSocket | null} */
  #socket = null;
  /** @type {AbortController | null} */
  #attempt = null;
  /** @type {string | null} */
  #self = null;
  /** @type {string | null} the seat that the next socket resumes */
  #seat = null;
  #up = false;
  #over = false;
  #failures = 0;
  #awaitingPong = false;
  #probing = false;
  #lastError = "";
  /** @type {Timer} */
  #retry;
  /** @type {Timer} */
  #patience;
  /** @type {Timer} */
  #pinging;

  /**
   * @param {Surroundings} surroundings
   * @param {Listener} listener
   * @param {() => number} random
   */
  constructor(surroundings, listener, random = Math.random) {
    this.#surroundings = surroundings;
    this.#listener = listener;
    this.#random = random;
  }

  get up() {
    return this.#up;
  }

  /** @param {ClientFrame} frame */
  send(frame) {
    if (this.#socket?.readyState === 1) this.#socket.send(JSON.stringify(frame));
  }

  /** Give up the seat, and the line with it. */
  leave() {
    this.send({ type: "leave" });
    this.#stop();
  }

  /** Get a new socket now. The one in use serves until then: it may be dead, or not. */
  async connect() {
    if (this.#over) return;
    this.#goDown();
    clearTimeout(this.#retry);
    this.#retry = undefined;
    this.#attempt?.abort();
    const attempt = new AbortController();
    this.#attempt = attempt;
    const giveUp = setTimeout(() => attempt.abort(), ATTEMPT_TIMEOUT);
    try {
      const found = await seekSocket(this.#surroundings, this.#seat, attempt.signal);
      this.#adopt(found.socket, found.frames);
    } catch (error) {
      if (this.#attempt === attempt) this.#failed(error);
    } finally {
      clearTimeout(giveUp);
    }
  }

  /** Something suggests that an attempt would succeed now. */
  hurry() {
    this.#failures = 0;
    if (!this.#up && !this.#attempt) this.connect();
  }

  /** Something suggests that the socket is dead: it must answer soon. */
  probe() {
    if (!this.#up) return this.hurry();
    this.#probing = true;
    this.#awaitingPong = false;
    this.#ping();
    this.#pingEvery(PROBE_TIMEOUT);
  }

  /**
   * @param {WebSocket} socket
   * @param {ServerFrame[]} frames
   */
  #adopt(socket, frames) {
    const old = this.#socket;
    this.#socket = socket;
    this.#attempt = null;
    old?.close(SUPERSEDED);
    socket.addEventListener("message", ({ data }) => {
      if (socket === this.#socket) this.#receive(decode(data));
    });
    socket.addEventListener("close", ({ code }) => {
      if (socket === this.#socket) this.#lost(code);
    });
    this.#goUp();
    for (const frame of frames) this.#receive(frame);
  }

  /** @param {ServerFrame | null} frame */
  #receive(frame) {
    if (!frame) return;
    if (frame.type === "welcome") this.#self = frame.self.peer;
    if (frame.type === "joined") this.#seat = this.#self;
    if (frame.type === "pong") this.#answered();
    if (frame.type === "error") this.#lastError = frame.code;
    this.#listener.frame(frame);
  }

  /** @param {number} code */
  #lost(code) {
    // A new socket makes the server close the old one with 4409, also if it came too late for us.
    const expected = code === 4409 && !this.#up;
    this.#socket = null;
    this.#goDown();
    if (afterClose(code) === "stop" && !expected) this.#end({ code, reason: this.#lastError });
    else if (!this.#attempt && !this.#retry) this.#comeBack(code, this.#lastError);
  }

  /** @param {unknown} error */
  #failed(error) {
    this.#attempt = null;
    if (error instanceof Closed) {
      if (error.said) this.#listener.frame(error.said);
      if (afterClose(error.code) === "stop") this.#end(error);
      else this.#comeBack(error.code, error.reason);
    } else if (error instanceof TicketRefused) {
      this.#refused(error);
    } else {
      this.#comeBackLater();
    }
  }

  /** @param {TicketRefused} refused */
  #refused({ refusal, retryAfter, said }) {
    if (said) this.#listener.frame(said);
    if (refusal === "unavailable") {
      this.#comeBackLater(retryAfter);
    } else if (refusal === "seat_gone") {
      this.#standAnew();
    } else {
      this.#end({ refusal });
    }
  }

  /**
   * @param {number} code
   * @param {string} reason
   */
  #comeBack(code, reason) {
    if (reason === "seat_gone") return this.#standAnew();
    // Once only: what closes again and again is not mended by haste.
    if (afterClose(code) === "now" && this.#failures++ === 0) this.#retryAfter(0);
    else this.#comeBackLater();
  }

  /** The seat has ended: come back without one. */
  #standAnew() {
    this.#seat = null;
    this.connect();
  }

  #comeBackLater(atLeast = 0) {
    const longest = this.#seat ? LONGEST_DELAY.seated : LONGEST_DELAY.standing;
    const delay = this.#random() * Math.min(longest, FIRST_DELAY * 2 ** this.#failures);
    this.#failures += 1;
    this.#retryAfter(Math.max(atLeast, delay));
  }

  /** @param {number} delay */
  #retryAfter(delay) {
    clearTimeout(this.#retry);
    this.#retry = setTimeout(() => this.connect(), delay);
  }

  #ping() {
    if (this.#awaitingPong) {
      if (this.#probing) this.#listener.silent();
      this.connect();
      return;
    }
    this.#awaitingPong = true;
    this.send({ type: "ping", t: Date.now() });
  }

  #answered() {
    this.#awaitingPong = false;
    this.#probing = false;
    this.#failures = 0;
    this.#pingEvery(PING_EVERY);
  }

  /** @param {number} pause */
  #pingEvery(pause) {
    clearInterval(this.#pinging);
    this.#pinging = setInterval(() => this.#ping(), pause);
  }

  #goUp() {
    this.#up = true;
    this.#awaitingPong = false;
    this.#probing = false;
    this.#lastError = "";
    clearTimeout(this.#patience);
    this.#patience = undefined;
    this.#pingEvery(PING_EVERY);
    this.#listener.up();
  }

  #goDown() {
    clearInterval(this.#pinging);
    this.#patience ??= setTimeout(() => this.#listener.slow(), RECONNECTING_AFTER);
    if (!this.#up) return;
    this.#up = false;
    this.#listener.down();
  }

  /** @param {Ending} ending */
  #end(ending) {
    this.#stop();
    this.#listener.over(ending);
  }

  #stop() {
    this.#over = true;
    this.#up = false;
    clearTimeout(this.#retry);
    clearTimeout(this.#patience);
    clearInterval(this.#pinging);
    this.#attempt?.abort();
    this.#attempt = null;
    const socket = this.#socket;
    this.#socket = null;
    socket?.close(1000);
  }
}
