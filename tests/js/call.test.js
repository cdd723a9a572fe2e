/** @import { Event as CallEvent, State } from "../../static/js/call/types.js" */
/** @import { Report } from "../../static/js/rtc/report.js" */

import assert from "node:assert/strict";
import { beforeEach, mock, test } from "node:test";
import { Call } from "../../static/js/call/call.js";
import { initialState, reduce } from "../../static/js/call/state.js";
import { Devices } from "../../static/js/media/devices.js";
import { TicketRefused } from "../../static/js/signaling/tickets.js";
import {
  FakeMediaDevices,
  FakeMediaStream,
  FakePeerConnection,
  FakeSocket,
  settle,
} from "./fakes.js";

beforeEach(() => {
  Object.assign(globalThis, { MediaStream: FakeMediaStream });
  mock.timers.reset();
  mock.timers.enable({ apis: ["setTimeout", "setInterval", "Date"] });
});

const BOB = { peer: "bob", user: 2, name: "Bob", device: "desktop" };
const SHOWING = { audio: true, video: true, screen: false, hand: false };
const PAGE = {
  room: { slug: "r", name: "Garden plan", capacity: 6, locked: false },
  self: { user: 1, name: "Alice", role: "owner" },
  waiting: false,
  entry: /** @type {const} */ ("open"),
  inside: [],
  urls: { tickets: "/t", rooms: "/", signIn: "/in", reauthenticate: "" },
};

/** @param {{peer: string}[]} present */
function welcome(present = [BOB], peer = "me") {
  const self = { peer, user: 1, name: "Alice", device: "laptop", role: "owner" };
  return { type: "welcome", self, room: {}, present, iceServers: [] };
}

/** @param {object[]} peers */
function joined(...peers) {
  const all = peers.map((peer) => ({ ...peer, role: "member", state: SHOWING, away: false }));
  return { type: "joined", peers: all };
}

