import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { beforeEach, mock, test } from "node:test";
import { deviceKey, NoKey, thumbprint } from "../../static/js/device/key.js";
import { FakeIndexedDB } from "./fake-storage.js";
import { settle } from "./settle.js";

let kept = new FakeIndexedDB();

beforeEach(() => {
  mock.timers.reset();
  kept = new FakeIndexedDB();
  Object.assign(globalThis, { indexedDB: kept });
});

test("a browser keeps one key for each user", async () => {
  const first = await deviceKey("1");
  const again = await deviceKey("1");
  const other = await deviceKey("2");
  assert.equal(again.thumbprint, first.thumbprint);
  assert.notEqual(other.thumbprint, first.thumbprint);
});

test("the private half cannot be taken out", async () => {
  const { privateKey, jwk } = await deviceKey("1");
  assert.equal(privateKey.extractable, false);
  await assert.rejects(crypto.subtle.exportKey("jwk", privateKey));
  assert.deepEqual(Object.keys(jwk).sort(), ["crv", "kty", "x", "y"]);
});

test("tabs that begin together end with one key", async () => {
  const keys = await Promise.all(["1", "1", "1"].map((user) => deviceKey(user)));
  assert.equal(new Set(keys.map((key) => key.thumbprint)).size, 1);
  assert.equal((await deviceKey("1")).thumbprint, keys[0]?.thumbprint);
});

test("a refused key is replaced once, by whichever tab is first", async () => {
  const refused = await deviceKey("1");
  const [one, other] = await Promise.all([
    deviceKey("1", refused.thumbprint),
    deviceKey("1", refused.thumbprint),
  ]);
  assert.notEqual(one.thumbprint, refused.thumbprint);
  assert.equal(other.thumbprint, one.thumbprint);
  assert.equal((await deviceKey("1")).thumbprint, one.thumbprint);
});

test("the name of a key is the hash of its four members in their order (RFC 7638)", async () => {
  const jwk = { y: "Y", x: "X", kty: "EC", crv: "P-256" };
  const text = '{"crv":"P-256","kty":"EC","x":"X","y":"Y"}';
  assert.equal(await thumbprint(jwk), createHash("sha256").update(text).digest("base64url"));
});

test("without cryptography or without storage there is no key, and it says which", async () => {
  kept.failure = new DOMException("no", "SecurityError");
  await assert.rejects(deviceKey("1"), (error) => {
    assert.ok(error instanceof NoKey);
    assert.equal(error.reason, "no_storage");
    return true;
  });
  const { subtle } = crypto;
  Object.defineProperty(crypto, "subtle", { value: undefined, configurable: true });
  try {
    await assert.rejects(deviceKey("1"), { reason: "insecure" });
  } finally {
    Object.defineProperty(crypto, "subtle", { value: subtle, configurable: true });
  }
});

test("a storage that does not answer is given up after 4 s", async () => {
  mock.timers.enable({ apis: ["setTimeout"] });
  kept.door = "silent";
  let refused = false;
  const given = deviceKey("1").catch((error) => {
    refused = true;
    throw error;
  });
  mock.timers.tick(3999);
  await settle();
  assert.equal(refused, false);
  mock.timers.tick(1);
  await assert.rejects(given, { reason: "no_storage" });
});

test("a storage that another tab holds is not waited for", async () => {
  // No time passes in here.
  mock.timers.enable({ apis: ["setTimeout"] });
  kept.door = "blocked";
  await assert.rejects(deviceKey("1"), { reason: "no_storage" });
});
