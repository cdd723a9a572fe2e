/**
 * The call as one value: events go in, the next state comes out. Nothing here touches the browser.
 *
 * @import { Person, RoomNews, ServerFrame, Showing, Snapshot } from "../signaling/messages.js"
 * @import { Event, Link, OverReason, Page, Peer, State } from "./types.js"
 */

/** @type {Showing} */
const NOTHING = { audio: false, video: false, screen: false, hand: false };

/**
 * @param {Page} page
 * @returns {State}
 */
export function initialState(page) {
  return {
    phase: "preview",
    room: page.room,
    self: { peer: null, device: null, ...page.self },
    inside: page.inside,
    elsewhere: null,
    peers: [],
    media: {
      audio: false,
      video: false,
      wished: { audio: false, video: false },
      microphone: { status: "off", deviceId: null },
      camera: { status: "off", deviceId: null },
      stream: null,
      level: 0,
      devices: { audioinput: [], videoinput: [], audiooutput: [] },
      speakerId: null,
    },
    signaling: "connecting",
    offline: false,
    problem: null,
    missing: null,
    deed: null,
    over: null,
    startedAt: null,
    panel: null,
    layout: "grid",
    pinned: null,
    speaker: null,
    hand: false,
    playbackBlocked: false,
    silentMicrophone: false,
    saveData: false,
  };
}

/**
 * @param {State} state
 * @param {Event} event
 * @returns {State}
 */
export function reduce(state, event) {
  switch (event.type) {
    case "received":
      return receive(state, event.frame, event.at);
    case "changed":
      return { ...state, ...event.values };
    case "media":
      return { ...state, media: { ...state.media, ...event.values } };
    case "link":
      return linked(state, event);
    case "voices":
      return withVoices(state, event.speaking, event.speaker);
    case "joining":
      return { ...state, phase: "joining", problem: null, over: null };
    case "over":
      return over(state, event.reason);
  }
}

/**
 * What I show to the others.
 * @param {State} state
 * @returns {Showing}
 */
export function showing({ media, hand }) {
  return { audio: media.audio, video: media.video, screen: false, hand };
}

/**
 * For words and buttons: what somebody may do, the server decides.
 * @param {Pick<State, "self">} state
 */
export function moderates({ self }) {
  return self.role === "owner" || self.role === "moderator";
}

/**
 * Whether I could not come in now without a seat that I have.
 * @param {Pick<State, "room" | "self">} state
 */
export function keepsOut({ room, self }) {
  return room.locked && !moderates({ self });
}

/**
 * @param {State} state
 * @param {ServerFrame} frame
 * @param {number} at
 * @returns {State}
 */
function receive(state, frame, at) {
  switch (frame.type) {
    case "welcome":
      return welcomed(state, frame.self, frame.room, frame.present);
    case "joined":
      return joined(state, frame.peers, at);
    case "peer-joined":
      return arrived(state, frame);
    case "peer-left":
      return departed(state, frame.peer);
    case "peer-away":
      return withPeer(state, frame.peer, { away: true });
    case "peer-back":
      return withPeer(state, frame.peer, { away: false });
    case "state":
      return withPeer(state, frame.from, { state: shown(frame) });
    case "room":
      return { ...state, room: { ...state.room, ...known(frame) } };
    default:
      return state;
  }
}

/**
 * @param {State} state
 * @param {Person & {role: string}} self
 * @param {RoomNews} room
 * @param {Person[]} present
 * @returns {State}
 */
function welcomed(state, self, room, present) {
  const { peer, device, user, name, role } = self;
  const own = present.find((person) => person.device === device);
  return {
    ...state,
    self: { peer, device, user, name, role },
    room: { ...state.room, ...known(room) },
    inside: present.filter((person) => person !== own).map(({ peer, name }) => ({ peer, name })),
    elsewhere: own?.peer ?? null,
    problem: state.phase === "preview" ? null : state.problem,
  };
}

/**
 * @param {State} state
 * @param {Snapshot[]} snapshot
 * @param {number} at
 * @returns {State}
 */
function joined(state, snapshot, at) {
  const held = new Map(state.peers.map((peer) => [peer.peer, peer]));
  return withoutGhosts({
    ...state,
    phase: "call",
    problem: null,
    startedAt: state.startedAt ?? at,
    peers: snapshot.map((peer) => merged(held.get(peer.peer), peer)),
    inside: [],
    elsewhere: null,
  });
}

/**
 * @param {State} state
 * @param {Snapshot} person
 * @returns {State}
 */
function arrived(state, person) {
  if (state.phase !== "call") {
    if (person.device === state.self.device) return { ...state, elsewhere: person.peer };
    const others = state.inside.filter(({ peer }) => peer !== person.peer);
    return { ...state, inside: [...others, { peer: person.peer, name: person.name }] };
  }
  const held = state.peers.find(({ peer }) => peer === person.peer);
  if (held) return withPeer(state, person.peer, merged(held, person));
  return { ...state, peers: [...state.peers, merged(undefined, person)] };
}

/**
 * @param {State} state
 * @param {string} gone
 * @returns {State}
 */
function departed(state, gone) {
  return withoutGhosts({
    ...state,
    inside: state.inside.filter(({ peer }) => peer !== gone),
    elsewhere: state.elsewhere === gone ? null : state.elsewhere,
    peers: state.peers.filter(({ peer }) => peer !== gone),
  });
}

/**
 * @param {State} state
 * @param {OverReason} reason
 * @returns {State}
 */
function over(state, reason) {
  return { ...state, phase: "over", over: { reason }, peers: [], problem: null, panel: null };
}

/**
 * Nobody stays pinned or loudest who is not there any more.
 * @param {State} state
 * @returns {State}
 */
function withoutGhosts(state) {
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
function withVoices(state, speaking, speaker) {
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
function withPeer(state, id, values) {
  const peers = state.peers.map((peer) => (peer.peer === id ? { ...peer, ...values } : peer));
  return { ...state, peers };
}

/**
 * @param {State} state
 * @param {{peer: string, link: Link, stream: MediaStream | null}} news
 * @returns {State}
 */
function linked(state, { peer: id, link, stream }) {
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
function merged(held, snapshot) {
  return {
    peer: snapshot.peer,
    user: snapshot.user,
    name: snapshot.name,
    role: snapshot.role,
    state: snapshot.state ? shown(snapshot.state) : (held?.state ?? NOTHING),
    away: snapshot.away ?? false,
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
function shown({ audio, video, screen, hand }) {
  return { audio, video, screen, hand };
}

/**
 * @param {RoomNews} room
 * @returns {RoomNews}
 */
function known({ name, capacity, locked }) {
  return {
    ...(name !== undefined && { name }),
    ...(capacity !== undefined && { capacity }),
    ...(locked !== undefined && { locked }),
  };
}
