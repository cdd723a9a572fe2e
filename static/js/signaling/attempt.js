/**
 * One attempt at a socket: a ticket, a handshake, and the server's greeting.
 *
 * @import { ErrorFrame, ServerFrame } from "./messages.js"
 * @import { Ticket } from "./tickets.js"
 */

import { decode, PROTOCOL } from "./messages.js";

// Any but 1000, which would give up the seat.
export const SUPERSEDED = 3001;

/**
 * @typedef {object} Surroundings
 * @property {(resume: string | null, signal: AbortSignal) => Promise<Ticket>} ticket
 * @property {(url: string, protocols: string[]) => WebSocket} open
 */

/** The server took the socket and closed it, or the network did. */
export class Closed extends Error {
  /**
   * @param {number} code
   * @param {ErrorFrame} [said] what the server said before
   */
  constructor(code, said) {
    super(`closed with ${code}`);
    this.code = code;
    this.said = said;
    this.reason = said?.code ?? "";
  }
}

/**
 * @param {Surroundings} surroundings
 * @param {string | null} seat to take up again
 * @param {AbortSignal} signal
 * @returns {Promise<{socket: WebSocket, frames: ServerFrame[]}>} what it said up to its greeting
 */
export async function seekSocket({ ticket, open }, seat, signal) {
  const { ticket: secret, url } = await ticket(seat, signal);
  signal.throwIfAborted();
  const socket = open(url, [PROTOCOL, `parley.ticket.${secret}`]);
  try {
    return { socket, frames: await greeting(socket, seat ? "joined" : "welcome", signal) };
  } catch (error) {
    socket.close(SUPERSEDED);
    throw error;
  }
}

/**
 * @param {WebSocket} socket
 * @param {"welcome" | "joined"} type
 * @param {AbortSignal} signal
 * @returns {Promise<ServerFrame[]>}
 */
async function greeting(socket, type, signal) {
  const settled = new AbortController();
  const until = { signal: settled.signal };
  /** @type {ServerFrame[]} */
  const frames = [];
  try {
    return await new Promise((resolve, reject) => {
      const message = (/** @type {MessageEvent} */ { data }) => {
        const frame = decode(data);
        if (frame) frames.push(frame);
        if (frame?.type === type) resolve(frames);
      };
      const closed = (/** @type {CloseEvent} */ { code }) => {
        const said = frames.find((frame) => frame.type === "error");
        reject(new Closed(code, said));
      };
      socket.addEventListener("message", message, until);
      socket.addEventListener("close", closed, until);
      signal.addEventListener("abort", () => reject(signal.reason), until);
    });
  } finally {
    settled.abort();
  }
}
