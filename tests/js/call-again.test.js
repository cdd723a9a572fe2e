/** Coming back: after a loss, on another network, and where the server says not yet. */

import assert from "node:assert/strict";
import { mock, test } from "node:test";
import { TicketRefused } from "../../static/js/signaling/tickets.js";
import { BOB, build, inside, joined, welcome } from "./caller.js";
import { settle } from "./settle.js";

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

test("an address that is hidden by the time one comes back is hidden from then on", async () => {
  const { newest, made, world } = await inside();
  newest().says({ ...joined(BOB), hides_address: true });
  await settle();
  assert.equal(world.state.self.hides_address, true);
  assert.equal(made[0]?.configuration.iceTransportPolicy, "relay");
  newest().says(joined(BOB));
  assert.equal(world.state.self.hides_address, true);
});

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
