/**
 * Coming in from the preview, and being in the call.
 *
 * @import { FakePeerConnection } from "./fake-connection.js"
 */

import assert from "node:assert/strict";
import { mock, test } from "node:test";
import { TicketRefused } from "../../static/js/signaling/tickets.js";
import { BOB, build, inside, joined, SHOWING, welcome } from "./caller.js";
import { settle } from "./settle.js";

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
