/**
 * @import { Ending } from "../../static/js/signaling/connection.js"
 */

import assert from "node:assert/strict";
import { beforeEach, mock, test } from "node:test";
import { Connection } from "../../static/js/signaling/connection.js";
import { TicketRefused } from "../../static/js/signaling/tickets.js";
import { FakeSocket, settle } from "./fakes.js";

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
  const connection = new Connection(surroundings, listener, () => 1);
  const newest = () => /** @type {FakeSocket} */ (sockets.at(-1));
  return { connection, sockets, asked, heard, endings, office, newest };
}

/** A line with a seat. */
async function seated() {
  const line = build();
  line.connection.connect();
  await settle();
  line.newest().says(WELCOME);
  await settle();
  line.newest().says(JOINED);
  line.heard.length = 0;
  return line;
}

/** @param {number} ms */
async function pass(ms) {
  mock.timers.tick(ms);
  await settle();
}

test("a ticket opens a socket, and the welcome makes it count", async () => {
  const { connection, newest, heard } = build();
  connection.connect();
  await settle();
  assert.deepEqual(newest().protocols, ["parley.v1", "parley.ticket.t1"]);
  assert.equal(connection.up, false);
  newest().says({ type: "from-the-future" });
  newest().says(WELCOME);
  await settle();
  assert.equal(connection.up, true);
  assert.deepEqual(heard, ["up", "welcome"]);
  connection.send({ type: "leave" });
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
  const line = await seated();
  line.office.refusal = new TicketRefused("unavailable");
  line.newest().dies(1006);
  for (const delay of [500, 1000, 2000, 4000, 4000]) {
    const before = line.asked.length;
    await pass(delay - 1);
    assert.equal(line.asked.length, before);
    await pass(1);
    assert.equal(line.asked.length, before + 1);
  }
  assert.ok(line.heard.includes("slow"));

  const standing = build();
  standing.office.refusal = new TicketRefused("unavailable", 2500);
  standing.connection.connect();
  await settle();
  for (const delay of [2500, 2500, 2500, 4000, 8000, 16_000, 30_000, 30_000]) {
    const before = standing.asked.length;
    await pass(delay);
    assert.equal(standing.asked.length, before + 1);
  }
});

test("an attempt is given up after 5 s", async () => {
  const { connection, sockets } = build();
  connection.connect();
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

for (const code of [4400, 4403, 4404, 4409, 4413, 4423]) {
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
  const { connection, endings, newest } = build();
  connection.connect();
  await settle();
  newest().says({ type: "error", code: "not_found", detail: "" });
  newest().dies(4404);
  await settle();
  assert.equal(endings.length, 1);
  const [ending] = endings;
  assert.ok(ending && "code" in ending);
  assert.deepEqual([ending.code, ending.reason], [4404, "not_found"]);
});

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
  const { connection, sockets, heard, endings } = await seated();
  connection.connect();
  await settle();
  sockets[0]?.says({ type: "peer-left", peer: "bob", reason: "left" });
  sockets[0]?.dies(4409);
  sockets[1]?.says(JOINED);
  await settle();
  assert.deepEqual(heard, ["down", "peer-left", "up", "joined"]);
  assert.deepEqual(endings, []);
});

test("a probe that is answered changes nothing, one that is not brings a new socket", async () => {
  const { connection, sockets, heard, newest } = await seated();
  connection.probe();
  newest().says({ type: "pong", t: 1 });
  await pass(1000);
  assert.equal(sockets.length, 1);
  connection.probe();
  await pass(1000);
  assert.ok(heard.includes("silent"));
  assert.equal(sockets[0]?.closedWith, undefined);
  newest().says(JOINED);
  await settle();
  assert.equal(sockets.length, 2);
  assert.equal(sockets[0]?.closedWith, 3001);
});

test("a server that goes away is left at a random moment of the time it gives", async () => {
  const { sockets, newest } = await seated();
  newest().says({ type: "restart", in: 3000 });
  newest().dies(1012);
  await pass(2999);
  assert.equal(sockets.length, 1);
  await pass(1);
  assert.equal(sockets.length, 2);
});

test("coming back is hurried when something says that it would succeed", async () => {
  const { connection, sockets, newest } = await seated();
  newest().dies(1006);
  connection.hurry();
  connection.hurry();
  await settle();
  assert.equal(sockets.length, 2);
});

test("leaving says so and comes back no more", async () => {
  const { connection, sockets, newest, endings } = await seated();
  connection.leave();
  connection.connect();
  assert.deepEqual(newest().sent, [{ type: "leave" }]);
  assert.equal(newest().closedWith, 1000);
  await pass(60_000);
  assert.equal(sockets.length, 1);
  assert.deepEqual(endings, []);
});
