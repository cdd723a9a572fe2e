/** @import { Said } from "../../static/js/rtc/report.js" */

import assert from "node:assert/strict";
import { beforeEach, mock, test } from "node:test";
import { Mesh } from "../../static/js/rtc/mesh.js";
import { FakePeerConnection } from "./fake-connection.js";
import { FakeMediaStream } from "./fake-media.js";
import { settle } from "./settle.js";

beforeEach(() => {
  Object.assign(globalThis, { MediaStream: FakeMediaStream });
  mock.timers.reset();
  mock.timers.enable({ apis: ["setTimeout", "setInterval", "Date"] });
});

function build() {
  /** @type {FakePeerConnection[]} */
  const made = [];
  /** @type {{type: string, to: string, connection?: string}[]} */
  const sent = [];
  /** @type {Record<string, string>} */
  const links = {};
  /** @type {(Said & {peer: string})[]} */
  const ended = [];
  const mesh = new Mesh({
    createConnection(configuration) {
      const pc = new FakePeerConnection(configuration);
      made.push(pc);
      return pc.real;
    },
    send: (frame) => sent.push(frame),
    changed(peer, link) {
      links[peer] = link;
    },
    ended: (peer, said) => ended.push({ peer, ...said }),
  });
  const offered = () => sent.filter(({ type }) => type === "offer").map(({ to }) => to);
  return { mesh, made, sent, links, ended, offered };
}

const RELAYED = [
  { id: "l", type: "local-candidate", candidateType: "relay" },
  { id: "p", type: "candidate-pair", nominated: true, state: "succeeded", localCandidateId: "l" },
];
const ALICE = { peer: "alice", away: false };
const BOB = { peer: "bob", away: false };

test("offers prepared before the join follow right behind it, and there is no second one", async () => {
  const { mesh, offered, made } = build();
  mesh.prepare(["alice", "bob"]);
  await settle();
  assert.deepEqual(offered(), []);
  mesh.join(["alice", "bob"]);
  assert.deepEqual(offered(), ["alice", "bob"]);
  mesh.joined([ALICE, BOB], false);
  await settle();
  assert.equal(made.length, 2);
});

test("who left before the join is not offered anything, who came gets an offer then", async () => {
  const { mesh, offered, made } = build();
  mesh.prepare(["alice"]);
  await settle();
  mesh.join(["alice"]);
  mesh.joined([BOB], false);
  await settle();
  assert.equal(made[0]?.signalingState, "closed");
  assert.deepEqual(offered(), ["alice", "bob"]);
});

test("prepared offers are thrown away after a minute, and made again at the join", async () => {
  const { mesh, made, offered } = build();
  mesh.prepare(["alice"]);
  await settle();
  mock.timers.tick(60_000);
  assert.equal(made[0]?.signalingState, "closed");
  mock.timers.tick(600_000);
  await settle();
  assert.equal(made.length, 1);
  mesh.join(["alice", "bob"]);
  await settle();
  assert.deepEqual(offered(), ["alice", "bob"]);
});

test("whoever comes after that minute is prepared for, with all who are inside then", async () => {
  const { mesh, made } = build();
  mesh.prepare(["alice"]);
  mock.timers.tick(60_000);
  mesh.prepare(["alice", "bob"]);
  await settle();
  const states = made.map(({ signalingState }) => signalingState);
  assert.deepEqual(states, ["closed", "have-local-offer", "have-local-offer"]);
});

test("whoever comes after me offers, also when I only hear of it on coming back", async () => {
  const { mesh, offered, made } = build();
  mesh.join([]);
  mesh.joined([], false);
  mesh.arrived("bob");
  mesh.suspend();
  mesh.joined([BOB, { peer: "charlie" }], false);
  mesh.back("charlie");
  await settle();
  assert.deepEqual(offered(), []);
  mesh.receive({ type: "offer", from: "bob", data: { type: "offer", sdp: "an offer" } });
  await settle();
  assert.equal(made.length, 1);
});

test("someone away is offered nothing until they are back", async () => {
  const { mesh, offered } = build();
  mesh.join([]);
  mesh.joined([{ peer: "alice", away: true }], false);
  await settle();
  assert.deepEqual(offered(), []);
  mesh.back("alice");
  await settle();
  assert.deepEqual(offered(), ["alice"]);
});

test("someone away who arrives is offered something, someone there nothing more", async () => {
  const { mesh, offered } = build();
  mesh.join(["bob"]);
  mesh.joined([{ peer: "alice", away: true }, BOB], false);
  mesh.arrived("alice");
  mesh.arrived("bob");
  await settle();
  assert.deepEqual(offered().sort(), ["alice", "bob"]);
});

test("a snapshot that lacks a peer hangs up on it, and so does its leaving", async () => {
  const { mesh, made } = build();
  mesh.join(["alice", "bob"]);
  mesh.joined([ALICE, BOB], false);
  await settle();
  mesh.joined([BOB], false);
  assert.equal(made[0]?.signalingState, "closed");
  mesh.left("bob");
  assert.equal(made[1]?.signalingState, "closed");
});

test("fresh ICE servers reach every connection, the running ones too", async () => {
  const { mesh, made } = build();
  mesh.setIceServers([{ urls: "stun:old" }]);
  mesh.join(["alice"]);
  mesh.setIceServers([{ urls: "stun:new" }]);
  assert.deepEqual(made[0]?.configuration, {
    bundlePolicy: "max-bundle",
    iceServers: [{ urls: "stun:new" }],
  });
});

test("the more people, the less video each gets; the speaker keeps more", async () => {
  const { mesh, made } = build();
  const bitrate = () => made[0]?.sending(1)?.maxBitrate;
  mesh.join(["alice"]);
  mesh.joined([ALICE], false);
  await settle();
  assert.equal(bitrate(), 1_500_000);
  mesh.arrived("bob");
  await settle();
  assert.equal(bitrate(), 800_000);
  mesh.speak(true);
  await settle();
  assert.equal(bitrate(), 1_500_000);
  mesh.left("bob");
  mesh.speak(false);
  await settle();
  assert.equal(bitrate(), 1_500_000);
});

test("links through a relay share what a relay may carry", async () => {
  const { mesh, made } = build();
  const sending = () => made.map((pc) => pc.sending(1));
  mesh.join(["alice", "bob"]);
  mesh.joined([ALICE, BOB], false);
  await settle();
  for (const pc of made) pc.becomes("connected");
  for (const pc of made) pc.stats = RELAYED;
  mock.timers.tick(2000);
  await settle();
  const bitrates = sending().map((encoding) => encoding?.maxBitrate);
  assert.deepEqual(bitrates, [500_000, 500_000]);
});

test("what is known of each connection is said when one is seated", async () => {
  const { mesh, links } = build();
  mesh.prepare(["alice"]);
  mesh.join(["alice"]);
  mesh.joined([ALICE], false);
  assert.deepEqual(links, { alice: "connecting" });
  assert.deepEqual(mesh.levels(), new Map([["alice", 0.5]]));
});

test("a connection to somebody who is held is silent from its first moment", async () => {
  const { mesh, made } = build();
  mesh.hold(new Set(["alice"]));
  mesh.joined([ALICE, BOB], false);
  await settle();
  const heard = made.map(({ transceivers }) => transceivers[0]?.receiver.track.enabled);
  assert.deepEqual(heard, [false, true]);
});
