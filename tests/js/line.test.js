/**
 * @import { Ending } from "../../static/js/signaling/line.js"
 */

import assert from "node:assert/strict";
import { beforeEach, mock, test } from "node:test";
import { Line } from "../../static/js/signaling/line.js";
import { TicketRefused } from "../../static/js/signaling/tickets.js";
import { FakeSocket } from "./fake-socket.js";
import { settle } from "./settle.js";

beforeEach(() => {
  mock.timers.reset();
  mock.timers.enable({ apis: ["setTimeout", "setInterval"] });
});

const WELCOME = { type: "welcome", self: { peer: "me", user: 1, name: "Alice", role: "owner" } };
const JOINED = { type: "joined", peers: [] };

function build() {
  /** @type {FakeSocket[]} */
  const sockets = [];
  /** @type {(string | null)[]} */
  const asked = [];
  /** @type {string[]} */
  const heard = [];
  /** @type {Ending[]} */
  const endings = [];
  const office = { refusal: /** @type {TicketRefused | null} */ (null) };
  const surroundings = {
    async ticket(/** @type {string | null} */ resume) {
      asked.push(resume);
      if (office.refusal) throw office.refusal;
      return { ticket: `t${asked.length}`, url: "wss://test/ws/rooms/r/" };
    },
    open(/** @type {string} */ url, /** @type {string[]} */ protocols) {
      const socket = new FakeSocket(url, protocols);
      sockets.push(socket);
      return socket.real;
    },
  };
  const listener = {
    frame: (/** @type {{type: string}} */ { type }) => heard.push(type),
    up: () => heard.push("up"),
    down: () => heard.push("down"),
    slow: () => heard.push("slow"),
    silent: () => heard.push("silent"),
    over: (/** @type {Ending} */ ending) => endings.push(ending),
  };
  const line = new Line(surroundings, listener, () => 1);
  const newest = () => /** @type {FakeSocket} */ (sockets.at(-1));
  return { line, sockets, asked, heard, endings, office, newest };
}

/** A line with a seat. */
async function seated() {
  const world = build();
  world.line.connect();
  await settle();
  world.newest().says(WELCOME);
  await settle();
  world.newest().says(JOINED);
  world.heard.length = 0;
  return world;
}

/** @param {number} ms */
async function pass(ms) {
  mock.timers.tick(ms);
  await settle();
}

test("a ticket opens a socket, and the welcome makes it count", async () => {
  const { line, newest, heard } = build();
  line.connect();
  await settle();
  assert.deepEqual(newest().protocols, ["parley.v1", "parley.ticket.t1"]);
  assert.equal(line.up, false);
  newest().says({ type: "from-the-future" });
  newest().says(WELCOME);
  await settle();
  assert.equal(line.up, true);
  assert.deepEqual(heard, ["up", "welcome"]);
  line.send({ type: "leave" });
  assert.deepEqual(newest().sent, [{ type: "leave" }]);
});

test("a lost socket is replaced and the seat taken up again", async () => {
  const { sockets, asked, heard, newest } = await seated();
  newest().dies(1006);
  assert.deepEqual(heard, ["down"]);
  await pass(500);
  assert.deepEqual(asked, [null, "me"]);
  newest().says({ type: "ice-servers", iceServers: [] });
  newest().says(JOINED);
  await settle();
  assert.deepEqual(heard, ["down", "up", "ice-servers", "joined"]);
  assert.equal(sockets.length, 2);
});

test("attempts back off to 4 s with a seat and to 30 s without", async () => {
  const world = await seated();
  world.office.refusal = new TicketRefused("unavailable");
  world.newest().dies(1006);
  for (const delay of [500, 1000, 2000, 4000, 4000]) {
    const before = world.asked.length;
    await pass(delay - 1);
    assert.equal(world.asked.length, before);
    await pass(1);
    assert.equal(world.asked.length, before + 1);
  }
  assert.ok(world.heard.includes("slow"));

  const standing = build();
  standing.office.refusal = new TicketRefused("unavailable", 2500);
  standing.line.connect();
  await settle();
  for (const delay of [2500, 2500, 2500, 4000, 8000, 16_000, 30_000, 30_000]) {
    const before = standing.asked.length;
    await pass(delay);
    assert.equal(standing.asked.length, before + 1);
  }
});

test("an attempt is given up after 5 s", async () => {
  const { line, sockets } = build();
  line.connect();
  await settle();
  await pass(5000);
  assert.equal(sockets[0]?.closedWith, 3001);
  await pass(500);
  assert.equal(sockets.length, 2);
});

test("it says that it takes long after 2 s, once", async () => {
  const { heard, newest } = await seated();
  newest().dies(1012);
  await pass(1999);
  assert.ok(!heard.includes("slow"));
  await pass(1);
  await pass(10_000);
  assert.equal(heard.filter((said) => said === "slow").length, 1);
});

test("a seat that is gone is given up and the room entered anew", async () => {
  const { asked, newest, office } = await seated();
  newest().dies(1006);
  office.refusal = new TicketRefused("seat_gone");
  mock.timers.tick(500);
  await Promise.resolve();
  office.refusal = null;
  await settle();
  assert.deepEqual(asked, [null, "me", null]);
});

