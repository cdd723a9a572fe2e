/** @import { Signal } from "../../static/js/signaling/messages.js" */

import assert from "node:assert/strict";
import { beforeEach, mock, test } from "node:test";
import { Peer } from "../../static/js/rtc/peer.js";
import { FakePeerConnection } from "./fake-connection.js";
import { FakeMediaStream } from "./fake-media.js";
import { settle } from "./settle.js";

beforeEach(() => {
  Object.assign(globalThis, { MediaStream: FakeMediaStream });
  mock.timers.reset();
  mock.timers.enable({ apis: ["setTimeout"] });
});

/** @param {{later: boolean}} role */
function meet({ later }) {
  /** @type {FakePeerConnection[]} */
  const made = [];
  /** @type {Signal[]} */
  const sent = [];
  const tracks = { microphone: null, camera: null };
  const limits = { bitrate: 500_000, height: 360 };
  const peer = new Peer(
    { later, tracks, limits, view: "large", held: false },
    {
      createConnection() {
        const pc = new FakePeerConnection();
        made.push(pc);
        return pc.real;
      },
      send: (signal) => sent.push(signal),
      changed: () => {},
    },
  );
  const newest = () => /** @type {FakePeerConnection} */ (made.at(-1));
  const offers = () => sent.filter(({ type }) => type === "offer");
  return { peer, made, sent, newest, offers };
}

/** @param {{connection?: string, sdp?: string}} [values] */
function offer({ connection = "theirs", sdp = "an offer m=application" } = {}) {
  return /** @type {const} */ ({ type: "offer", data: { type: "offer", sdp }, connection });
}

/** @param {string | undefined} connection */
function answer(connection) {
  return /** @type {const} */ ({
    type: "answer",
    data: { type: "answer", sdp: "an answer" },
    connection: connection ?? "",
  });
}

/** The later arrival's view of a pair that has met. */
async function metLater() {
  const pair = meet({ later: true });
  pair.peer.offer();
  await settle();
  await pair.peer.receive(answer(pair.sent[0]?.connection));
  pair.newest().becomes("connected");
  return pair;
}

/** The earlier one's. */
async function metEarlier() {
  const pair = meet({ later: false });
  await pair.peer.receive(offer());
  pair.newest().becomes("connected");
  return pair;
}

test("the later arrival offers microphone, camera, screen and screen sound", async () => {
  const { peer, sent, newest } = meet({ later: true });
  peer.offer();
  await settle();
  const kinds = newest().transceivers.map(({ receiver }) => receiver.track.kind);
  assert.deepEqual(kinds, ["audio", "video", "video", "audio"]);
  assert.equal(newest().channels[0]?.label, "control");
  assert.match(sent[0]?.connection ?? "", /^[0-9a-f]{16}$/);
});

test("the earlier one makes nothing until the offer, then takes its lines both ways", async () => {
  const { peer, made, sent, newest } = meet({ later: false });
  await settle();
  assert.equal(made.length, 0);
  await peer.receive(offer({ connection: "c1" }));
  assert.ok(newest().transceivers.every(({ direction }) => direction === "sendrecv"));
  assert.deepEqual([sent[0]?.type, sent[0]?.connection], ["answer", "c1"]);
  assert.equal(peer.stream?.getTracks().length, 2);
});

test("candidates of a connection that is not offered yet are kept for it alone", async () => {
  const { peer, newest } = meet({ later: false });
  await peer.receive({ type: "ice", data: { candidate: "old" }, connection: "c0" });
  await peer.receive({ type: "ice", data: { candidate: "new" }, connection: "c1" });
  await peer.receive(offer({ connection: "c1" }));
  await settle();
  assert.deepEqual(newest().candidates, [{ candidate: "new" }]);
});

test("an offer with a new connection replaces, and what belongs to an old one is dropped", async () => {
  const { peer, made } = await metEarlier();
  await peer.receive(offer({ connection: "newer" }));
  assert.equal(made.length, 2);
  assert.equal(made[0]?.signalingState, "closed");
  await peer.receive({ type: "ice", data: { candidate: "late" }, connection: "theirs" });
  await peer.receive(answer("theirs"));
  assert.deepEqual(made[1]?.candidates, []);
});

test("only the later arrival makes connections", async () => {
  const { peer, made } = await metLater();
  await peer.receive(offer({ connection: "not theirs to make" }));
  assert.equal(made.length, 1);
});

