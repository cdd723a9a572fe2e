import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { deviceKey } from "../../static/js/device/key.js";
import { Device } from "../../static/js/device/registration.js";
import { FakeServer, refusal } from "./fake-server.js";
import { FakeIndexedDB } from "./fake-storage.js";

let server = new FakeServer();
let kept = new FakeIndexedDB();

beforeEach(() => {
  server = new FakeServer();
  kept = new FakeIndexedDB();
  server.answer = () => Response.json({}, { status: 201 });
  Object.assign(globalThis, { indexedDB: kept, fetch: server.fetch });
});

function device(registered = "") {
  const origin = "https://parley.example.org";
  return new Device({ user: "1", registered, nonce: "n", csrfToken: "c", origin });
}

/** The keys that came, in their order. */
function keys() {
  return server.asked.map(({ proof }) => proof.header.jwk.x);
}

test("where the server knows the key nothing is sent", async () => {
  const { thumbprint } = await deviceKey("1");
  assert.equal(await device(thumbprint).ensure(), null);
  assert.deepEqual(server.paths, []);
});

test("a key that the server does not know is registered, once", async () => {
  const own = device("another key's");
  const [one, other] = await Promise.all([own.ensure(), own.ensure()]);
  await own.ensure();
  assert.deepEqual([one, other], [null, null]);
  assert.deepEqual(server.paths, ["/api/devices/"]);
  const headers = new Headers(server.asked[0]?.request.headers);
  assert.equal(headers.get("X-CSRFToken"), "c");
});

test("a refused key is replaced, once more and no oftener", async () => {
  const { jwk } = await deviceKey("1");
  server.answer = (_, { header }) =>
    header.jwk.x === jwk.x ? refusal(409, "key_refused") : Response.json({}, { status: 201 });
  const own = device();
  assert.equal(await own.ensure(), null);
  assert.equal(new Set(keys()).size, 2);
  assert.equal((await deviceKey("1")).jwk.x, keys()[1]);

  server.asked.length = 0;
  server.answer = () => refusal(409, "key_refused");
  assert.equal((await device().ensure())?.status, 409);
  assert.equal(server.asked.length, 2);
});

test("what the server refuses is told, and tried again when it is needed again", async () => {
  server.answer = () => refusal(403, "fresh_sign_in");
  const own = device();
  assert.equal((await own.ensure())?.status, 403);
  server.answer = () => Response.json({}, { status: 201 });
  assert.equal(await own.ensure(), null);
});

test("a server that does not answer leaves it for the next time", async () => {
  server.answer = () => {
    throw new TypeError("Failed to fetch");
  };
  const own = device();
  await assert.rejects(own.ensure(), TypeError);
  server.answer = () => Response.json({}, { status: 201 });
  assert.equal(await own.ensure(), null);
});

test("a storage that fails once is asked again", async () => {
  kept.failure = new DOMException("busy", "UnknownError");
  const own = device();
  await assert.rejects(own.ensure(), { reason: "no_storage" });
  kept.failure = null;
  assert.equal(await own.ensure(), null);
  assert.deepEqual(server.paths, ["/api/devices/"]);
});

test("a key that another tab has made meanwhile is the one that counts", async () => {
  const first = await deviceKey("1");
  const own = device(first.thumbprint);
  await own.ensure();
  const second = await deviceKey("1", first.thumbprint);
  await own.ensureAnew();
  assert.deepEqual(keys(), [second.jwk.x]);
});
