/**
 * The frames of the wire, as docs/protocol.md has them.
 */

export const PROTOCOL = "parley.v1";

/**
 * What a peer shows to the others.
 * @typedef {{audio: boolean, video: boolean, screen: boolean, hand: boolean}} Showing
 *
 * @typedef {{peer: string, user: number, name: string, device: string}} Person
 * @typedef {Person & {role: string, state: Showing | null, away?: boolean}} Snapshot
 *
 * @typedef {{type: "offer" | "answer", sdp: string}} Description
 * @typedef {{type: "offer" | "answer", data: Description, connection?: string}} DescriptionSignal
 * @typedef {{type: "ice", data: RTCIceCandidateInit, connection?: string}} CandidateSignal
 * @typedef {DescriptionSignal | CandidateSignal} Signal what one peer says to another
 *
 * @typedef {{type: "join", state: Showing}
 *   | Signal & {to: string}
 *   | {type: "state"} & Showing
 *   | {type: "ping", t: number}
 *   | {type: "leave"}} ClientFrame
 *
 * @typedef {{type: "welcome", self: Person & {role: string}, room: RoomNews, present: Person[],
 *   iceServers: RTCIceServer[]}} Welcome
 * @typedef {{type: "joined", peers: Snapshot[]}} Joined
 * @typedef {{name?: string, capacity?: number, locked?: boolean}} RoomNews
 * @typedef {{type: string, to?: string, connection?: string}} Reference
 * @typedef {{type: "error", code: string, detail: string, ref?: Reference}} ErrorFrame
 *
 * @typedef {Welcome | Joined
 *   | {type: "peer-joined"} & Snapshot
 *   | {type: "peer-left", peer: string, reason: string}
 *   | {type: "peer-away" | "peer-back", peer: string}
 *   | Signal & {from: string}
 *   | {type: "state", from: string} & Showing
 *   | {type: "room"} & RoomNews
 *   | {type: "ice-servers", iceServers: RTCIceServer[]}
 *   | {type: "pong", t: number}
 *   | ErrorFrame} ServerFrame
 */

const KNOWN = new Set([
  "welcome",
  "joined",
  "peer-joined",
  "peer-left",
  "peer-away",
  "peer-back",
  "offer",
  "answer",
  "ice",
  "state",
  "room",
  "ice-servers",
  "pong",
  "error",
]);

/**
 * A frame from the server, or null for what a newer server says and this page does not know.
 * @param {string} text
 * @returns {ServerFrame | null}
 */
export function decode(text) {
  const frame = JSON.parse(text);
  return KNOWN.has(frame?.type) ? frame : null;
}

const FATAL = new Set([1000, 1009, 4400, 4403, 4404, 4409, 4413, 4423]);
const AT_ONCE = new Set([4401, 4410]);

/**
 * What the code of a close asks of the page: to stop for good, to come back at once, or to come
 * back with jitter. What is not listed came from the network or from an overloaded server.
 * @param {number} code
 * @returns {"stop" | "now" | "later"}
 */
export function afterClose(code) {
  if (FATAL.has(code)) return "stop";
  return AT_ONCE.has(code) ? "now" : "later";
}
