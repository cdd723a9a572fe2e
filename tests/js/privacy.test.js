/** @import { State } from "../../static/js/call/types.js" */
/** @import { ServerFrame } from "../../static/js/signaling/messages.js" */

import assert from "node:assert/strict";
import { beforeEach, mock, test } from "node:test";
import { hidesAddress, lacksRelay, offersRelay } from "../../static/js/call/privacy.js";
import { initialState, reduce } from "../../static/js/call/state.js";
import { Mesh } from "../../static/js/rtc/mesh.js";
import { hiddenAddress, relayMissing } from "../../static/js/ui/words.js";
import { FakePeerConnection } from "./fake-connection.js";
import { FakeMediaStream } from "./fake-media.js";
import { settle } from "./settle.js";
import { URLS } from "./urls.js";

beforeEach(() => {
  Object.assign(globalThis, { MediaStream: FakeMediaStream });
  mock.timers.reset();
  mock.timers.enable({ apis: ["setTimeout", "setInterval", "Date"] });
});

const STUN = { urls: "stun:here" };
const TURN = { urls: ["stun:here", "turn:here?transport=udp"], username: "1:a", credential: "b" };
const ROOM = { slug: "r", name: "Garden plan", capacity: 6, locked: false, hides_addresses: false };
const ALICE = { peer: "me", user: 1, name: "Alice", device: "laptop", role: "owner" };

/** @param {State} state @param {ServerFrame} frame */
function after(state, frame) {
  return reduce(state, { type: "received", frame, at: 0 });
}

/** @param {{me?: boolean, room?: boolean, iceServers?: RTCIceServer[]}} hidden */
function welcomed({ me = false, room = false, iceServers = [TURN] }) {
  const state = initialState({
    room: ROOM,
    self: { user: 1, name: "Alice", role: "owner" },
    waiting: false,
    entry: "open",
    inside: [],
    urls: URLS,
  });
  const self = { ...ALICE, hides_address: me };
  return after(state, {
    type: "welcome",
    self,
    room: { ...ROOM, hides_addresses: room },
    present: [],
    iceServers,
  });
}

function build() {
  /** @type {FakePeerConnection[]} */
  const made = [];
  /** @type {{type: string, to: string, connection?: string}[]} */
  const sent = [];
  const mesh = new Mesh({
    createConnection(configuration) {
      const pc = new FakePeerConnection(configuration);
      made.push(pc);
      return pc.real;
    },
    send: (frame) => sent.push(frame),
    changed() {},
    ended() {},
  });
  const policies = () => made.map(({ configuration }) => configuration.iceTransportPolicy);
  return { mesh, made, sent, policies };
}

/** @param {ReturnType<typeof build>} pair whose newest offer Bob answers */
async function answered({ mesh, sent }) {
  const connection = sent.findLast(({ type }) => type === "offer")?.connection ?? "";
  const data = /** @type {const} */ ({ type: "answer", sdp: "an answer" });
  mesh.receive({ type: "answer", from: "bob", data, connection });
  await settle();
}

/** Alice came later than Bob, and the two have met. */
async function met() {
  const pair = build();
  pair.mesh.join(["bob"]);
  pair.mesh.joined([{ peer: "bob" }], false);
  await settle();
  await answered(pair);
  pair.made[0]?.becomes("connected");
  return pair;
}

test("my address is hidden where I or the room wish it", () => {
  const wishes = [{}, { me: true }, { room: true }];
  assert.deepEqual(
    wishes.map((wish) => hidesAddress(welcomed(wish))),
    [false, true, true],
  );
});

test("a room that changes its mind is followed, and other news leave that alone", () => {
  const hidden = after(welcomed({}), { type: "room", hides_addresses: true });
  assert.ok(hidesAddress(after(hidden, { type: "room", name: "Garden" })));
  assert.ok(!hidesAddress(after(hidden, { type: "room", hides_addresses: false })));
});

test("a relay is a server whose address begins with turn or turns", () => {
  const servers = [[], [STUN], [STUN, TURN], [{ urls: "turns:here" }]];
  assert.deepEqual(servers.map(offersRelay), [false, false, true, true]);
});

