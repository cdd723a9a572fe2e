/** Waiting to be let in: every answer, and what crosses it. */

import assert from "node:assert/strict";
import { mock, test } from "node:test";
import { TicketRefused } from "../../static/js/signaling/tickets.js";
import { BOB, build, joined, welcome } from "./caller.js";
import { settle } from "./settle.js";

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
