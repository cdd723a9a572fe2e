import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { Prover, proofOf } from "../../static/js/device/dpop.js";
import { deviceKey } from "../../static/js/device/key.js";
import { FakeServer, refusal } from "./fake-server.js";
import { FakeIndexedDB } from "./fake-storage.js";

const ORIGIN = "https://parley.example.org";
const POST = { method: "POST", headers: {} };
const HOUR = 3_600_000;

let server = new FakeServer();

beforeEach(() => {
  server = new FakeServer();
  Object.assign(globalThis, { indexedDB: new FakeIndexedDB(), fetch: server.fetch });
});

function prover(nonce = "") {
  return new Prover(() => deviceKey("1"), ORIGIN, nonce);
}

/** What each request had for a nonce. */
function nonces() {
  return server.asked.map(({ proof }) => proof.claims.nonce);
}

test("a proof is what RFC 9449 asks for, and nothing more", async () => {
  const key = await deviceKey("1");
  const at = 1_700_000_000_900;
  const url = `${ORIGIN}/api/devices/?a=b#c`;
  const text = await proofOf(key, { method: "POST", url, nonce: "n", at });
  const [header = "", claims = "", signature = ""] = text.split(".");
  const read = (/** @type {string} */ part) =>
    JSON.parse(Buffer.from(part, "base64url").toString());
  assert.deepEqual(read(header), { typ: "dpop+jwt", alg: "ES256", jwk: key.jwk });
  const { jti, ...others } = read(claims);
  const htu = `${ORIGIN}/api/devices/`;
  assert.deepEqual(others, { htm: "POST", htu, iat: 1_700_000_000, nonce: "n" });
  assert.ok(jti.length >= 16);

  const kind = { name: "ECDSA", namedCurve: "P-256" };
  const shown = await crypto.subtle.importKey("jwk", key.jwk, kind, false, ["verify"]);
  const hash = { name: "ECDSA", hash: "SHA-256" };
  const bytes = Buffer.from(signature, "base64url");
  const signed = Buffer.from(`${header}.${claims}`);
  assert.ok(await crypto.subtle.verify(hash, shown, bytes, signed));
});

test("no two requests have the same proof", async () => {
  const one = prover();
  await one.fetch("/a/", POST);
  await one.fetch("/a/", POST);
  const [first, second] = server.asked.map(({ proof }) => proof.claims.jti);
  assert.notEqual(first, second);
});

test("with the page's nonce one request is enough, and each reply brings the next one", async () => {
  server.answer = () => Response.json({}, { headers: { "DPoP-Nonce": "from-the-reply" } });
  const one = prover("from-the-page");
  await one.fetch("/a/", POST);
  await one.fetch("/a/", POST);
  assert.deepEqual(nonces(), ["from-the-page", "from-the-reply"]);
});

test("a nonce that is asked for is taken from the reply, once", async () => {
  server.answer = (_, { claims }) =>
    claims.nonce === "new"
      ? Response.json({ fine: true })
      : refusal(401, "use_dpop_nonce", { "DPoP-Nonce": "new" });
  assert.ok((await prover("old").fetch("/a/", POST)).ok);
  assert.deepEqual(nonces(), ["old", "new"]);

  server.asked.length = 0;
  server.answer = () => refusal(401, "use_dpop_nonce", { "DPoP-Nonce": "another" });
  assert.equal((await prover().fetch("/a/", POST)).status, 401);
  assert.equal(server.asked.length, 2);
});

test("a clock that is an hour wrong is set by the server's", async () => {
  const date = new Date(Date.now() + HOUR).toUTCString();
  const now = Math.floor(Date.now() / 1000) + 3600;
  server.answer = (_, { claims }) =>
    Math.abs(claims.iat - now) < 300
      ? Response.json({})
      : refusal(401, "invalid_dpop_proof", { Date: date });
  const one = prover();
  assert.ok((await one.fetch("/a/", POST)).ok);
  assert.ok((await one.fetch("/a/", POST)).ok);
  assert.equal(server.asked.length, 3, "the second request knows the time");
});

test("a proof that is refused for another reason than the clock is not repeated", async () => {
  for (const headers of [{ Date: new Date().toUTCString() }, {}]) {
    server.asked.length = 0;
    server.answer = () => refusal(401, "invalid_dpop_proof", headers);
    assert.equal((await prover().fetch("/a/", POST)).status, 401);
    assert.equal(server.asked.length, 1);
  }
});

test("what is sent with a proof is sent again unchanged", async () => {
  server.answer = (_, { claims }) =>
    claims.nonce ? Response.json({}) : refusal(401, "use_dpop_nonce", { "DPoP-Nonce": "n" });
  const headers = { "X-CSRFToken": "c" };
  await prover().fetch("/a/", { method: "POST", headers, body: '{"resume":"me"}' });
  const [first, second] = server.asked.map(({ request: { body, headers, method } }) => {
    const { DPoP, ...others } = /** @type {Record<string, string>} */ (headers);
    return { body, method, others, proven: Boolean(DPoP) };
  });
  assert.deepEqual(second, first);
  assert.deepEqual(first?.others, headers);
});
