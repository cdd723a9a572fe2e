/** @import { PersonalDeed } from "../../static/js/call/types.js" */

import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { Host } from "../../static/js/call/host.js";
import { RoomApi } from "../../static/js/call/room-api.js";
import { refusal } from "./fake-server.js";

/** @type {{url: string, request: RequestInit}[]} */
let asked = [];
/** @type {object[]} */
let changes = [];

beforeEach(() => {
  asked = [];
  changes = [];
});

/** @param {() => Response} [answer] */
function host(answer = () => new Response(null, { status: 204 })) {
  const fetch = async (/** @type {string} */ url, /** @type {RequestInit} */ request) => {
    asked.push({ url, request });
    return answer();
  };
  Object.assign(globalThis, { fetch });
  const api = new RoomApi("/api/rooms/r/", "c");
  return new Host(api, (values) => changes.push(values));
}

/** What was asked last: the method, the address and the body. */
function last() {
  const { url, request } = /** @type {typeof asked[0]} */ (asked.at(-1));
  return [request.method, url, request.body];
}

/** @param {Response} reply @param {(host: Host) => Promise<void>} deed */
async function refused(reply, deed = (host) => host.setLocked(true)) {
  await deed(host(() => reply));
  return /** @type {{problem: {text: string}}} */ (changes.at(-1)).problem.text;
}

test("the lock is asked for, and nothing is taken for done before the server says so", async () => {
  await host(() => Response.json({})).setLocked(true);
  const [{ request }] = /** @type {[typeof asked[0]]} */ (asked);
  const headers = new Headers(request.headers);
  assert.deepEqual(last(), ["PATCH", "/api/rooms/r/", '{"locked":true}']);
  assert.equal(headers.get("X-CSRFToken"), "c");
  assert.equal(headers.get("Content-Type"), "application/json");
  assert.deepEqual(changes, [{ deed: "lock", problem: null }, { deed: null }]);
});

test("the end of the call is asked for", async () => {
  await host().endCall();
  assert.deepEqual(last(), ["DELETE", "/api/rooms/r/call/", undefined]);
  assert.deepEqual(changes, [{ deed: "end", problem: null }, { deed: null }]);
});

test("who knocks is let in or not", async () => {
  await host().admit(3);
  assert.deepEqual(last(), ["POST", "/api/rooms/r/knocks/3/admit/", undefined]);
  await host().deny(3);
  assert.deepEqual(last(), ["POST", "/api/rooms/r/knocks/3/deny/", undefined]);
});

test("each deed to a person is asked for at its own address", async () => {
  /** @type {Record<PersonalDeed, [string, string, string | undefined]>} */
  const expected = {
    mute: ["PUT", "call/holds/2/", undefined],
    allow: ["DELETE", "call/holds/2/", undefined],
    keep: ["PATCH", "members/2/", '{"role":"member"}'],
    make_member: ["PATCH", "members/2/", '{"role":"member"}'],
    make_moderator: ["PATCH", "members/2/", '{"role":"moderator"}'],
    hand_over: ["PUT", "owner/", '{"user":2}'],
    remove: ["DELETE", "members/2/", undefined],
    ban: ["PUT", "bans/2/", undefined],
  };
  for (const [deed, [method, path, body]] of Object.entries(expected)) {
    await host().doTo(/** @type {PersonalDeed} */ (deed), 2);
    assert.deepEqual(last(), [method, `/api/rooms/r/${path}`, body]);
    assert.deepEqual(changes.at(-2), { deed: "person 2", problem: null });
  }
});

test("each refusal is a sentence of its own that says what to do", async () => {
  const codes = ["permission_denied", "not_authenticated", "csrf_failed", "not_found", "error"];
  const texts = new Set();
  for (const code of codes) texts.add(await refused(refusal(403, code)));
  assert.equal(texts.size, codes.length);
  for (const text of texts) assert.match(text, /ask|try again|leave/i);
});

test("a full room says whom to ask, and an old knock that nobody waits any more", async () => {
  const full = await refused(refusal(409, "room_full"), (host) => host.admit(3));
  assert.match(full, /place is taken.+step out/);
  const late = await refused(refusal(404, "not_found"), (host) => host.deny(3));
  assert.equal(late, "They are not waiting any more.");
  const gone = await refused(refusal(404, "not_found"), (host) => host.doTo("mute", 3));
  assert.equal(gone, "They are not in this call any more.");
});

test("who asked too often hears how long to wait, in the server's words", async () => {
  const text = await refused(refusal(429, "too_many_requests"));
  assert.equal(text, "Because of too_many_requests.");
});

test("a proxy's page is no sentence for anybody", async () => {
  const text = await refused(new Response("<h1>Bad gateway</h1>", { status: 502 }));
  assert.match(text, /^The server could not do it/);
});

test("a server that does not answer is said, and the next press may try again", async () => {
  const away = host(() => {
    throw new TypeError("Failed to fetch");
  });
  await away.endCall();
  const [, last] = /** @type {{deed: null, problem: {code: string, text: string}}[]} */ (changes);
  assert.equal(last?.deed, null);
  assert.equal(last?.problem.code, "end");
  assert.match(last?.problem.text ?? "", /did not answer.+try again/);
});
