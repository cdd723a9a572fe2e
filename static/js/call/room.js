/**
 * What the server says of the room itself, reduced: its settings, who has which role, who is held,
 * and who is at the door, on either side of it.
 *
 * @import { KnockNews, RoomFrame, RoomNews } from "../signaling/messages.js"
 * @import { Denied, State } from "./types.js"
 */

import { moderates } from "./policy.js";

/**
 * @param {State} state
 * @param {RoomFrame} frame
 * @returns {State}
 */
export function roomChanged(state, frame) {
  const { roles = {}, muted } = frame;
  const next = withRoles({ ...state, room: { ...state.room, ...known(frame) } }, roles);
  return muted ? withHeld(next, new Set(muted)) : next;
}

/**
 * My own microphone is held, or no longer. Before the door that is nobody's business: whoever joins
 * is told.
 * @param {State} state
 * @param {boolean} muted
 * @returns {State}
 */
export function withOwnHold(state, muted) {
  if (state.phase !== "call" || muted === state.muted) return state;
  return { ...state, muted, holdNews: muted ? "muted" : "allowed" };
}

/**
 * Who knocked is back before the door, and learns for how long.
 * @param {State} state
 * @param {{reason: Denied["reason"], retry_after: number | null}} frame
 * @returns {State}
 */
export function turnedAway(state, { reason, retry_after }) {
  if (state.phase === "call" || state.phase === "over") return state;
  const wait = retry_after === null ? "never" : retry_after > 0 ? "running" : "over";
  const why = gaveUp(state, reason) ? "stopped" : reason;
  return { ...state, phase: "preview", deed: null, inside: [], denied: { reason: why, wait } };
}

/**
 * The server calls a knock withdrawn too where the room has changed; it was me only if I asked.
 * @param {State} state
 * @param {string} reason
 */
function gaveUp({ deed, denied }, reason) {
  return reason === "withdrawn" && (deed === "withdraw" || denied?.reason === "stopped");
}

/**
 * What was offered, and what was held, belonged to a seat that I do not have.
 * @param {State} state
 * @returns {State}
 */
export function waits(state) {
  const none = { problem: null, denied: null, inside: [], peers: [], muted: false, holdNews: null };
  return { ...state, ...none, phase: "waiting" };
}

/**
 * @param {State} state
 * @param {Omit<KnockNews, "type">} news
 * @returns {State}
 */
export function knocked(state, { user, name, waiting }) {
  const others = state.knocks.filter((knock) => knock.user !== user);
  if (!waiting) return { ...state, knocks: others };
  const known = state.knocks.some((knock) => knock.user === user);
  return known ? state : { ...state, knocks: [...others, { user, name }] };
}

/**
 * What I find at the door. Who must knock learns of the room nothing but its name.
 * @param {string} role
 * @param {RoomNews} room
 * @param {State["entry"]} entry
 * @returns {State["entry"]}
 */
export function entryOf(role, room, entry) {
  if (role !== "stranger" || room.access === "open") return "open";
  return entry === "open" ? "knock" : entry;
}

/**
 * @param {RoomNews} room
 * @returns {RoomNews}
 */
export function known({ name, capacity, locked, access, hides_addresses, has_chat }) {
  return {
    ...(name !== undefined && { name }),
    ...(capacity !== undefined && { capacity }),
    ...(locked !== undefined && { locked }),
    ...(access !== undefined && { access }),
    ...(hides_addresses !== undefined && { hides_addresses }),
    ...(has_chat !== undefined && { has_chat }),
  };
}

/**
 * @param {State} state
 * @param {Readonly<Record<string, string>>} roles by user id
 * @returns {State}
 */
function withRoles(state, roles) {
  const self = { ...state.self, role: roles[state.self.user] ?? state.self.role };
  const peers = state.peers.map((peer) => ({ ...peer, role: roles[peer.user] ?? peer.role }));
  return { ...state, self, peers, knocks: moderates({ self }) ? state.knocks : [] };
}

/**
 * @param {State} state
 * @param {ReadonlySet<number>} held all of them
 * @returns {State}
 */
function withHeld(state, held) {
  const peers = state.peers.map((peer) => ({ ...peer, muted: held.has(peer.user) }));
  return withOwnHold({ ...state, peers }, held.has(state.self.user));
}
