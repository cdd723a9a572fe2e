/** @import { Signal } from "../../static/js/signaling/messages.js" */

import assert from "node:assert/strict";
import { test } from "node:test";
import { Negotiator } from "../../static/js/rtc/negotiator.js";
import { FakePeerConnection } from "./fake-connection.js";
import { settle } from "./settle.js";

/** @param {boolean} polite */
function end(polite) {
  const pc = new FakePeerConnection();
  /** @type {Signal[]} */
  const sent = [];
  const negotiator = new Negotiator(pc.real, { polite, send: (signal) => sent.push(signal) });
  return { pc, sent, negotiator };
}

/** Two ends, and a wire that carries what they have said so far. */
function pair() {
  const polite = end(true);
  const impolite = end(false);
  const carry = async () => {
    while (polite.sent.length || impolite.sent.length) {
      const crossing = [...polite.sent.splice(0)];
      const coming = [...impolite.sent.splice(0)];
      for (const signal of crossing) await impolite.negotiator.receive(signal);
      for (const signal of coming) await polite.negotiator.receive(signal);
      await settle();
    }
  };
  return { polite, impolite, carry };
}

test("an offer is answered and both ends are stable", async () => {
  const { polite, impolite, carry } = pair();
  polite.pc.addTransceiver("audio", {});
  await settle();
  await carry();
  assert.equal(polite.pc.signalingState, "stable");
  assert.deepEqual(polite.pc.remoteDescription, impolite.pc.localDescription);
  assert.deepEqual(impolite.pc.remoteDescription, polite.pc.localDescription);
});

test("when both offer at once the impolite end's offer wins and nobody is stuck", async () => {
  const { polite, impolite, carry } = pair();
  polite.pc.restartIce();
  impolite.pc.restartIce();
  await settle();
  const [winner] = impolite.sent;
  await carry();
  assert.equal(polite.pc.signalingState, "stable");
  assert.equal(impolite.pc.signalingState, "stable");
  assert.equal(winner?.type, "offer");
});

test("the impolite end ignores an offer that crosses its own", async () => {
  const { pc, negotiator } = end(false);
  pc.restartIce();
  await settle();
  await negotiator.receive({ type: "offer", data: { type: "offer", sdp: "theirs" } });
  assert.equal(pc.remoteDescription, null);
  assert.equal(pc.signalingState, "have-local-offer");
});

test("lines are prepared between an offer and its answer, and only then", async () => {
  const { pc, sent, negotiator } = end(false);
  /** @type {string[]} */
  const seen = [];
  const prepare = () => seen.push(`${pc.signalingState}, ${sent.length} sent`);
  await negotiator.receive({ type: "offer", data: { type: "offer", sdp: "theirs" } }, prepare);
  assert.deepEqual(seen, ["have-remote-offer, 0 sent"]);
  assert.equal(sent[0]?.type, "answer");
});

test("candidates that come before a description are kept until it is there", async () => {
  const { pc, negotiator } = end(false);
  await negotiator.receive({ type: "ice", data: { candidate: "early" } });
  assert.deepEqual(pc.candidates, []);
  await negotiator.receive({ type: "offer", data: { type: "offer", sdp: "theirs" } });
  assert.deepEqual(pc.candidates, [{ candidate: "early" }]);
});

test("a candidate of a lost or ignored offer does no harm", async () => {
  const { pc, negotiator } = end(false);
  await negotiator.receive({ type: "offer", data: { type: "offer", sdp: "theirs" } });
  await negotiator.receive({ type: "ice", data: { candidate: "unknown" } });
  assert.deepEqual(pc.candidates, []);
});

test("an answer to an offer that was rolled back is dropped", async () => {
  const { pc, negotiator } = end(true);
  await negotiator.receive({ type: "answer", data: { type: "answer", sdp: "late" } });
  assert.equal(pc.remoteDescription, null);
});

test("rolling back offers again what was unanswered", async () => {
  const { pc, sent, negotiator } = end(true);
  pc.restartIce();
  await settle();
  await negotiator.rollback();
  await settle();
  assert.equal(sent.filter(({ type }) => type === "offer").length, 2);
  await negotiator.receive({ type: "answer", data: { type: "answer", sdp: "theirs" } });
  await negotiator.rollback();
  assert.equal(pc.signalingState, "stable");
});

test("an offer of theirs that comes in during the rollback does no harm", async () => {
  const { pc, negotiator } = end(true);
  pc.restartIce();
  await settle();
  const theirs = /** @type {const} */ ({ type: "offer", data: { type: "offer", sdp: "theirs" } });
  await Promise.all([negotiator.receive(theirs), negotiator.rollback()]);
  await settle();
  assert.equal(pc.remoteDescription?.sdp, "theirs");
});

test("found candidates go out, and a broken description is reported", async () => {
  const { pc, sent, negotiator } = end(true);
  pc.finds("host");
  assert.deepEqual(sent, [{ type: "ice", data: { candidate: "host" } }]);
  await assert.rejects(
    negotiator.receive({ type: "offer", data: { type: "offer", sdp: "broken" } }),
    { name: "OperationError" },
  );
});