function build() {
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
async function inside() {
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

test("the offers made in the preview follow right behind the join", async () => {
  const { call, newest, types, made } = build();
  call.open();
  await settle();
  newest().says(welcome());
  await settle();
  assert.equal(made[0]?.signalingState, "have-local-offer");
  assert.deepEqual(types(), []);
  await call.join();
  assert.deepEqual(types(), ["join", "offer"]);
  assert.deepEqual(newest().sent[0]?.state, SHOWING);
  newest().says(joined(BOB));
  assert.deepEqual(types(), ["join", "offer", "state"]);
});

test("nothing is offered before the camera has had its say", async () => {
  const { call, camera, newest, made } = build();
  camera.hangs = true;
  call.open();
  await settle();
  newest().says(welcome());
  await settle();
  assert.equal(made.length, 0);
  const joining = call.join();
  await settle();
  assert.deepEqual(newest().sent, []);
  mock.timers.tick(1500);
  await joining;
  await settle();
  assert.equal(newest().sent[0]?.type, "join");
  assert.equal(made.length, 1);
});

test("joining waits for the socket where it must", async () => {
  const { call, newest, types } = build();
  call.open();
  await settle();
  await call.join();
  assert.deepEqual(types(), []);
  newest().says(welcome([]));
  await settle();
  assert.deepEqual(types(), ["join"]);
});

test("whoever comes into the preview's room is offered something too", async () => {
  const { call, newest, made } = build();
  call.open();
  await settle();
  newest().says(welcome([]));
  await settle();
  newest().says({ type: "peer-joined", ...BOB, role: "member", state: SHOWING });
  await settle();
  assert.equal(made.length, 1);
  newest().says({ type: "peer-left", peer: "bob", reason: "left" });
  assert.equal(made[0]?.signalingState, "closed");
});

test("a resumed seat leaves a running pair alone and says again what I show", async () => {
  const { sockets, made, newest, types } = await inside();
  await made[0]?.setRemoteDescription({ type: "answer", sdp: "theirs" });
  made[0]?.becomes("connected");
  sockets[0]?.dies(1006);
  mock.timers.tick(500);
  await settle();
  newest().says({ type: "ice-servers", iceServers: [] });
  newest().says(joined(BOB));
  await settle();
  assert.deepEqual(types(), ["state"]);
  assert.equal(made.length, 1);
});

for (const resumed of [false, true]) {
  test(`who comes before my snapshot is not lost${resumed ? ", on coming back too" : ""}`, async () => {
    const { call, sockets, made, newest, types, world } = resumed ? await inside() : build();
    if (resumed) {
      sockets[0]?.dies(1006);
      mock.timers.tick(500);
      await settle();
    } else {
      call.open();
      await settle();
      newest().says(welcome());
      await settle();
      await call.join();
    }
    const charlie = { peer: "charlie", user: 3, name: "Charlie", role: "member", state: SHOWING };
    newest().says({ type: "peer-joined", ...charlie });
    newest().says({ type: "peer-joined", ...charlie, peer: "dave" });
    newest().says({ type: "peer-left", peer: "dave", reason: "left" });
    newest().says({ type: "offer", from: "charlie", data: { type: "offer", sdp: "his" } });
    newest().says(joined(BOB));
    await settle();
    const there = world.state.peers.map(({ peer }) => peer);
    assert.deepEqual(there, ["bob", "charlie"]);
    assert.equal(types().at(-1), "answer");
    assert.equal(made.at(-1)?.remoteDescription?.sdp, "his");
  });
}

test("a join that was lost with its socket is begun anew", async () => {
  const { call, sockets, made, newest, types } = build();
  call.open();
  await settle();
  newest().says(welcome());
  await settle();
  await call.join();
  sockets[0]?.dies(1006);
  mock.timers.tick(500);
  await settle();
  newest().says(welcome());
  await settle();
  assert.deepEqual(types(), ["join", "offer"]);
  assert.deepEqual(
    made.map(({ signalingState }) => signalingState),
    ["closed", "have-local-offer"],
  );
});

test("another network means a new socket, and new paths for all", async () => {
  const { call, made, newest, types } = await inside();
  await made[0]?.setRemoteDescription({ type: "answer", sdp: "theirs" });
  made[0]?.becomes("connected");
  call.reconnect();
  await settle();
  newest().says(joined(BOB));
  await settle();
  assert.equal(made[0]?.restarts, 1);
  assert.deepEqual(types(), ["state", "offer"]);
});

test("whose seat is gone joins anew by itself, as a new peer with new connections", async () => {
  const { world, sockets, made, newest, types } = await inside();
  world.refusal = new TicketRefused("seat_gone");
  sockets[0]?.dies(1006);
  mock.timers.tick(500);
  await Promise.resolve();
  world.refusal = null;
  await settle();
  newest().says(welcome([BOB], "me again"));
  await settle();
  assert.deepEqual(types(), ["join", "offer"]);
  assert.equal(made[0]?.signalingState, "closed");
  assert.equal(world.state.self.peer, "me again");
  assert.equal(world.state.phase, "call");
});

test("what I turn on and off is told to the others, what only moves is not", async () => {
  const { devices, newest, camera } = await inside();
  newest().sent.length = 0;
  await devices.setMicrophone(false);
  await devices.setCamera(false);
  await devices.choose("audioinput", "another");
  const told = newest().sent.map(({ audio, video }) => [audio, video]);
  assert.deepEqual(told, [
    [false, true],
    [false, false],
  ]);
  assert.equal(camera.tracks.filter(({ readyState }) => readyState === "live").length, 1);
});

for (const [code, error, reason] of /** @type {const} */ ([
  [4403, "removed", "removed"],
  [4404, "call_ended", "ended"],
  [4404, "not_found", "gone"],
  [4409, "joined_elsewhere", "replaced"],
  [4423, "room_full", "full"],
  [4423, "room_locked", "locked"],
  [4400, "bad_frame", "error"],
])) {
  test(`a close with ${code} after ${error} ends the call: ${reason}`, async () => {
    const { newest, world, made, camera } = await inside();
    newest().says({ type: "error", code: error, detail: "" });
    newest().dies(code);
    assert.deepEqual(world.state.over, { reason });
    assert.equal(made[0]?.signalingState, "closed");
    assert.ok(camera.tracks.every(({ readyState }) => readyState === "ended"));
  });
}

for (const [role, locked, deeds] of /** @type {const} */ ([
  ["member", false, ["leave"]],
  ["member", true, []],
  ["moderator", true, ["leave"]],
])) {
  test(`a page that goes away with a ${role}, locked: ${locked}, says ${deeds}`, async () => {
    const { call, newest, world, types } = await inside();
    newest().says({ type: "room", locked });
    world.state = { ...world.state, self: { ...world.state.self, role } };
    newest().sent.length = 0;
    call.depart();
    assert.deepEqual(types(), deeds);
  });
}

test("a server that closes with 1000 ends the call as if I had left", async () => {
  const { newest, world } = await inside();
  newest().dies(1000);
  assert.deepEqual(world.state.over, { reason: "left" });
});

for (const [refusal, reason] of /** @type {const} */ ([
  ["joined_elsewhere", "replaced"],
  ["call_ended", "ended"],
  ["gone", "gone"],
  ["fresh_sign_in", "fresh_sign_in"],
  ["no_storage", "no_storage"],
])) {
  test(`a seat that cannot be resumed, ${refusal}, ends the call: ${reason}`, async () => {
    const { newest, world } = await inside();
    world.refusal = new TicketRefused(refusal);
    newest().dies(1006);
    mock.timers.tick(500);
    await settle();
    assert.deepEqual(world.state.over, { reason });
  });
}

test("who asked for too many tickets reads that it passes by itself, until it does", async () => {
  const { call, newest, world } = build();
  const said = { type: /** @type {const} */ ("error"), code: "too_many_requests", detail: "7 s." };
  world.refusal = new TicketRefused("unavailable", 7000, said);
  call.open();
  await settle();
  const { text } = world.state.problem ?? {};
  assert.match(text ?? "", /^Too many tries from this browser\. We come back by ourselves/);
  world.refusal = null;
  mock.timers.tick(7000);
  await settle();
  newest().says(welcome());
  await settle();
  assert.equal(world.state.problem, null);
});

test("what is over is not joined", async () => {
  const { call, world } = build();
  world.refusal = new TicketRefused("gone");
  call.open();
  await settle();
  await call.join();
  assert.equal(world.state.phase, "over");
});

test("whoever is in the call, or on the way, is not joined again", async () => {
  const { call, world, types, made } = await inside();
  const before = types();
  await call.join();
  assert.equal(world.state.phase, "call");
  assert.deepEqual(types(), before);
  assert.notEqual(made[0]?.signalingState, "closed");

  const waiting = build();
  waiting.call.open();
  await settle();
  waiting.newest().says(welcome([]));
  await settle();
  await Promise.all([waiting.call.join(), waiting.call.join()]);
  assert.deepEqual(waiting.types(), ["join"]);
});

test("with too many pages open the server's own sentence says so, until it lets me in", async () => {
  const { call, newest, world } = build();
  call.open();
  await settle();
  newest().says({ type: "error", code: "too_many_sockets", detail: "Close another page." });
  newest().dies(4429);
  await settle();
  assert.equal(world.state.problem?.text, "Close another page.");
  mock.timers.tick(500);
  await settle();
  newest().says(welcome());
  await settle();
  assert.equal(world.state.problem, null);
});

test("a server that cannot seat anyone says so, and is asked again until it can", async () => {
  const { call, newest, world, types } = build();
  call.open();
  await settle();
  newest().says(welcome([]));
  await settle();
  await call.join();
  newest().says({ type: "error", code: "unavailable", detail: "" });
  newest().dies(4503);
  assert.equal(world.state.problem?.code, "unavailable");
  mock.timers.tick(500);
  await settle();
  newest().says(welcome([]));
  await settle();
  assert.deepEqual(types(), ["join"]);
  newest().says(joined());
  assert.equal(world.state.problem, null);
});

test("leaving gives up seat, camera and connections", async () => {
  const { call, types, made, world, camera } = await inside();
  call.leave();
  assert.equal(types().at(-1), "leave");
  assert.equal(made[0]?.signalingState, "closed");
  assert.deepEqual(world.state.over, { reason: "left" });
  assert.ok(camera.tracks.every(({ readyState }) => readyState === "ended"));
});

/** Charlie at a door where they must knock. */
async function knocking() {
  const person = build();
  const stranger = { ...welcome([]).self, role: "stranger" };
  person.call.open();
  await settle();
  person.newest().says({ ...welcome([]), self: stranger, room: { name: "Garden plan" } });
  await settle();
  await person.call.join();
  person.newest().says({ type: "waiting" });
  return person;
}

test("who is let in gets relay servers and a seat on the socket on which they waited", async () => {
  const { newest, types, made, world } = await knocking();
  assert.deepEqual([world.state.phase, types(), made.length], ["waiting", ["join"], 0]);
  newest().says({ type: "ice-servers", iceServers: [{ urls: "turn:here" }] });
  newest().says(joined(BOB));
  await settle();
  assert.deepEqual(types(), ["join", "state", "offer"]);
  assert.deepEqual(made[0]?.configuration.iceServers, [{ urls: "turn:here" }]);
});

test("a socket that is lost while one waits asks again by itself, and after an answer does not", async () => {
  const { newest, sockets, types } = await knocking();
  newest().dies(1006);
  mock.timers.tick(1000);
  await settle();
  newest().says(welcome([]));
  await settle();
  assert.deepEqual([sockets.length, types()], [2, ["join"]]);
  newest().says({ type: "denied", reason: "refused", retry_after: 60 });
  newest().dies(1006);
  mock.timers.tick(1000);
  await settle();
  newest().says(welcome([]));
  await settle();
  assert.deepEqual([sockets.length, types()], [3, []]);
});

test("who was turned away may ask again on the same socket", async () => {
  const { call, newest, types, world } = await knocking();
  newest().says({ type: "denied", reason: "refused", retry_after: 0 });
  assert.equal(world.state.phase, "preview");
  await call.join();
  assert.deepEqual(types(), ["join", "join"]);
});

test("nothing of who is held is played, on no line, now or on a connection made later", async () => {
  const { newest, made, world } = await inside();
  const heard = (/** @type {FakePeerConnection} */ pc) =>
    pc.transceivers
      .map(({ receiver }) => receiver.track)
      .filter(({ kind }) => kind === "audio")
      .map(({ enabled }) => enabled);
  const played = () => world.state.peers[0]?.stream?.getAudioTracks().length;
  const first = /** @type {FakePeerConnection} */ (made[0]);
  assert.deepEqual([heard(first), played()], [[true, true], 1]);
  newest().says({ type: "room", muted: [BOB.user] });
  assert.deepEqual([heard(first), played()], [[false, false], 0]);

  newest().says({ type: "peer-left", peer: "bob", reason: "left" });
  const again = { ...BOB, role: "member", state: SHOWING };
  newest().says({ type: "peer-joined", ...again, muted: true });
  const data = { type: "offer", sdp: "m=application" };
  newest().says({ type: "offer", from: "bob", connection: "new", data });
  await settle();
  const second = /** @type {FakePeerConnection} */ (made[1]);
  assert.deepEqual([heard(second), played()], [[false, false], 0]);
  newest().says({ type: "room", muted: [] });
  assert.deepEqual([heard(second), played()], [[true, true], 1]);
});

test("whoever was removed is hung up on at once, and heard of no more", async () => {
  const { newest, made } = await inside();
  newest().says({ type: "peer-left", peer: "bob", reason: "banned" });
  assert.equal(made[0]?.signalingState, "closed");
  const data = { type: "offer", sdp: "m=application" };
  newest().says({ type: "offer", from: "bob", connection: "another", data });
  await settle();
  assert.equal(made.length, 1);
});

test("each connection is reported for the seat that had it, by whoever is still heard", async () => {
  const { call, reports } = await inside();
  call.leave();
  assert.deepEqual(
    reports.map(({ reporter, about, state }) => [reporter, about, state]),
    [["me", "bob", "new"]],
  );
  const other = await inside();
  other.newest().says({ type: "error", code: "signed_out", detail: "" });
  other.newest().dies(4401);
  await settle();
  other.world.refusal = new TicketRefused("signed_out");
  mock.timers.tick(60_000);
  await settle();
  assert.equal(other.world.state.over?.reason, "signed_out");
  assert.deepEqual(other.reports, []);
});

test("who gave up is not put into the call by an answer that crosses it", async () => {
  const gone = await knocking();
  gone.call.standDown();
  gone.newest().says(joined(BOB));
  assert.deepEqual([gone.types(), gone.world.state.over], [["join", "leave"], { reason: "left" }]);
  const giving = await knocking();
  giving.world.state = { ...giving.world.state, deed: "withdraw" };
  giving.newest().says(joined(BOB));
  assert.deepEqual(giving.types(), ["join", "leave"]);
  assert.equal(giving.world.state.phase, "over");
});

test("what crosses with being let in takes nobody's seat from them", async () => {
  const { call, newest, types, world } = await knocking();
  newest().says(joined(BOB));
  newest().says({ type: "denied", reason: "withdrawn", retry_after: 0 });
  call.standDown();
  assert.equal(world.state.phase, "call");
  world.refusal = new TicketRefused("seat_gone");
  newest().dies(1006);
  mock.timers.tick(500);
  await Promise.resolve();
  world.refusal = null;
  await settle();
  newest().says(welcome([], "anew"));
  await settle();
  assert.deepEqual(types(), ["join"]);
});

test("who is said to wait does wait, even if they gave up before that", async () => {
  const { call, newest, types, world } = await knocking();
  call.standDown();
  newest().says({ type: "waiting" });
  newest().says(joined(BOB));
  await settle();
  assert.deepEqual([world.state.phase, types().at(-1)], ["call", "offer"]);
});

test("offers that went out behind a knock are forgotten, and made anew for whoever is let in", async () => {
  const { call, newest, types, made, world } = build();
  call.open();
  await settle();
  newest().says(welcome());
  await settle();
  await call.join();
  newest().says({ type: "waiting" });
  assert.deepEqual([world.state.inside, made[0]?.signalingState], [[], "closed"]);
  newest().says(joined(BOB));
  await settle();
  assert.equal(made.length, 2);
  assert.deepEqual(types().slice(-2), ["state", "offer"]);
});

test("offers that went out before one was turned away are forgotten", async () => {
  const { call, newest, made } = build();
  call.open();
  await settle();
  newest().says(welcome());
  await settle();
  await call.join();
  newest().says({ type: "denied", reason: "too_often", retry_after: 60 });
  assert.equal(made[0]?.signalingState, "closed");
});

test("a guest who loads the page anew keeps the seat that they would have to knock for", async () => {
  const guest = await knocking();
  guest.newest().says(joined());
  assert.equal(guest.world.state.self.role, "guest");
  guest.call.depart();
  assert.ok(!guest.types().includes("leave"));
  const visitor = await knocking();
  visitor.newest().says(joined());
  visitor.newest().says({ type: "room", access: "open" });
  visitor.call.depart();
  assert.equal(visitor.types().at(-1), "leave");
});

test("an address that is hidden by the time one comes back is hidden from then on", async () => {
  const { newest, made, world } = await inside();
  newest().says({ ...joined(BOB), hides_address: true });
  await settle();
  assert.equal(world.state.self.hides_address, true);
  assert.equal(made[0]?.configuration.iceTransportPolicy, "relay");
  newest().says(joined(BOB));
  assert.equal(world.state.self.hides_address, true);
});