test("a relay is lacking only where one is needed", () => {
  const iceServers = [STUN];
  assert.ok(lacksRelay(welcomed({ me: true, iceServers })));
  assert.ok(!lacksRelay(welcomed({ me: true })));
  assert.ok(!lacksRelay(welcomed({ iceServers })));
});

test("whoever must knock is told nothing of a relay before being let in", () => {
  const state = initialState({
    room: ROOM,
    self: { user: 1, name: "Charlie", role: "stranger", hides_address: true },
    waiting: false,
    entry: "open",
    inside: [],
    urls: URLS,
  });
  const waiting = after(state, {
    type: "welcome",
    self: { ...ALICE, role: "stranger", hides_address: true },
    room: { name: ROOM.name },
    present: [],
    iceServers: [],
  });
  assert.ok(!lacksRelay(waiting));
  assert.ok(lacksRelay(after(waiting, { type: "ice-servers", iceServers: [] })));
});

test("the sentences say whose wish it is", () => {
  assert.match(hiddenAddress(welcomed({ me: true })), /^Your address is hidden/);
  assert.match(hiddenAddress(welcomed({ room: true })), /^Addresses are hidden in this room/);
  assert.match(relayMissing(welcomed({ me: true })), /^You hide your address/);
  assert.match(relayMissing(welcomed({ room: true })), /^This room hides where people are/);
});

test("connections made while the address is hidden gather through the relay alone", async () => {
  const { mesh, policies } = build();
  mesh.setRelayAlone(true);
  mesh.join(["bob"]);
  assert.deepEqual(policies(), ["relay"]);
});

test("hiding the address in a call leaves the old path behind, with a new connection", async () => {
  const { mesh, made, policies } = await met();
  mesh.setRelayAlone(true);
  await settle();
  const states = () => made.map(({ signalingState }) => signalingState);
  assert.deepEqual(states(), ["closed", "have-local-offer"]);
  assert.equal(policies()[1], "relay");
  mesh.setRelayAlone(true);
  mesh.setIceServers([TURN]);
  await settle();
  assert.deepEqual([states().length, policies()[1]], [2, "relay"]);
  mesh.setRelayAlone(false);
  await settle();
  assert.equal(policies()[2], "all");
});

test("whoever came earlier restarts what there is, and awaits the new connection", async () => {
  const { mesh, made, policies } = build();
  mesh.join([]);
  mesh.joined([], false);
  mesh.arrived("bob");
  const data = /** @type {const} */ ({ type: "offer", sdp: "an offer" });
  mesh.receive({ type: "offer", from: "bob", data, connection: "c1" });
  await settle();
  mesh.setRelayAlone(true);
  await settle();
  assert.deepEqual([made.length, made[0]?.restarts, policies()], [1, 1, ["relay"]]);
  mesh.receive({ type: "offer", from: "bob", data, connection: "c2" });
  await settle();
  assert.deepEqual([made[0]?.signalingState, policies()[1]], ["closed", "relay"]);
});

test("while a socket is away no path is looked for; when it is back, one is", async () => {
  const pair = await met();
  const { mesh, made } = pair;
  mesh.away("bob");
  mesh.setRelayAlone(true);
  await settle();
  assert.equal(made.length, 1);
  mesh.back("bob");
  await settle();
  assert.equal(made.length, 2);
  await answered(pair);
  made[1]?.becomes("connected");
  mesh.away("bob");
  mesh.back("bob");
  await settle();
  assert.equal(made.length, 2);
});

test("offers prepared with the address in them are thrown away, and made anew without it", async () => {
  const { mesh, made, sent, policies } = build();
  mesh.prepare(["bob"]);
  await settle();
  mesh.setRelayAlone(true);
  await settle();
  assert.equal(made[0]?.signalingState, "closed");
  assert.equal(policies()[1], "relay");
  assert.deepEqual(sent, []);
  mesh.join(["bob"]);
  assert.deepEqual(
    sent.map(({ type }) => type),
    ["offer"],
  );
});
