/**
 * The call as one value: events go in, the next state comes out. Nothing here touches the browser.
 *
 * @import { Joined, Person, RoomNews, ServerFrame, Showing, Welcome } from "../signaling/messages.js"
 * @import { Event, OverReason, Page, State, Unsent } from "./types.js"
 */

import { NO_CHAT, reduceChat } from "./chat.js";
import {
  arrived,
  departed,
  linked,
  merged,
  seatsIn,
  shown,
  withoutGhosts,
  withPeer,
  withVoices,
} from "./peers.js";
import { offersRelay } from "./privacy.js";
import { entryOf, knocked, known, roomChanged, turnedAway, waits, withOwnHold } from "./room.js";

// Who must knock is told nothing of the room but its name.
const UNSEEN = { capacity: 0, locked: false };

/**
 * @param {Page} page
 * @param {Unsent[]} [unsent] what I wrote here before the page was loaded, and nobody has taken yet
 * @returns {State}
 */
export function initialState(page, unsent = []) {
  return {
    phase: page.waiting ? "waiting" : "preview",
    entry: page.self.role === "stranger" ? page.entry : "open",
    room: { ...UNSEEN, locked: page.entry === "locked", ...page.room },
    self: { peer: null, device: null, ...page.self },
    inside: page.inside,
    elsewhere: page.elsewhere ?? null,
    displaced: page.displaced ?? null,
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
    denied: null,
    knocks: [],
    muted: false,
    holdNews: null,
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
    hasRelay: null,
    chat: { ...NO_CHAT, unsent },
  };
}

/**
 * @param {State} state
 * @param {Event} event
 * @returns {State}
 */
export function reduce(state, event) {
  const next = reduceCall(state, event);
  const chat = reduceChat(next.chat, event, next, state.room);
  const panel = next.panel === "chat" && !next.room.has_chat ? null : next.panel;
  return chat === next.chat && panel === next.panel ? next : { ...next, chat, panel };
}

/**
 * @param {State} state
 * @param {Event} event
 * @returns {State}
 */
function reduceCall(state, event) {
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
      return {
        ...state,
        phase: state.phase === "waiting" ? "waiting" : "joining",
        problem: null,
        denied: null,
        over: null,
      };
    case "over":
      return over(state, event.reason);
    default:
      return state;
  }
}

/**
 * What I show to the others.
 * @param {State} state
 * @returns {Showing}
 */
export function showing({ media, hand, muted }) {
  return { audio: media.audio && !muted, video: media.video, screen: false, hand };
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
      return {
        ...welcomed(state, frame.self, frame.room, frame.present),
        hasRelay: relayIn(frame),
      };
    case "ice-servers":
      return { ...state, hasRelay: offersRelay(frame.iceServers) };
    case "joined":
      return withOwnHold(joined(state, frame, at), frame.muted ?? false);
    case "waiting":
      return waits(state);
    case "denied":
      return turnedAway(state, frame);
    case "knock":
      return knocked(state, frame);
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
      return roomChanged(state, frame);
    default:
      return state;
  }
}

/**
 * Who must knock learns the room's name alone, and gets no servers before being let in.
 * @param {Pick<Welcome, "room" | "iceServers">} welcome
 */
function relayIn({ room, iceServers }) {
  return room.capacity === undefined ? null : offersRelay(iceServers);
}

/**
 * @param {State} state
 * @param {Person & {role: string, hides_address?: boolean}} self
 * @param {RoomNews} room
 * @param {Person[]} present
 * @returns {State}
 */
function welcomed(state, self, room, present) {
  const { peer, device, user, name, role, hides_address = false } = self;
  const seats = seatsIn(present, { device, user, role });
  const entry = entryOf(role, room, state.entry);
  return {
    ...state,
    self: { peer, device, user, name, role, hides_address },
    entry,
    denied: entry === "open" ? null : state.denied,
    room: { ...state.room, ...known(room) },
    ...seats,
    problem: state.phase === "preview" ? null : state.problem,
  };
}

/**
 * @param {State} state
 * @param {Joined} frame
 * @param {number} at
 * @returns {State}
 */
function joined(state, { peers: snapshot, hides_address }, at) {
  const held = new Map(state.peers.map((peer) => [peer.peer, peer]));
  return withoutGhosts({
    ...state,
    phase: "call",
    entry: "open",
    problem: null,
    deed: null,
    denied: null,
    self: { ...admitted(state.self), ...(hides_address !== undefined && { hides_address }) },
    startedAt: state.startedAt ?? at,
    peers: snapshot.map((peer) => merged(held.get(peer.peer), peer)),
    inside: [],
    elsewhere: null,
    displaced: null,
  });
}

/**
 * Who is let in is a guest, for as long as the call lasts.
 * @param {State["self"]} self
 */
function admitted(self) {
  return self.role === "stranger" ? { ...self, role: "guest" } : self;
}

/**
 * @param {State} state
 * @param {OverReason} reason
 * @returns {State}
 */
function over(state, reason) {
  const none = { peers: [], knocks: [], problem: null, panel: null };
  return { ...state, ...none, phase: "over", over: { reason } };
}
