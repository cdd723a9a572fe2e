import assert from "node:assert/strict";
import { beforeEach, mock, test } from "node:test";
import { deviceKey } from "../../static/js/device/key.js";
import { Device } from "../../static/js/device/registration.js";
import { TicketRefused, ticketOffice } from "../../static/js/signaling/tickets.js";
import { FakeServer, refusal } from "./fake-server.js";
import { FakeIndexedDB } from "./fake-storage.js";

const DEVICES = "/api/devices/";
const TICKETS = "/api/rooms/r/tickets/";

let server = new FakeServer();
let kept = new FakeIndexedDB();

beforeEach(() => {
  server = new FakeServer();
  kept = new FakeIndexedDB();
  Object.assign(globalThis, { indexedDB: kept, fetch: server.fetch });
  mock.timers.reset();
});

/** Where tickets are had by someone whose key the server knows, unless told otherwise. */
async function office({ registered = "" } = {}) {
  const known = registered || (kept.failure ? "" : (await deviceKey("1")).thumbprint);
  const origin = "https://parley.example.org";
  const facts = { user: "1", registered: known, nonce: "n", csrfToken: "c", origin };
  return ticketOffice(TICKETS, new Device(facts));
}

/** @param {Response} reply */
async function answering(reply) {
  server.answer = () => reply;
  return (await office())("me", new AbortController().signal);
}

const { signal } = new AbortController();

test("a known browser has its ticket for one request, with a proof", async () => {
  server.answer = () => Response.json({ ticket: "t", url: "wss://test/" });
  const ask = await office();
  assert.deepEqual(await ask("me", signal), { ticket: "t", url: "wss://test/" });
  assert.deepEqual(server.paths, [TICKETS]);
  assert.equal(server.asked[0]?.proof.claims.htm, "POST");
  assert.equal(server.asked[0]?.request.body, '{"resume":"me"}');
});

test("a browser that is new registers its key first", async () => {
  const ask = await office({ registered: "another key's" });
  await ask(null, signal);
  await ask(null, signal);
  assert.deepEqual(server.paths, [DEVICES, TICKETS, TICKETS]);
});

test("where the page was wrong about the key it is registered, and the ticket had then", async () => {
  let known = false;
  server.answer = (path) => {
    if (path === DEVICES) known = true;
    return known ? Response.json({ ticket: "t" }) : refusal(403, "device_key_required");
  };
  await (await office())(null, signal);
  assert.deepEqual(server.paths, [TICKETS, DEVICES, TICKETS]);
});

test("a key that stays unknown is not registered for ever", async () => {
  server.answer = (path) =>
    path === DEVICES ? Response.json({}) : refusal(403, "device_key_required");
  await assert.rejects((await office())(null, signal), { refusal: "unavailable" });
  assert.equal(server.asked.length, 3);
});

test("who must show again who they are gets no ticket, and is told so", async () => {
  server.answer = () => refusal(403, "fresh_sign_in");
  const ask = await office({ registered: "another key's" });
  await assert.rejects(ask(null, signal), { refusal: "fresh_sign_in" });
  assert.deepEqual(server.paths, [DEVICES]);
});

test("a browser that keeps nothing is told so, without asking the server", async () => {
  kept.failure = new DOMException("no", "SecurityError");
  await assert.rejects((await office())(null, signal), { refusal: "no_storage" });
  assert.deepEqual(server.paths, []);
});

test("a storage that does not answer holds no attempt longer than it may take", async () => {
  kept.door = "silent";
  const ask = await office({ registered: "a key's" });
  const attempt = new AbortController();
  const ticket = ask(null, attempt.signal);
  attempt.abort();
  await assert.rejects(ticket, { name: "AbortError" });
});

for (const [status, code, said] of /** @type {const} */ ([
  [401, "not_authenticated", "signed_out"],
  [403, "csrf_failed", "error"],
  [403, "fresh_sign_in", "fresh_sign_in"],
  [404, "not_found", "gone"],
  [409, "seat_gone", "seat_gone"],
  [409, "joined_elsewhere", "joined_elsewhere"],
  [409, "call_ended", "call_ended"],
  [409, "removed", "removed"],
  [409, "from_the_future", "unavailable"],
  [403, "permission_denied", "unavailable"],
  [500, "error", "unavailable"],
])) {
  test(`a ticket refused with ${status} ${code} is ${said}`, async () => {
    await assert.rejects(answering(refusal(status, code)), { name: "Error", refusal: said });
  });
}

test("a server that is busy says when to come again", async () => {
  const response = new Response("", { status: 503, headers: { "Retry-After": "2" } });
  const refused = await answering(response).catch((error) => error);
  assert.ok(refused instanceof TicketRefused);
  assert.deepEqual([refused.refusal, refused.retryAfter], ["unavailable", 2000]);
});

test("who has asked too often waits as long as the server says, and hears why", async () => {
  mock.timers.enable({ apis: ["Date"], now: Date.now() });
  server.answer = () => refusal(429, "too_many_requests", { "Retry-After": "7" });
  const ask = await office();
  const refused = await ask(null, signal).catch((error) => error);
  assert.deepEqual([refused.refusal, refused.retryAfter], ["unavailable", 7000]);
  assert.equal(refused.said.detail, "Because of too_many_requests.");
  mock.timers.tick(6999);
  await assert.rejects(ask(null, signal), { refusal: "unavailable", retryAfter: 1 });
  assert.equal(server.asked.length, 1, "nobody asks before that");
  mock.timers.tick(1);
  await assert.rejects(ask(null, signal));
  assert.equal(server.asked.length, 2);
});

for (const status of [401, 403, 404, 409, 502]) {
  test(`a proxy's own ${status} says nothing about the seat`, async () => {
    for (const page of ["<h1>No</h1>", "null", '"not_found"', ""]) {
      await assert.rejects(answering(new Response(page, { status })), { refusal: "unavailable" });
    }
  });
}
