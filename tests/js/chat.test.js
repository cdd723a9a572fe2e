/** @import { ChatEvent, Event, Page, State } from "../../static/js/call/types.js" */
/** @import { ServerFrame } from "../../static/js/signaling/messages.js" */

import assert from "node:assert/strict";
import { test } from "node:test";
import { isBehind, LONGEST, sendable, unreadIn } from "../../static/js/call/chat.js";
import { initialState, reduce } from "../../static/js/call/state.js";
import { newsBetween } from "../../static/js/ui/news.js";
import { groupsOf, keptFor, piecesOf } from "../../static/js/ui/writing.js";
import { URLS } from "./urls.js";

const ME = 1;
const BOB = 2;

/** @type {Page} */
const PAGE = {
  room: { slug: "r", name: "Garden plan", capacity: 6, locked: false, has_chat: true },
  self: { user: ME, name: "Alice", role: "owner" },
  waiting: false,
  entry: "open",
  inside: [],
  urls: URLS,
};

/** @type {ServerFrame} */
const JOINED = { type: "joined", peers: [] };

/** @type {ChatEvent} */
const CUT = { type: "cut" };

/** @param {number} id */
function message(id, { user = BOB, client_id = `m-${id}`, text = `text ${id}` } = {}) {
  return { id, client_id, user, name: user === ME ? "Alice" : "Bob", text, at: AT };
}

const AT = "2026-01-01T10:02:11+00:00";

/**
 * @param {number} id
 * @param {Parameters<typeof message>[1]} [more]
 * @returns {ServerFrame}
 */
function told(id, more) {
  const { client_id, ...rest } = message(id, more);
  return { type: "chat", id: client_id, message: rest };
}

/**
 * @param {number | null} after
 * @param {number[]} ids
 * @returns {ChatEvent}
 */
function caught(after, ids, more = false) {
  return { type: "caught", after, messages: ids.map((id) => message(id)), more, days: 30 };
}

/** @param {string} id @returns {ChatEvent} */
function written(id) {
  return { type: "written", id, text: `text ${id}` };
}

const OWN = new Set(["written", "unanswered", "again", "caught", "earlier", "cut", "seen"]);

/** @param {(ServerFrame | ChatEvent)[]} events */
function after(...events) {
  return events.reduce((state, event) => {
    /** @type {Event} */
    const whole = OWN.has(event.type)
      ? { type: "chat", what: /** @type {ChatEvent} */ (event) }
      : { type: "received", frame: /** @type {ServerFrame} */ (event), at: 1000 };
    return reduce(state, whole);
  }, initialState(PAGE));
}

/** @param {State} state */
function shown({ chat }) {
  return chat.messages.map(({ id }) => id);
}

/** @param {State} state */
function waiting({ chat }) {
  return chat.unsent.map(({ id }) => id);
}

test("messages stand in the order of their numbers, each once, however they come", () => {
  const state = after(JOINED, told(3), caught(null, [1, 2]), told(4), told(3), told(2));
  assert.deepEqual(shown(state), [1, 2, 3, 4]);
  assert.equal(isBehind(state.chat), false);
});

test("who joins must ask what was written before, and so must who comes back", () => {
  assert.equal(isBehind(after(JOINED).chat), true);
  const whole = [JOINED, caught(null, [1])];
  assert.equal(isBehind(after(...whole).chat), false);
  assert.equal(isBehind(after(...whole, CUT, JOINED).chat), true);
});

test("a missing number is a reason to ask, until it is there", () => {
  const gap = [JOINED, caught(null, [1, 2]), told(5)];
  assert.equal(isBehind(after(...gap).chat), true);
  assert.equal(after(...gap).chat.upto, 2);
  assert.equal(isBehind(after(...gap, told(4)).chat), true);
  assert.equal(isBehind(after(...gap, told(4), told(3)).chat), false);
  const asked = after(...gap, caught(2, [3, 4, 5]));
  assert.deepEqual([shown(asked), isBehind(asked.chat)], [[1, 2, 3, 4, 5], false]);
});

test("an absence that was long is caught up page by page", () => {
  const back = [JOINED, caught(null, [1]), CUT, JOINED, caught(1, [2, 3], true)];
  assert.deepEqual([after(...back).chat.upto, isBehind(after(...back).chat)], [3, true]);
  const whole = after(...back, caught(3, [4]));
  assert.deepEqual([whole.chat.upto, isBehind(whole.chat)], [4, false]);
});

test("what was deleted meanwhile is not waited for", () => {
  const state = after(JOINED, caught(null, [1]), told(4), caught(1, []));
  assert.deepEqual([shown(state), isBehind(state.chat)], [[1, 4], false]);
});

test("what I write stands at once, and leaves the waiting when it is acknowledged", () => {
  const state = after(JOINED, caught(null, []), written("a"), written("b"));
  assert.deepEqual(waiting(state), ["a", "b"]);
  const acknowledged = after(
    JOINED,
    caught(null, []),
    written("a"),
    written("b"),
    told(1, { user: ME, client_id: "a" }),
  );
  assert.deepEqual([waiting(acknowledged), shown(acknowledged)], [["b"], [1]]);
});