test("a prepared offer waits for the join and carries the candidates found meanwhile", async () => {
  const { peer, sent, newest } = meet({ later: true });
  peer.prepare();
  await settle();
  newest().finds("host");
  mock.timers.tick(30_000);
  assert.equal(sent.length, 0);
  peer.release();
  newest().finds("relay");
  const types = sent.map(({ type }) => type);
  assert.deepEqual(types, ["offer", "ice"]);
});

test("a preview that lost its socket in between repairs like any other, up to the truth", async () => {
  const { peer, made, newest } = meet({ later: true });
  peer.prepare();
  await settle();
  peer.suspend();
  peer.release();
  await settle();
  await peer.receive(answer(undefined));
  for (let wait = 0; wait < 8; wait += 1) {
    newest().becomes("failed");
    await settle();
    mock.timers.tick(10_000);
  }
  assert.ok(made.length > 1);
  assert.equal(peer.health, "failed");
});

test("a pair that is up and stable is left alone when the sockets are back", async () => {
  for (const pair of [await metLater(), await metEarlier()]) {
    const said = pair.sent.length;
    pair.peer.suspend();
    await pair.peer.recover(false);
    mock.timers.tick(60_000);
    await settle();
    assert.equal(pair.made.length, 1);
    assert.equal(pair.sent.length, said);
  }
});

test("in another network a pair that seems up restarts ICE", async () => {
  const { peer, made, newest, offers } = await metLater();
  peer.suspend();
  await peer.recover(true);
  await settle();
  assert.equal(newest().restarts, 1);
  assert.equal(made.length, 1);
  assert.equal(offers().length, 2);
});

test("a pair that was up and broke restarts ICE when the sockets are back", async () => {
  const { peer, newest, made } = await metEarlier();
  peer.suspend();
  newest().becomes("disconnected");
  mock.timers.tick(10_000);
  await settle();
  assert.equal(newest().restarts, 0);
  await peer.recover(false);
  await settle();
  assert.equal(newest().restarts, 1);
  assert.equal(made.length, 1);
});

test("an unanswered restart is rolled back, and offered anew", async () => {
  const { peer, newest, offers } = await metLater();
  newest().restartIce();
  await settle();
  assert.equal(newest().signalingState, "have-local-offer");
  peer.suspend();
  await peer.recover(false);
  await settle();
  assert.equal(offers().length, 3);
});

test("a pair that never was gets a new connection from the later arrival alone", async () => {
  const later = meet({ later: true });
  later.peer.offer();
  await settle();
  later.peer.suspend();
  await later.peer.recover(false);
  await settle();
  assert.equal(later.made.length, 2);
  assert.notEqual(later.offers()[0]?.connection, later.offers()[1]?.connection);

  const earlier = meet({ later: false });
  earlier.peer.suspend();
  await earlier.peer.recover(false);
  assert.equal(earlier.made.length, 0);
});

test("ICE is restarted 3 s after the path broke, and at once when it failed", async () => {
  const { newest, peer } = await metLater();
  newest().becomes("disconnected");
  assert.equal(peer.health, "reconnecting");
  mock.timers.tick(2999);
  await settle();
  assert.equal(newest().restarts, 0);
  mock.timers.tick(1);
  await settle();
  assert.equal(newest().restarts, 1);
  newest().becomes("failed");
  await settle();
  assert.equal(newest().restarts, 2);
});

test("a path that comes back by itself is left alone", async () => {
  const { newest, peer } = await metLater();
  newest().becomes("disconnected");
  mock.timers.tick(2000);
  newest().becomes("connected");
  mock.timers.tick(20_000);
  await settle();
  assert.equal(newest().restarts, 0);
  assert.equal(peer.health, "up");
});

test("after five restarts comes one new connection, then the truth, then Retry", async () => {
  const { peer, made, newest } = await metLater();
  newest().becomes("failed");
  for (let wait = 0; wait < 5; wait += 1) {
    await settle();
    mock.timers.tick(10_000);
  }
  await settle();
  assert.equal(made[0]?.restarts, 5);
  assert.equal(made.length, 2);
  mock.timers.tick(10_000);
  await settle();
  assert.equal(peer.health, "failed");
  mock.timers.tick(600_000);
  await settle();
  assert.equal(made.length, 2);
  peer.retry();
  assert.equal(peer.health, "connecting");
  assert.equal(made.length, 3);
});

test("Retry while a socket is away waits for its return", async () => {
  const { peer, newest, offers, made } = await metLater();
  peer.suspend();
  newest().becomes("failed");
  peer.retry();
  await settle();
  assert.deepEqual([made.length, offers().length], [1, 1]);
  await peer.recover(false);
  await settle();
  assert.equal(offers().length, 2);
});

