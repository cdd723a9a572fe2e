/** How a call ends: by oneself, by the server, or with the page. */

import assert from "node:assert/strict";
import { mock, test } from "node:test";
import { TicketRefused } from "../../static/js/signaling/tickets.js";
import { build, inside } from "./caller.js";
import { settle } from "./settle.js";

test("leaving gives up seat, camera and connections", async () => {
  const { call, types, made, world, camera } = await inside();
  call.leave();
  assert.equal(types().at(-1), "leave");
  assert.equal(made[0]?.signalingState, "closed");
  assert.deepEqual(world.state.over, { reason: "left" });
  assert.ok(camera.tracks.every(({ readyState }) => readyState === "ended"));
});

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

for (const [refusal, reason] of /** @type {const} */ ([
  ["joined_elsewhere", "replaced"],
  ["call_ended", "ended"],
  ["removed", "removed"],
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

test("what is over is not joined", async () => {
  const { call, world } = build();
  world.refusal = new TicketRefused("gone");
  call.open();
  await settle();
  await call.join();
  assert.equal(world.state.phase, "over");
});