test("an acknowledgement that was lost comes with what is caught up", () => {
  const page = { ...caught(0, []), messages: [message(1, { user: ME, client_id: "a" })] };
  const state = after(JOINED, caught(null, []), written("a"), CUT, JOINED, page);
  assert.deepEqual([waiting(state), shown(state)], [[], [1]]);
});

test("another person's id is no acknowledgement of mine", () => {
  const state = after(JOINED, caught(null, []), written("a"), told(1, { client_id: "a" }));
  assert.deepEqual([waiting(state), shown(state)], [["a"], [1]]);
});

test("a message that is refused says so and may be tried again; a new seat tries by itself", () => {
  /** @type {ServerFrame} */
  const refusal = {
    type: "error",
    code: "bad_frame",
    detail: "No.",
    ref: { type: "chat", id: "a" },
  };
  const events = [JOINED, written("a"), written("b"), refusal];
  const trouble = (/** @type {State} */ { chat }) => chat.unsent.map(({ trouble }) => trouble);
  assert.deepEqual(trouble(after(...events)), ["refused", null]);
  assert.deepEqual(trouble(after(...events, { type: "again", id: "a" })), [null, null]);
  assert.deepEqual(trouble(after(...events, CUT, JOINED)), [null, null]);
  const passing = after(JOINED, written("a"), { ...refusal, code: "unavailable" });
  assert.deepEqual(trouble(passing), ["unanswered"]);
});

test("only what others wrote since one came, and nobody looked at, is unread", () => {
  const unread = (/** @type {State} */ { chat }) => unreadIn(chat, ME);
  const here = [JOINED, caught(null, [1, 2])];
  assert.equal(unread(after(JOINED, told(3))), 0);
  assert.equal(unread(after(...here)), 0);
  assert.equal(unread(after(...here, told(3), told(4, { user: ME }), told(5))), 2);
  assert.equal(unread(after(...here, told(3), { type: "seen" })), 0);
  assert.equal(unread(after(...here, CUT, JOINED, caught(2, [3, 4]))), 2);
});

test("a chat that is turned off leaves nothing here, and turned on is asked for anew", () => {
  const off = after(JOINED, caught(null, [1]), written("a"), { type: "room", has_chat: false });
  assert.deepEqual([shown(off), waiting(off), off.room.has_chat], [[], [], false]);
  const on = after(
    JOINED,
    caught(null, [1]),
    { type: "room", has_chat: false },
    { type: "room", has_chat: true },
  );
  assert.deepEqual([isBehind(on.chat), on.chat.open], [true, true]);
});

test("what was written earlier is put before", () => {
  const first = [JOINED, { ...caught(null, [201, 202]), more: true }];
  assert.equal(after(.../** @type {ChatEvent[]} */ (first)).chat.earlier, true);
  const state = after(.../** @type {ChatEvent[]} */ (first), {
    type: "earlier",
    messages: [199, 200].map((id) => message(id)),
    more: false,
  });
  assert.deepEqual([shown(state), state.chat.earlier], [[199, 200, 201, 202], false]);
});

test("what is sent can be read, is no longer than is taken, and is whole text", () => {
  assert.equal(sendable(" \n\u200b\u202e\t"), null);
  assert.equal(sendable(""), null);
  assert.equal(sendable(" a\nb "), " a\nb ");
  assert.equal(sendable("a\ud800b\0c"), "abc");
  assert.equal(sendable("🌹".repeat(LONGEST)), "🌹".repeat(LONGEST));
  assert.equal(sendable("x".repeat(LONGEST + 1)), null);
});

/** @param {string} text */
function links(text) {
  const pieces = piecesOf(text);
  assert.equal(
    pieces.map((piece) => (typeof piece === "string" ? piece : piece.text)).join(""),
    text,
    "nothing is lost or added",
  );
  return pieces.flatMap((piece) => (typeof piece === "string" ? [] : [piece.href]));
}

test("addresses of the web are links, and end where the sentence goes on", () => {
  assert.deepEqual(links("See https://example.org/a?b=1#c, please."), [
    "https://example.org/a?b=1#c",
  ]);
  assert.deepEqual(links("(http://example.org/x_(y)) and HTTPS://EXAMPLE.ORG!"), [
    "http://example.org/x_(y)",
    "https://example.org/",
  ]);
  assert.deepEqual(links("https://a.example\nhttps://b.example"), [
    "https://a.example/",
    "https://b.example/",
  ]);
});

test("an address ends where a sentence does that needs no space behind it", () => {
  for (const [before, after] of [
    ["", "。谢谢"],
    ["", "、b"],
    ["", "，b"],
    ["（", "）b"],
    ["「", "」b"],
    ["【", "】！"],
    ["", "：b"],
    ["", "\u2800b"],
    ["", "\u3164b"],
  ]) {
    assert.deepEqual(links(`${before}https://example.com${after}`), ["https://example.com/"]);
  }
});