test("a first offer that nobody answers is made anew after 10 s", async () => {
  const { peer, made } = meet({ later: true });
  peer.offer();
  await settle();
  mock.timers.tick(10_000);
  await settle();
  assert.equal(made.length, 2);
});

test("while somebody is away nobody offers, and the count begins anew afterwards", async () => {
  const { peer, newest, made } = await metLater();
  newest().becomes("failed");
  for (let wait = 0; wait < 4; wait += 1) {
    await settle();
    mock.timers.tick(10_000);
  }
  await settle();
  assert.equal(newest().restarts, 5);
  peer.suspend();
  mock.timers.tick(60_000);
  await settle();
  assert.equal(made.length, 1);
  await peer.recover(false);
  mock.timers.tick(10_000);
  await settle();
  assert.equal(made.length, 1);
  assert.equal(newest().restarts, 7);
});

test("who sees no picture of mine gets none", async () => {
  const { peer, newest } = await metLater();
  const channel = newest().channels[0];
  const sending = () => newest().sending(1);
  channel?.opens();
  assert.deepEqual(channel?.sent, [{ view: "large" }]);
  channel?.says('{"view": "none"}');
  await settle();
  assert.equal(sending()?.active, false);
  channel?.says('{"view": "enormous"}');
  channel?.says("not JSON");
  channel?.says('{"view": "large"}');
  await settle();
  assert.equal(sending()?.active, true);
  peer.show("none");
  assert.deepEqual(channel?.sent.at(-1), { view: "none" });
});

test("the pictures and sounds of a peer are its first video and its first audio", async () => {
  const { peer } = await metEarlier();
  assert.equal(peer.level, 0.5);
  const kinds = peer.stream?.getTracks().map(({ kind }) => kind);
  assert.deepEqual(kinds, ["audio", "video"]);
});

test("a device that changes is a replaced track and no negotiation", async () => {
  const { peer, newest, sent } = await metEarlier();
  const said = sent.length;
  const camera = { kind: "video", getSettings: () => ({ height: 720 }) };
  const track = /** @type {MediaStreamTrack} */ (/** @type {unknown} */ (camera));
  peer.setTracks({ microphone: null, camera: track });
  await settle();
  const [, line] = newest().transceivers;
  assert.equal(line?.sender.track, camera);
  assert.equal(line?.sender.getParameters().encodings[0]?.scaleResolutionDownBy, 2);
  assert.equal(sent.length, said);
});

test("a sender that fails once is tuned again the next time", async () => {
  const { peer, newest } = await metLater();
  const { sender } = /** @type {{sender: object}} */ (newest().transceivers[1]);
  const works = Object.getOwnPropertyDescriptor(sender, "setParameters");
  Object.assign(sender, {
    async setParameters() {
      throw new DOMException("closed", "InvalidStateError");
    },
  });
  peer.tune({ bitrate: 400_000, height: 360 });
  await settle();
  Object.defineProperty(sender, "setParameters", works ?? {});
  peer.tune({ bitrate: 300_000, height: 360 });
  await settle();
  assert.equal(newest().sending(1)?.maxBitrate, 300_000);
});

test("a track that cannot be replaced any more harms nothing", async () => {
  const { peer, newest } = await metLater();
  Object.assign(newest().transceivers[1]?.sender ?? {}, {
    async replaceTrack() {
      throw new DOMException("closed", "InvalidStateError");
    },
  });
  const camera = { kind: "video", getSettings: () => ({ height: 720 }) };
  const track = /** @type {MediaStreamTrack} */ (/** @type {unknown} */ (camera));
  peer.setTracks({ microphone: null, camera: track });
  await settle();
  assert.equal(peer.health, "up");
});

test("a description that cannot be used is mended", async () => {
  const { peer, newest } = await metEarlier();
  await peer.receive(offer({ sdp: "broken" }));
  await settle();
  assert.equal(newest().restarts, 1);
});

test("who was hung up on does not come back to life by what was under way", async () => {
  const { peer, made, sent } = meet({ later: true });
  peer.offer();
  await settle();
  const broken = { type: "answer", sdp: "broken" };
  const connection = sent[0]?.connection ?? "";
  const receiving = peer.receive({
    type: "answer",
    data: { ...broken, type: "answer" },
    connection,
  });
  peer.close();
  await receiving;
  await peer.recover(true);
  mock.timers.tick(120_000);
  await settle();
  assert.equal(made.length, 1);
});
