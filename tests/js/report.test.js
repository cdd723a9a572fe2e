/** @import { Report, Said } from "../../static/js/rtc/report.js" */

import assert from "node:assert/strict";
import { beforeEach, mock, test } from "node:test";
import { Mesh } from "../../static/js/rtc/mesh.js";
import { Notes, reportOffice } from "../../static/js/rtc/report.js";
import { FakePeerConnection } from "./fake-connection.js";
import { FakeMediaStream } from "./fake-media.js";
import { settle } from "./settle.js";

beforeEach(() => {
  Object.assign(globalThis, { MediaStream: FakeMediaStream });
  mock.timers.reset();
  mock.timers.enable({ apis: ["setTimeout", "setInterval", "Date"] });
});

const LOCAL = { id: "l", type: "local-candidate", candidateType: "host", protocol: "udp" };
const REMOTE = { id: "r", type: "remote-candidate", candidateType: "srflx", protocol: "udp" };
const PAIR = {
  id: "p",
  type: "candidate-pair",
  nominated: true,
  state: "succeeded",
  localCandidateId: "l",
  remoteCandidateId: "r",
  bytesSent: 700,
  bytesReceived: 800,
};
const NOTHING = {
  state: "new",
  setup_ms: null,
  restarts: 0,
  ice_errors: [],
  bytes_sent: 0,
  bytes_received: 0,
};

function noted() {
  const notes = new Notes();
  const pc = new FakePeerConnection();
  notes.follow(pc.real);
  return { notes, pc };
}

/**
 * @param {FakePeerConnection} pc
 * @param {number[]} codes
 */
function fails(pc, ...codes) {
  for (const errorCode of codes) {
    pc.dispatchEvent(Object.assign(new Event("icecandidateerror"), { errorCode }));
  }
}

function gathered() {
  /** @type {FakePeerConnection[]} */
  const made = [];
  /** @type {(Said & {peer: string})[]} */
  const ended = [];
  const mesh = new Mesh({
    createConnection(configuration) {
      const pc = new FakePeerConnection(configuration);
      pc.stats = [LOCAL, REMOTE, PAIR];
      made.push(pc);
      return pc.real;
    },
    send() {},
    changed() {},
    ended: (peer, said) => ended.push({ peer, ...said }),
  });
  return { mesh, made, ended };
}

test("of a connection that came up the path, the time and the bytes are told", async () => {
  const { notes, pc } = noted();
  mock.timers.tick(5000);
  notes.begin();
  pc.stats = [LOCAL, REMOTE, PAIR];
  mock.timers.tick(180);
  pc.becomes("connected");
  await settle();
  assert.deepEqual(notes.said, {
    ...NOTHING,
    state: "connected",
    local_type: "host",
    remote_type: "srflx",
    protocol: "udp",
    setup_ms: 180,
    bytes_sent: 700,
    bytes_received: 800,
  });
});

test("of one that never came up nothing is told but the errors, each once, and what was tried", () => {
  assert.deepEqual(new Notes().said, NOTHING);
  const { notes, pc } = noted();
  fails(pc, 701, 401, 701, 0, 1000);
  notes.mended();
  pc.becomes("failed");
  const expected = { ...NOTHING, state: "failed", restarts: 1, ice_errors: [701, 401] };
  assert.deepEqual(notes.said, expected);
});

test("no more is told than the server takes", () => {
  const { notes, pc } = noted();
  fails(pc, ...Array.from({ length: 100 }, (_, number) => 300 + number));
  for (let time = 0; time < 2000; time += 1) notes.mended();
  mock.timers.tick(2 * 24 * 60 * 60 * 1000);
  pc.becomes("connected");
  assert.equal(notes.said.ice_errors.length, 16);
  assert.equal(notes.said.restarts, 1000);
  assert.equal(notes.said.setup_ms, 24 * 60 * 60 * 1000);
});

test("the path that is in use counts, and to a relay what it is reached by", async () => {
  const { notes, pc } = noted();
  const relay = { ...LOCAL, id: "relay", candidateType: "relay", relayProtocol: "tls" };
  const used = { ...PAIR, id: "used", localCandidateId: "relay" };
  const transport = {
    id: "t",
    type: "transport",
    selectedCandidatePairId: "used",
    bytesSent: 10_000,
    bytesReceived: 20_000,
  };
  pc.stats = [LOCAL, REMOTE, PAIR, relay, used, transport];
  pc.becomes("connected");
  await settle();
  const { local_type, protocol, bytes_sent, bytes_received } = notes.said;
  assert.deepEqual([local_type, protocol], ["relay", "tls"]);
  assert.deepEqual([bytes_sent, bytes_received], [10_000, 20_000]);
});

