/** @import { Event, Page } from "../../static/js/call/types.js" */
/** @import { ServerFrame, Welcome } from "../../static/js/signaling/messages.js" */

import assert from "node:assert/strict";
import { test } from "node:test";
import { keepsOut, moderates } from "../../static/js/call/policy.js";
import { initialState, reduce, showing } from "../../static/js/call/state.js";
import { URLS } from "./urls.js";

/** @type {Page} */
const PAGE = {
  room: { slug: "r", name: "Garden plan", capacity: 6, locked: false },
  self: { user: 1, name: "Alice", role: "owner" },
  waiting: false,
  entry: "open",
  inside: [{ peer: "bob", name: "Bob" }],
  urls: URLS,
};
const NOTHING = { audio: false, video: false, screen: false, hand: false };
const SHOWING = { audio: true, video: true, screen: false, hand: false };

/** @param {string} peer */
function person(peer) {
  const device = `device of ${peer}`;
  return { peer, user: 2, name: peer, device, role: "member", state: SHOWING, away: false };
}

/** @param {(Event | ServerFrame)[]} events */
function after(...events) {
  return events.reduce((state, event) => {
    const known = ["changed", "media", "link", "voices", "joining", "over"];
    if (known.includes(event.type)) return reduce(state, /** @type {Event} */ (event));
    const frame = /** @type {ServerFrame} */ (event);
    return reduce(state, { type: "received", frame, at: 1000 });
  }, initialState(PAGE));
}

/** @type {Welcome} */
const WELCOME = {
  type: "welcome",
  self: { peer: "me", user: 1, name: "Alice", device: "laptop", role: "owner" },
  room: { name: "Garden plan, spring", capacity: 8, locked: true },
  present: [{ peer: "bob", user: 2, name: "Bob", device: "device of bob" }],
  iceServers: [],
};

/** @type {ServerFrame} */
const LEFT = { type: "peer-left", peer: "phone", reason: "left" };
/** @type {ServerFrame} */
const JOINED = { type: "joined", peers: [] };

test("the preview shows who is inside, and follows them", () => {
  const state = after(WELCOME, { type: "peer-joined", ...person("charlie") });
  assert.deepEqual(
    state.inside.map(({ name }) => name),
    ["Bob", "charlie"],
  );
  const room = { slug: "r", name: "Garden plan, spring", capacity: 8, locked: true };
  assert.deepEqual(state.room, room);
  const later = reduce(state, {
    type: "received",
    frame: { type: "peer-left", peer: "bob", reason: "left" },
    at: 1,
  });
  assert.deepEqual(
    later.inside.map(({ name }) => name),
    ["charlie"],
  );
});

test("one's own seat in another tab is nobody else who is inside", () => {
  const own = { peer: "tab", user: 1, name: "Alice", device: "laptop" };
  const there = after({ ...WELCOME, present: [own, ...WELCOME.present] });
  assert.deepEqual([there.elsewhere, there.inside.length], ["tab", 1]);
  const later = after(WELCOME, { type: "peer-joined", ...person("tab"), ...own });
  assert.deepEqual([later.elsewhere, later.inside.length], ["tab", 1]);
  const left = after(
    { ...WELCOME, present: [own] },
    { type: "peer-left", peer: "tab", reason: "left" },
  );
  assert.equal(left.elsewhere, null);
});

test("a guest has one seat, which Join takes from another device; a member keeps both", () => {
  const phone = { peer: "phone", user: 1, name: "Alice", device: "phone" };
  /** @type {[string, string | null, number][]} */
  const each = [
    ["guest", "phone", 1],
    ["stranger", "phone", 1],
    ["member", null, 2],
  ];
  for (const [role, displaced, others] of each) {
    const self = { ...WELCOME.self, role };
    const there = after({ ...WELCOME, self, present: [phone, ...WELCOME.present] });
    assert.deepEqual([there.displaced, there.elsewhere], [displaced, null]);
    assert.equal(there.inside.length, others);
    const later = after(
      { ...WELCOME, self },
      { type: "peer-joined", ...person("phone"), ...phone },
    );
    assert.deepEqual([later.displaced, later.inside.length], [displaced, others]);
    assert.equal(after({ ...WELCOME, self, present: [phone] }, LEFT).displaced, null);
    assert.equal(after({ ...WELCOME, self, present: [phone] }, JOINED).displaced, null);
  }
});

test("who was inside when the page was made is shown before the server speaks", () => {
  const seats = { elsewhere: "tab", displaced: "phone" };
  const { inside, elsewhere, displaced } = initialState({ ...PAGE, ...seats });
  assert.deepEqual(inside, [{ peer: "bob", name: "Bob" }]);
  assert.deepEqual({ elsewhere, displaced }, seats);
});

test("someone known who arrives keeps place, link and picture, and is away no more", () => {
  const stream = /** @type {MediaStream} */ ({});
  const state = after(
    { type: "joined", peers: [{ ...person("bob"), away: true }, person("charlie")] },
    { type: "link", peer: "bob", link: "up", stream },
    { type: "peer-joined", ...person("bob") },
  );
  assert.deepEqual(
    state.peers.map(({ peer, away }) => [peer, away]),
    [
      ["bob", false],
      ["charlie", false],
    ],
  );
  assert.deepEqual([state.peers[0]?.link, state.peers[0]?.stream], ["up", stream]);
});

