import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { Host } from "../../static/js/call/host.js";
import { refusal } from "./fake-server.js";

const URLS = { room: "/api/rooms/r/", endCall: "/api/rooms/r/call/" };

/** @type {{url: string, request: RequestInit}[]} */
let asked = [];
/** @type {object[]} */
let changes = [];

beforeEach(() => {
  asked = [];
  changes = [];
});

/** @param {() => Response} answer @param {Record<string, string | null>} [urls] */
function host(answer, urls = URLS) {
  const fetch = async (/** @type {string} */ url, /** @type {RequestInit} */ request) => {
    asked.push({ url, request });
    return answer();
  };
  Object.assign(globalThis, { fetch });
  return new Host({ urls, csrfToken: "c", changed: (values) => changes.push(values) });
}

/** @param {Response} reply */
async function refused(reply) {
  await host(() => reply).setLocked(true);
  return /** @type {{problem: {text: string}}} */ (changes.at(-1)).problem.text;
}

test("the lock is asked for, and nothing is taken for done before the server says so", async () => {
  await host(() => Response.json({})).setLocked(true);
  const [{ url, request }] = /** @type {[typeof asked[0]]} */ (asked);
  const headers = new Headers(request.headers);
  assert.deepEqual([request.method, url, request.body], ["PATCH", URLS.room, '{"locked":true}']);
  assert.equal(headers.get("X-CSRFToken"), "c");
  assert.equal(headers.get("Content-Type"), "application/json");
  assert.deepEqual(changes, [{ deed: "lock", problem: null }, { deed: null }]);
});

test("the end of the call is asked for", async () => {
  await host(() => new Response(null, { status: 204 })).endCall();
  assert.deepEqual([asked[0]?.request.method, asked[0]?.url], ["DELETE", URLS.endCall]);
  assert.deepEqual(changes, [{ deed: "end", problem: null }, { deed: null }]);
});

test("who was given no address asks for nothing", async () => {
  const member = host(() => Response.json({}), { room: null });
  await member.setLocked(true);
  await member.endCall();
  assert.deepEqual([asked, changes], [[], []]);
});

test("each refusal is a sentence of its own that says what to do", async () => {
  const codes = ["permission_denied", "not_authenticated", "csrf_failed", "not_found", "error"];
  const texts = new Set();
  for (const code of codes) texts.add(await refused(refusal(403, code)));
  assert.equal(texts.size, codes.length);
  for (const text of texts) assert.match(text, /ask|try again|leave/i);
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