test("what hides where the host ends is no link", () => {
  for (const host of [
    "example.com\u2044a",
    "example.com\u2215a",
    "example.com,b",
    "a\\b",
    "ex*mple",
  ])
    assert.deepEqual(links(`https://${host}.example.org/x`), []);
});

test("a host in letters that look like others is shown as machines spell it", () => {
  const shown = (/** @type {string} */ text) =>
    piecesOf(text).flatMap((piece) => (typeof piece === "string" ? [] : [piece.text]));
  // The second letter is Cyrillic.
  assert.deepEqual(shown("https://e\u0445ample.com:81/a?b#c"), [
    "https://xn--eample-bsf.com:81/a?b#c",
  ]);
  for (const own of [
    "https://m\u00fcnchen.de/\u0445",
    "https://\u4f8b\u3048\u30fc.com",
    "https://\u043f\u0440\u0438\u043c\u0435\u0440.\u0440\u0444",
  ])
    assert.deepEqual(shown(own), [own]);
});

test("two deleted accounts are not taken for one", () => {
  const left = [1, 2].map((id) => ({ ...message(id), user: null, name: "" }));
  const groups = groupsOf(left, [], { user: ME, name: "Alice" }, new Date(AT));
  assert.equal(groups.length, 2);
});

test("nothing else is a link", () => {
  for (const text of [
    "javascript:alert(1)",
    "javascript:alert(1)//https://example.org",
    "data:text/html,<b>",
    "ftp://example.org",
    "www.example.org",
    "mailto:bob@example.org",
    "https://",
    "https://bank.example@evil.example/",
    "http://[half",
    "",
  ]) {
    assert.deepEqual(links(text), [], text);
  }
});

test("an address ends at a sign that would turn or hide the rest of it", () => {
  assert.deepEqual(links("https://example.org/\u202egpj.exe"), ["https://example.org/"]);
  assert.deepEqual(links('https://example.org/<img src=x>"'), ["https://example.org/"]);
});

test("a text of brackets alone is cut in no time", () => {
  const before = performance.now();
  links(`https://example.org/${")".repeat(100 * LONGEST)}`);
  assert.ok(performance.now() - before < 2000);
});

test("what one person writes within a minute stands under one name", () => {
  const minute = (/** @type {number} */ id, user = BOB, at = "2026-01-01T10:02:11Z") => ({
    ...message(id, { user }),
    at,
  });
  const messages = [
    minute(1),
    minute(2, BOB, "2026-01-01T10:02:59+00:00"),
    minute(3, BOB, "2026-01-01T10:03:00Z"),
    minute(4, ME, "2026-01-01T10:03:01Z"),
  ];
  const unsent = [{ id: "a", text: "On its way", trouble: null }];
  const now = new Date("2026-01-03T12:00:00Z");
  const groups = groupsOf(messages, unsent, { user: ME, name: "Alice" }, now);
  assert.deepEqual(
    groups.map(({ name, lines }) => [name, lines.map(({ key }) => key)]),
    [
      ["Bob", [1, 2]],
      ["Bob", [3]],
      ["Alice", [4]],
      ["Alice", ["a"]],
    ],
  );
  assert.deepEqual(
    groups.map(({ day }) => day !== null),
    [true, false, false, true],
  );
});

test("who cannot see it is told of what others write, and of no more than one has time for", () => {
  /** @type {(ServerFrame | ChatEvent)[]} */
  const here = [JOINED, caught(null, [1, 2])];
  const news = (/** @type {(ServerFrame | ChatEvent)[]} */ ...events) =>
    newsBetween(after(...here), after(...here, ...events));
  assert.equal(newsBetween(after(JOINED), after(...here)), null);
  assert.equal(news(told(3)), "Bob writes: text 3");
  assert.equal(news(told(3), told(4)), "2 new messages.");
  assert.equal(news(told(3, { user: ME })), null);
  assert.equal(news(told(3, { text: "x".repeat(500) }))?.length, "Bob writes: ".length + 161);
  assert.equal(news({ type: "room", has_chat: false }), "The chat is turned off.");
});

test("the panel says what becomes of messages", () => {
  assert.match(keptFor(0), /pass the server, which keeps them until the call is over/);
  assert.match(keptFor(1), /for a day\./);
  assert.match(keptFor(30), /for 30 days\. Sound and video do not\.$/);
  assert.doesNotMatch(keptFor(null), /keeps/);
});

test("of all that changes in a room only a chat that is turned on calls for a look", () => {
  const whole = [JOINED, caught(null, [1])];
  assert.equal(after(...whole, { type: "room", has_chat: true, locked: true }).chat.stale, false);
  const off = /** @type {const} */ ({ type: "room", has_chat: false });
  assert.equal(after(...whole, off, { type: "room", has_chat: true }).chat.stale, true);
});
