/**
 * Alice's way through a call, with everything around it played by the test: the server, the other
 * browsers, her camera. Before each test the clock stands still.
 *
 * @import { Event as CallEvent, State } from "../../static/js/call/types.js"
 * @import { Report } from "../../static/js/rtc/report.js"
 */

import { beforeEach, mock } from "node:test";
import { Call } from "../../static/js/call/call.js";
import { initialState, reduce } from "../../static/js/call/state.js";
import { Devices } from "../../static/js/media/devices.js";
import { TicketRefused } from "../../static/js/signaling/tickets.js";
import { FakePeerConnection } from "./fake-connection.js";
import { FakeMediaDevices, FakeMediaStream } from "./fake-media.js";
import { FakeSocket } from "./fake-socket.js";
import { settle } from "./settle.js";
import { URLS } from "./urls.js";

beforeEach(() => {
  Object.assign(globalThis, { MediaStream: FakeMediaStream });
  mock.timers.reset();
  mock.timers.enable({ apis: ["setTimeout", "setInterval", "Date"] });
});

export const BOB = { peer: "bob", user: 2, name: "Bob", device: "desktop" };
export const SHOWING = { audio: true, video: true, screen: false, hand: false };
const PAGE = {
  room: { slug: "r", name: "Garden plan", capacity: 6, locked: false },
  self: { user: 1, name: "Alice", role: "owner" },
  waiting: false,
  entry: /** @type {const} */ ("open"),
  inside: [],
  urls: URLS,
};

/** @param {{peer: string}[]} present */
export function welcome(present = [BOB], peer = "me") {
  const self = { peer, user: 1, name: "Alice", device: "laptop", role: "owner" };
  return { type: "welcome", self, room: {}, present, iceServers: [] };
}

/** @param {object[]} peers */
export function joined(...peers) {
  const all = peers.map((peer) => ({ ...peer, role: "member", state: SHOWING, away: false }));
  return { type: "joined", peers: all };
}

export function build() {
  /** @type {FakeSocket[]} */
  const sockets = [];
  /** @type {FakePeerConnection[]} */
  const made = [];
  /** @type {Report[]} */
  const reports = [];
  /** @type {{state: State, refusal: TicketRefused | null}} */
  const world = { state: initialState(PAGE), refusal: null };
  const camera = new FakeMediaDevices();
  const wishes = { audio: true, video: true, saveData: false, chosen: {} };
  const devices = new Devices(camera.real, wishes);
  const call = new Call({
    devices,
    state: () => world.state,
    dispatch(/** @type {CallEvent} */ event) {
      world.state = reduce(world.state, event);
    },
    async ticket() {
      if (world.refusal) throw world.refusal;
      return { ticket: "t", url: "wss://test/" };
    },
    open(url, protocols) {
      const socket = new FakeSocket(url, protocols);
      sockets.push(socket);
      return socket.real;
    },
    createConnection(configuration) {
      const pc = new FakePeerConnection(configuration);
      made.push(pc);
      return pc.real;
    },
    report: (report) => reports.push(report),
  });
  const newest = () => /** @type {FakeSocket} */ (sockets.at(-1));
  const types = () => newest().sent.map(({ type }) => type);
  return { call, devices, camera, world, sockets, made, reports, newest, types };
}

/** Alice in a call with Bob. */
export async function inside() {
  const person = build();
  person.call.open();
  await settle();
  person.newest().says(welcome());
  await settle();
  await person.call.join();
  person.newest().says(joined(BOB));
  await settle();
  return person;
}
