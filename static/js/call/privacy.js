/**
 * Whose address is hidden, and whether anything can be reached that way.
 *
 * @import { State } from "./types.js"
 */

/**
 * Whether nobody is to learn my address: then all of mine goes through a relay.
 * @param {Pick<State, "room" | "self">} state
 */
export function hidesAddress({ room, self }) {
  return Boolean(self.hides_address || room.hides_addresses);
}

/**
 * Whether I can reach nobody, because my address is hidden and there is no relay.
 * @param {Pick<State, "room" | "self" | "hasRelay">} state
 */
export function lacksRelay(state) {
  return hidesAddress(state) && state.hasRelay === false;
}

/** @param {RTCIceServer[]} iceServers */
export function offersRelay(iceServers) {
  return iceServers.some(({ urls }) => [urls].flat().some((url) => /^turns?:/.test(url)));
}