test("a seat that ends between ticket and handshake is given up too", async () => {
  const { asked, newest } = await seated();
  newest().dies(1006);
  await pass(500);
  newest().says({ type: "error", code: "seat_gone", detail: "" });
  newest().dies(4401);
  await settle();
  assert.deepEqual(asked, [null, "me", null]);
});

test("a spent ticket is replaced and the seat kept", async () => {
  const { asked, newest } = await seated();
  newest().dies(4401);
  await pass(0);
  assert.deepEqual(asked, [null, "me"]);
});

for (const code of [1000, 4400, 4403, 4404, 4409, 4413, 4423]) {
  test(`after ${code} there is no further attempt`, async () => {
    const { asked, endings, newest } = await seated();
    newest().says({ type: "error", code: "the_case", detail: "" });
    newest().dies(code);
    await pass(60_000);
    assert.deepEqual(endings, [{ code, reason: "the_case" }]);
    assert.equal(asked.length, 1);
  });
}

test("a handshake that is refused for good ends it, with the reason", async () => {
  const { line, endings, newest } = build();
  line.connect();
  await settle();
  newest().says({ type: "error", code: "not_found", detail: "" });
  newest().dies(4404);
  await settle();
  assert.equal(endings.length, 1);
  const [ending] = endings;
  assert.ok(ending && "code" in ending);
  assert.deepEqual([ending.code, ending.reason], [4404, "not_found"]);
});

test("why the server let no socket stand is passed on", async () => {
  const { heard, newest } = await seated();
  newest().dies(1006);
  await pass(500);
  newest().says({ type: "error", code: "too_many_sockets", detail: "Close another page." });
  newest().dies(4429);
  await settle();
  assert.deepEqual(heard, ["down", "error"]);
});

test("who is told to wait before the next ticket waits, and hears why", async () => {
  const { asked, heard, newest, office } = await seated();
  const said = { type: /** @type {const} */ ("error"), code: "too_many_requests", detail: "Wait." };
  office.refusal = new TicketRefused("unavailable", 20_000, said);
  newest().dies(1006);
  await pass(500);
  assert.deepEqual(heard, ["down", "error"]);
  await pass(19_999);
  assert.equal(asked.length, 2);
  await pass(1);
  assert.equal(asked.length, 3);
});

for (const refusal of /** @type {const} */ (["joined_elsewhere", "call_ended", "removed"])) {
  test(`a seat that somebody ended (${refusal}) is not joined anew`, async () => {
    const { asked, endings, newest, office } = await seated();
    newest().dies(1006);
    office.refusal = new TicketRefused(refusal);
    await pass(60_000);
    assert.deepEqual(endings, [{ refusal }]);
    assert.equal(asked.length, 2);
  });
}

test("signed out is over", async () => {
  const { endings, newest, office } = await seated();
  office.refusal = new TicketRefused("signed_out");
  newest().dies(4401);
  await pass(0);
  assert.deepEqual(endings, [{ refusal: "signed_out" }]);
});

test("a server that does not answer a ping in 5 s gets a new socket", async () => {
  const { sockets, newest } = await seated();
  await pass(5000);
  assert.equal(newest().sent.at(-1)?.type, "ping");
  newest().says({ type: "pong", t: 1 });
  await pass(5000);
  assert.equal(sockets.length, 1);
  await pass(5000);
  assert.equal(sockets.length, 2);
});

test("the old socket serves until the new one stands, and its end means nothing then", async () => {
  const { line, sockets, heard, endings } = await seated();
  line.connect();
  await settle();
  sockets[0]?.says({ type: "peer-left", peer: "bob", reason: "left" });
  sockets[0]?.dies(4409);
  sockets[1]?.says(JOINED);
  await settle();
  assert.deepEqual(heard, ["down", "peer-left", "up", "joined"]);
  assert.deepEqual(endings, []);
});

test("a server that took the seat over for an attempt given up does not end the call", async () => {
  const { line, sockets, asked, endings } = await seated();
  line.connect();
  await pass(5000);
  sockets[0]?.says({ type: "error", code: "joined_elsewhere", detail: "" });
  sockets[0]?.dies(4409);
  await pass(500);
  assert.deepEqual(endings, []);
  assert.deepEqual(asked, [null, "me", "me"]);
});

test("a probe that is answered changes nothing, one that is not brings a new socket", async () => {
  const { line, sockets, heard, newest } = await seated();
  line.probe();
  newest().says({ type: "pong", t: 1 });
  await pass(1000);
  assert.equal(sockets.length, 1);
  line.probe();
  await pass(1000);
  assert.ok(heard.includes("silent"));
  assert.equal(sockets[0]?.closedWith, undefined);
  newest().says(JOINED);
  await settle();
  assert.equal(sockets.length, 2);
  assert.equal(sockets[0]?.closedWith, 3001);
});

test("coming back is hurried when something says that it would succeed", async () => {
  const { line, sockets, newest } = await seated();
  newest().dies(1006);
  line.hurry();
  line.hurry();
  await settle();
  assert.equal(sockets.length, 2);
});

test("leaving says so and comes back no more", async () => {
  const { line, sockets, newest, endings } = await seated();
  line.leave();
  line.connect();
  assert.deepEqual(newest().sent, [{ type: "leave" }]);
  assert.equal(newest().closedWith, 1000);
  await pass(60_000);
  assert.equal(sockets.length, 1);
  assert.deepEqual(endings, []);
});