test("joined brings the others in their order, and the time", () => {
  const state = after(
    { type: "joining" },
    { type: "joined", peers: [person("bob"), person("charlie")] },
  );
  assert.equal(state.phase, "call");
  assert.equal(state.startedAt, 1000);
  assert.deepEqual(
    state.peers.map(({ peer }) => peer),
    ["bob", "charlie"],
  );
  assert.deepEqual(state.inside, []);
});

test("a snapshot that does not know what someone shows leaves what is held", () => {
  const stream = /** @type {MediaStream} */ ({});
  const state = after(
    { type: "joined", peers: [person("bob")] },
    { type: "link", peer: "bob", link: "up", stream },
    {
      type: "joined",
      peers: [
        { ...person("bob"), state: null, away: true },
        { ...person("charlie"), state: null },
      ],
    },
  );
  const [bob, charlie] = state.peers;
  assert.deepEqual([bob?.state, bob?.link, bob?.stream, bob?.away], [SHOWING, "up", stream, true]);
  assert.deepEqual(charlie?.state, NOTHING);
});

test("people come, go away, come back, show something else and leave", () => {
  const inside = [
    { type: /** @type {const} */ ("joined"), peers: [person("bob")] },
    { type: /** @type {const} */ ("peer-joined"), ...person("charlie") },
    { type: /** @type {const} */ ("peer-away"), peer: "bob" },
    { type: /** @type {const} */ ("state"), from: "charlie", ...NOTHING, hand: true },
  ];
  const state = after(...inside);
  assert.deepEqual(
    state.peers.map(({ away }) => away),
    [true, false],
  );
  assert.deepEqual(state.peers[1]?.state, { ...NOTHING, hand: true });
  const end = after(
    ...inside,
    { type: "peer-back", peer: "bob" },
    { type: "peer-left", peer: "charlie", reason: "lost" },
  );
  assert.deepEqual(
    end.peers.map(({ peer, away }) => [peer, away]),
    [["bob", false]],
  );
});

test("nobody who left stays pinned or loudest", () => {
  const state = after(
    { type: "joined", peers: [person("bob"), person("charlie")] },
    { type: "voices", speaking: new Set(["bob"]), speaker: "bob" },
    { type: "changed", values: { pinned: "bob" } },
    { type: "peer-left", peer: "bob", reason: "left" },
  );
  assert.deepEqual([state.pinned, state.speaker], [null, null]);
  const late = reduce(state, { type: "voices", speaking: new Set(["bob"]), speaker: "bob" });
  assert.equal(late.speaker, null);
});

test("a link that broke is lost until it is up, also while it is made anew", () => {
  const links = /** @type {const} */ (["connecting", "up", "reconnecting", "connecting", "up"]);
  let state = after({ type: "joined", peers: [person("bob")] });
  const lost = links.map((link) => {
    state = reduce(state, { type: "link", peer: "bob", link, stream: null });
    return state.peers[0]?.lost;
  });
  assert.deepEqual(lost, [false, false, true, true, false]);
});

test("voices mark who speaks and leave the others as they are", () => {
  const before = after({ type: "joined", peers: [person("bob"), person("charlie")] });
  const state = reduce(before, { type: "voices", speaking: new Set(["bob"]), speaker: "bob" });
  assert.equal(state.peers[0]?.speaking, true);
  assert.equal(state.peers[1], before.peers[1]);
  assert.equal(state.speaker, "bob");
});

test("what I show follows my devices and my hand", () => {
  const state = after(
    { type: "media", values: { audio: true, level: 0.5 } },
    { type: "changed", values: { hand: true } },
  );
  assert.deepEqual(showing(state), { ...NOTHING, audio: true, hand: true });
});

test("the room's news changes only what it names", () => {
  const state = after({ type: "room", capacity: 4 });
  assert.deepEqual(state.room, { slug: "r", name: "Garden plan", capacity: 4, locked: false });
});

test("the room is locked and unlocked when the server says so", () => {
  const locked = after({ type: "room", locked: true });
  assert.equal(locked.room.locked, true);
  const same = reduce(locked, { type: "received", frame: { type: "room", name: "Tea" }, at: 1 });
  assert.equal(same.room.locked, true);
  const frame = /** @type {const} */ ({ type: "room", locked: false });
  assert.equal(reduce(locked, { type: "received", frame, at: 1 }).room.locked, false);
});

test("my role is the page's until a welcome names another, and the lock follows it", () => {
  assert.ok(moderates(initialState(PAGE)));
  const roles = ["owner", "moderator", "member"].map((role) => {
    const state = after({ ...WELCOME, self: { ...WELCOME.self, role } });
    return [state.self.role, moderates(state), keepsOut(state)];
  });
  assert.deepEqual(roles, [
    ["owner", true, false],
    ["moderator", true, false],
    ["member", false, true],
  ]);
  assert.equal(keepsOut(after(WELCOME, { type: "room", locked: false })), false);
});

test("the end empties the stage and says why", () => {
  const state = after(
    { type: "joined", peers: [person("bob")] },
    { type: "changed", values: { panel: "people" } },
    { type: "over", reason: "removed" },
  );
  assert.deepEqual(
    [state.phase, state.over, state.peers, state.panel],
    ["over", { reason: "removed" }, [], null],
  );
});

test("frames that concern no one on the page change nothing", () => {
  const state = initialState(PAGE);
  for (const frame of /** @type {ServerFrame[]} */ ([
    { type: "pong", t: 1 },
    { type: "error", code: "peer_gone", detail: "" },
  ])) {
    assert.equal(reduce(state, { type: "received", frame, at: 1 }), state);
  }
});
