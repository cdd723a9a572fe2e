/**
 * For words and buttons: what somebody may do, by role. The server decides; what is not offered
 * here it would refuse.
 *
 * @import { PersonalDeed } from "./types.js"
 */

/** @type {Readonly<Record<string, number>>} */
const RANKS = { owner: 3, moderator: 2, member: 1, guest: 0 };

/** @param {{self: {role: string}}} state */
export function moderates({ self }) {
  return self.role === "owner" || self.role === "moderator";
}

/**
 * Whether I may be inside on several devices at a time.
 * @param {{role: string}} self
 */
export function sitsTwice({ role }) {
  return (RANKS[role] ?? 0) > 0;
}

/**
 * Whether I could not come in now without a seat that I have.
 * @param {{room: {locked: boolean}, self: {role: string}}} state
 */
export function keepsOut({ room, self }) {
  return room.locked && !moderates({ self });
}

/**
 * Whether pressing Join would only be refused: I wait before a locked door, and have no seat inside
 * that I could move here: on another device it is no key to this one.
 * @param {{phase: string, elsewhere: string | null, room: {locked: boolean}, self: {role: string}}} state
 */
export function lockedOut({ phase, elsewhere, room, self }) {
  return phase === "preview" && elsewhere === null && keepsOut({ room, self });
}

/**
 * Whether a seat that I gave up would not be mine again for the asking: the lock keeps me out, or
 * I was let in for this call alone and would have to knock, maybe where nobody is left to hear it.
 * @param {{room: {locked: boolean, access?: string}, self: {role: string}}} state
 */
export function losesByLeaving({ room, self }) {
  return keepsOut({ room, self }) || (self.role === "guest" && room.access !== "open");
}

/**
 * What I may do to somebody who is inside, in the order of the menu.
 * @param {{user: number, role: string}} self
 * @param {{user: number, role: string, muted: boolean}} peer
 * @returns {PersonalDeed[]}
 */
export function deedsOn(self, peer) {
  const rank = RANKS[peer.role] ?? 0;
  const above = (RANKS[self.role] ?? 0) > rank;
  if (peer.user === self.user || !above || !moderates({ self })) return [];
  /** @type {PersonalDeed[]} */
  const everyday = [peer.muted ? "allow" : "mute"];
  return [...everyday, ...(self.role === "owner" ? owned(peer.role) : []), "remove", "ban"];
}

/**
 * What the owner alone gives: a role, and the room itself.
 * @param {string} role
 * @returns {PersonalDeed[]}
 */
function owned(role) {
  if (role === "guest") return ["keep", "make_moderator"];
  return [role === "moderator" ? "make_member" : "make_moderator", "hand_over"];
}
