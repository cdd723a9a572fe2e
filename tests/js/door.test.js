/** @import { Event as CallEvent, State } from "../../static/js/call/types.js" */
/** @import { ServerFrame } from "../../static/js/signaling/messages.js" */

import assert from "node:assert/strict";
import { beforeEach, mock, test } from "node:test";
import { Door } from "../../static/js/call/door.js";
import { Lobby } from "../../static/js/call/lobby.js";
import { initialState, reduce } from "../../static/js/call/state.js";
import { settle } from "./settle.js";
import { URLS } from "./urls.js";

beforeEach(() => {
  mock.timers.reset();
  mock.timers.enable({ apis: ["setTimeout"] });
});

/** @param {string} role */
function stateOf(role) {
  return initialState({
    room: { slug: "r", name: "Garden plan" },
    self: { user: 1, name: "Alice", role },
    waiting: role === "stranger",
    entry: "knock",
    inside: [],
    urls: URLS,
  });
}

/** @param {string | null} answer what the server makes of giving up */
function before(answer) {
  const world = { state: stateOf("stranger") };
  const dispatch = (/** @type {CallEvent} */ event) => {
    world.state = reduce(world.state, event);
    if (event.type === "received") door.follow(event.frame);
  };
  const door = new Door({ ask: async () => answer }, dispatch, () => world.state);
  const hear = (/** @type {ServerFrame} */ frame) => dispatch({ type: "received", frame, at: 1 });
  return { door, world, dispatch, hear };
}

/** @type {ServerFrame} */
const WITHDRAWN = { type: "denied", reason: "withdrawn", retry_after: 0 };

test("who gives up is before the door at once, whatever the line says", async () => {
  const { door, world } = before(null);
  assert.equal(await door.withdraw(), true);
  const { phase, denied, deed } = world.state;
  assert.deepEqual([phase, denied, deed], ["preview", { reason: "stopped", wait: "over" }, null]);
});

test("whoever gave up is told so, whichever answer comes first, and nobody else is", async () => {
  const first = before(null);
  const withdrawing = first.door.withdraw();
  first.hear(WITHDRAWN);
  assert.equal(first.world.state.denied?.reason, "stopped");
  await withdrawing;
  assert.equal(first.world.state.denied?.reason, "stopped");
  const last = before(null);
  await last.door.withdraw();
  last.hear(WITHDRAWN);
  assert.equal(last.world.state.denied?.reason, "stopped");
  const other = before(null);
  other.hear(WITHDRAWN);
  assert.equal(other.world.state.denied?.reason, "withdrawn");
});

test("who could not give up goes on waiting, and hears why", async () => {
  const { door, world } = before("The server did not answer.");
  assert.equal(await door.withdraw(), false);
  const { phase, problem, deed } = world.state;
  assert.deepEqual([phase, problem?.text, deed], ["waiting", "The server did not answer.", null]);
});

test("who was refused may ask again when the time is over, and not before", () => {
  const { door, world } = before(null);
  const frame = /** @type {const} */ ({ type: "denied", reason: "refused", retry_after: 60 });
  world.state = reduce(world.state, { type: "received", frame, at: 1 });
  door.follow(frame);
  mock.timers.tick(59_999);
  assert.equal(world.state.denied?.wait, "running");
  mock.timers.tick(1);
  assert.equal(world.state.denied?.wait, "over");
});

test("who has asked again meanwhile, or is inside, is not told that they may ask again", () => {
  const frame = /** @type {const} */ ({ type: "denied", reason: "refused", retry_after: 60 });
  const { world, dispatch, hear } = before(null);
  hear(frame);
  dispatch({ type: "joining" });
  mock.timers.tick(60_000);
  assert.equal(world.state.denied, null);
  hear(frame);
  hear({ type: "joined", peers: [] });
  mock.timers.tick(60_000);
  assert.deepEqual([world.state.phase, world.state.denied], ["call", null]);
});

/** @param {unknown[]} answers one after the other */
function lobby(...answers) {
  const world = { state: stateOf("owner"), reads: 0 };
  const api = {
    read: async () => {
      const answer = answers[world.reads];
      world.reads += 1;
      return answer;
    },
  };
  const changed = (/** @type {Partial<State>} */ values) => Object.assign(world.state, values);
  return { lobby: new Lobby(api, changed, () => world.state), world };
}

/** @type {ServerFrame} */
const WELCOME = { type: "joined", peers: [] };
const CHARLIE = { user: 3, name: "Charlie" };

test("a moderator who comes reads who waits", async () => {
  const { lobby: door, world } = lobby([{ ...CHARLIE, at: "2026-01-01T10:00:00Z" }]);
  await door.follow(WELCOME, world.state, world.state);
  assert.deepEqual(world.state.knocks, [CHARLIE]);
});

test("a member asks for no list, and reads it as soon as they moderate", async () => {
  const { lobby: door, world } = lobby([CHARLIE]);
  await door.follow(WELCOME, stateOf("member"), stateOf("member"));
  assert.equal(world.reads, 0);
  await door.follow({ type: "room", roles: { 1: "moderator" } }, stateOf("member"), world.state);
  assert.deepEqual([world.reads, world.state.knocks], [1, [CHARLIE]]);
});

test("a list that was overtaken by news is read anew", async () => {
  const { lobby: door, world } = lobby([], [CHARLIE]);
  const looking = door.follow(WELCOME, world.state, world.state);
  door.follow({ type: "knock", ...CHARLIE, waiting: true }, world.state, world.state);
  await looking;
  assert.deepEqual([world.reads, world.state.knocks], [2, [CHARLIE]]);
});

test("a list that could not be read is asked for again, ever less often", async () => {
  const { lobby: door, world } = lobby(null, null, null, [CHARLIE]);
  await door.follow(WELCOME, world.state, world.state);
  for (const [delay, reads] of [
    [2000, 2],
    [4000, 3],
    [8000, 4],
  ]) {
    mock.timers.tick(/** @type {number} */ (delay) - 1);
    assert.equal(world.reads, /** @type {number} */ (reads) - 1);
    mock.timers.tick(1);
    await settle();
    assert.equal(world.reads, reads);
  }
  assert.deepEqual(world.state.knocks, [CHARLIE]);
  mock.timers.tick(60_000);
  assert.equal(world.reads, 4);
});

test("who moderates no more, or is out of the call, asks for no list again", async () => {
  const demoted = lobby(null);
  await demoted.lobby.follow(WELCOME, demoted.world.state, demoted.world.state);
  demoted.world.state = stateOf("member");
  const out = lobby(null);
  await out.lobby.follow(WELCOME, out.world.state, out.world.state);
  out.world.state = reduce(out.world.state, { type: "over", reason: "left" });
  out.lobby.stop();
  mock.timers.tick(60_000);
  await settle();
  assert.deepEqual([demoted.world.reads, out.world.reads], [1, 1]);
});

test("where the list cannot be read, what the line said stands", async () => {
  const { lobby: door, world } = lobby(null);
  world.state.knocks = [CHARLIE];
  await door.follow(WELCOME, world.state, world.state);
  await settle();
  assert.deepEqual(world.state.knocks, [CHARLIE]);
});