test("bytes of several connections add up, and the first time up is the one that counts", async () => {
  const { notes, pc } = noted();
  pc.stats = [LOCAL, REMOTE, PAIR];
  mock.timers.tick(100);
  pc.becomes("connected");
  await settle();
  const next = new FakePeerConnection();
  notes.follow(next.real);
  next.stats = [LOCAL, REMOTE, { ...PAIR, bytesSent: 50 }];
  mock.timers.tick(100);
  next.becomes("connected");
  pc.becomes("connected");
  await settle();
  assert.equal(notes.said.bytes_sent, 750);
  assert.equal(notes.said.setup_ms, 100);
});

test("whoever leaves is told of once, as it was before the hanging up", async () => {
  const { mesh, made, ended } = gathered();
  mesh.join(["alice"]);
  mesh.joined([{ peer: "alice" }], false);
  await settle();
  mock.timers.tick(200);
  made[0]?.becomes("connected");
  await settle();
  mesh.left("alice");
  mesh.left("alice");
  mesh.close();
  assert.equal(ended.length, 1);
  const { peer, state, setup_ms, local_type } = ended[0] ?? {};
  assert.deepEqual([peer, state, setup_ms, local_type], ["alice", "connected", 200, "host"]);
});

test("a call that ends tells of everyone, one that was only looked at of nobody", async () => {
  const { mesh, ended } = gathered();
  mesh.prepare(["alice", "bob"]);
  await settle();
  mesh.prepare(["alice"]);
  mesh.close();
  assert.deepEqual(ended, []);
  mesh.join(["alice"]);
  mesh.joined([{ peer: "alice" }], false);
  mesh.arrived("charlie");
  mesh.close();
  assert.deepEqual(
    ended.map(({ peer, state }) => [peer, state]),
    [
      ["alice", "new"],
      ["charlie", "new"],
    ],
  );
});

test("a page that goes away without hanging up tells what it knows", () => {
  const { mesh, made, ended } = gathered();
  mesh.tell();
  mesh.join(["alice"]);
  mesh.joined([{ peer: "alice" }], false);
  mesh.tell();
  assert.deepEqual(
    ended.map(({ peer }) => peer),
    ["alice"],
  );
  assert.notEqual(made[0]?.signalingState, "closed");
});

test("what was done about a broken connection is counted", async () => {
  const { mesh, made, ended } = gathered();
  mesh.join(["alice"]);
  mesh.joined([{ peer: "alice" }], false);
  await settle();
  made[0]?.becomes("connected");
  made[0]?.becomes("disconnected");
  mock.timers.tick(3000);
  made[0]?.becomes("connected");
  await settle();
  mesh.left("alice");
  assert.equal(ended[0]?.restarts, 1);
});

test("a report outlives the page, and one that does not arrive harms nothing", async () => {
  /** @type {[string, RequestInit][]} */
  const asked = [];
  globalThis.fetch = async (url, request = {}) => {
    asked.push([String(url), request]);
    throw new TypeError("no network");
  };
  /** @type {Report} */
  const report = { ...NOTHING, state: "connected", reporter: "me", about: "alice" };
  reportOffice("/api/rooms/r/reports/", "token")(report);
  reportOffice(null, "token")(report);
  await settle();
  assert.equal(asked.length, 1);
  const [url, { method, headers, keepalive, body }] = asked[0] ?? ["", {}];
  assert.deepEqual([url, method, keepalive], ["/api/rooms/r/reports/", "POST", true]);
  assert.equal(new Headers(headers).get("X-CSRFToken"), "token");
  assert.deepEqual(JSON.parse(String(body)), report);
});

test("a clock that is set back makes no time negative", () => {
  mock.timers.setTime(60_000);
  const { notes, pc } = noted();
  mock.timers.reset();
  mock.timers.enable({ apis: ["Date"], now: 1000 });
  pc.becomes("connected");
  assert.equal(notes.said.setup_ms, 0);
});
