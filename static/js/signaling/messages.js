/**
 * The frames of the wire, as docs/protocol.md has them.
 */

export const PROTOCOL = "parley.v1";

/**
 * What a peer shows to the others.
 * @typedef {{audio: boolean, video: boolean, screen: boolean, hand: boolean}} Showing
 *
 * @typedef {{peer: string, user: number, name: string, device: string}} Person
 * @typedef {Person & {role: string, state: Showing | null, away?: boolean, muted?: boolean}} Snapshot
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
 *   | {type: "chat", id: string, text: string}
 *   | {type: "leave"}} ClientFrame
 *
 * @typedef {{type: "welcome", self: Person & {role: string, hides_address?: boolean}, room: RoomNews, present: Person[],
 *   iceServers: RTCIceServer[]}} Welcome
 * @typedef {{type: "joined", peers: Snapshot[], muted?: boolean, hides_address?: boolean}} Joined
 * @typedef {{name?: string, capacity?: number, locked?: boolean, access?: string,
 *   hides_addresses?: boolean, has_chat?: boolean}} RoomNews
 * @typedef {{type: "room", roles?: Record<string, string>, muted?: number[]} & RoomNews} RoomFrame
 * @typedef {{type: "knock", user: number, name: string, waiting: boolean}} KnockNews
 * @typedef {{type: "denied", reason: "refused" | "expired" | "withdrawn" | "too_often",
 *   retry_after: number | null}} DeniedFrame
 * @typedef {{id: number, client_id: string, user: number | null, name: string, text: string,
 *   at: string}} Message `id` counts up by one within the room; `client_id` is its sender's own
 * @typedef {{type: "chat", id: string, message: Omit<Message, "client_id">}} ChatFrame
 * @typedef {{type: string, to?: string, connection?: string, id?: string}} Reference
 * @typedef {{type: "error", code: string, detail: string, ref?: Reference}} ErrorFrame
 *
 * @typedef {Welcome | Joined
 *   | {type: "peer-joined"} & Snapshot
 *   | {type: "peer-left", peer: string, reason: string}
 *   | {type: "peer-away" | "peer-back", peer: string}
 *   | Signal & {from: string}
 *   | {type: "state", from: string} & Showing
 *   | RoomFrame | KnockNews | DeniedFrame
 *   | {type: "waiting"}
 *   | ChatFrame
 *   | {type: "ice-servers", iceServers: RTCIceServer[]}
 *   | {type: "pong", t: number}
 *   | ErrorFrame} ServerFrame
 */

const KNOWN = new Set([
  "welcome",
  "joined",
  "waiting",
  "denied",
  "knock",
  "peer-joined",
  "peer-left",
  "peer-away",
  "peer-back",
  "offer",
  "answer",
  "ice",
  "state",
  "room",
  "chat",
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
