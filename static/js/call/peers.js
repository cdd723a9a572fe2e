/**
 * The others in the call, reduced: who comes and goes, what they show, and how well they are
 * reached.
 *
 * @import { Person, Showing, Snapshot } from "../signaling/messages.js"
 * @import { Link, Peer, State } from "./types.js"
 */

import { sitsTwice } from "./policy.js";

/** @type {Showing} */
const NOTHING = { audio: false, video: false, screen: false, hand: false };

/**
 * @param {State} state
 * @param {Snapshot} person
 * @returns {State}
 */
export function arrived(state, person) {
  if (state.phase !== "call") {
    const own = ownSeat(person, state.self);
    if (own) return { ...state, [own]: person.peer };
    const others = state.inside.filter(({ peer }) => peer !== person.peer);
    return { ...state, inside: [...others, { peer: person.peer, name: person.name }] };
  }
  const held = state.peers.find(({ peer }) => peer === person.peer);
  if (held) return withPeer(state, person.peer, merged(held, person));
  return { ...state, peers: [...state.peers, merged(undefined, person)] };
}

/**
 * Who is inside, and by themselves the seats that Join takes from me.
 * @param {Person[]} present
 * @param {Pick<State["self"], "device" | "user" | "role">} self
 * @returns {Pick<State, "inside" | "elsewhere" | "displaced">}
 */
export function seatsIn(present, self) {
  const seat = (/** @type {"elsewhere" | "displaced"} */ kind) =>
    present.find((person) => ownSeat(person, self) === kind)?.peer ?? null;
  const others = present.filter((person) => ownSeat(person, self) === null);
  return {
    inside: others.map(({ peer, name }) => ({ peer, name })),
    elsewhere: seat("elsewhere"),
    displaced: seat("displaced"),
  };
}

/**
 * A member has a seat on each device; a guest has one alone, and moves it from device to device.
 * @param {Pick<Person, "device" | "user">} person
 * @param {Pick<State["self"], "device" | "user" | "role">} self
 */
function ownSeat(person, self) {
  if (person.device === self.device) return "elsewhere";
  return person.user === self.user && !sitsTwice(self) ? "displaced" : null;
}

/**
 * @param {State} state
 * @param {string} gone
 * @returns {State}
 */
export function departed(state, gone) {
  return withoutGhosts({
    ...state,
    inside: state.inside.filter(({ peer }) => peer !== gone),
    elsewhere: state.elsewhere === gone ? null : state.elsewhere,
    displaced: state.displaced === gone ? null : state.displaced,
    peers: state.peers.filter(({ peer }) => peer !== gone),
  });
}

/**
 * Nobody stays pinned or loudest who is not there any more.
 * @param {State} state
 * @returns {State}
 */
export function withoutGhosts(state) {
  const here = new Set([state.self.peer, ...state.peers.map(({ peer }) => peer)]);
  return {
    ...state,
    pinned: here.has(state.pinned) ? state.pinned : null,
    speaker: here.has(state.speaker) ? state.speaker : null,
  };
}

/**
 * @param {State} state
 * @param {ReadonlySet<string>} speaking
 * @param {string | null} speaker
 * @returns {State}
 */
export function withVoices(state, speaking, speaker) {
  const peers = state.peers.map((peer) =>
    peer.speaking === speaking.has(peer.peer)
      ? peer
      : { ...peer, speaking: speaking.has(peer.peer) },
  );
  return withoutGhosts({ ...state, peers, speaker });
}

/**
 * @param {State} state
 * @param {string} id
 * @param {Partial<Peer>} values
 * @returns {State}
 */
export function withPeer(state, id, values) {
  const peers = state.peers.map((peer) => (peer.peer === id ? { ...peer, ...values } : peer));
  return { ...state, peers };
}

/**
 * @param {State} state
 * @param {{peer: string, link: Link, stream: MediaStream | null}} news
 * @returns {State}
 */
export function linked(state, { peer: id, link, stream }) {
  const held = state.peers.find(({ peer }) => peer === id);
  const broken = link === "reconnecting" || link === "failed";
  const lost = link !== "up" && (broken || (held?.lost ?? false));
  return withPeer(state, id, { link, lost, stream });
}

/**
 * A server that was restarted does not know what its peers show: then what is held stands.
 * @param {Peer | undefined} held
 * @param {Snapshot} snapshot
 * @returns {Peer}
 */
export function merged(held, snapshot) {
  return {
    peer: snapshot.peer,
    user: snapshot.user,
    name: snapshot.name,
    role: snapshot.role,
    state: snapshot.state ? shown(snapshot.state) : (held?.state ?? NOTHING),
    away: snapshot.away ?? false,
    muted: snapshot.muted ?? false,
    link: held?.link ?? "connecting",
    lost: held?.lost ?? false,
    speaking: held?.speaking ?? false,
    stream: held?.stream ?? null,
  };
}

/**
 * @param {Showing} frame
 * @returns {Showing}
 */
export function shown({ audio, video, screen, hand }) {
  return { audio, video, screen, hand };
}
