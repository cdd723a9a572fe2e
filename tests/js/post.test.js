/** @import { ChatEvent, Event, State } from "../../static/js/call/types.js" */
/** @import { ClientFrame, Message } from "../../static/js/signaling/messages.js" */

import assert from "node:assert/strict";
import { afterEach, beforeEach, mock, test } from "node:test";
import { Post } from "../../static/js/call/post.js";
import { initialState, reduce } from "../../static/js/call/state.js";
import { URLS } from "./urls.js";

const URL = "/api/rooms/r/messages/";
const ROOM = { slug: "r", name: "Garden plan", capacity: 6, locked: false, has_chat: true };

/** @type {State} */
let state;
/** @type {{id: string, text: string}[]} */
let sent;
/** @type {string[]} */
let asked;
/** @type {Message[]} what the server keeps */
let kept;
let away = false;
/** @type {Response | null} what the server says instead of its messages */
let refusal = null;
/** @type {Promise<void> | null} until then the server thinks about it */
let slow = null;

/** @param {Event} event */
function dispatch(event) {
  state = reduce(state, event);
  post.follow();
}

/** @param {ChatEvent} what */
function chat(what) {
  dispatch({ type: "chat", what });
}

/** @type {Post} */
let post;

beforeEach(() => {
  mock.timers.enable({ apis: ["setTimeout"] });
  [sent, asked, kept, away] = [[], [], [], false];
  [refusal, slow] = [null, null];
  const self = { user: 1, name: "Alice", role: "owner" };
  state = initialState({ room: ROOM, self, waiting: false, entry: "open", inside: [], urls: URLS });
  Object.assign(globalThis, { fetch: answer });
  post = new Post({
    url: URL,
    send: (frame) => sent.push(/** @type {Extract<ClientFrame, {type: "chat"}>} */ (frame)),
    dispatch: chat,
    state: () => state,
  });
});

afterEach(() => mock.timers.reset());

/** @param {string} url */
async function answer(url) {
  asked.push(url);
  if (away) throw new TypeError("Failed to fetch");
  const after = new URLSearchParams(url.split("?")[1]).get("after");
  const found = kept.filter(({ id }) => after === null || id > Number(after));
  await slow;
  if (refusal) return refusal;
  return Response.json({ messages: found.slice(0, 2), more: found.length > 2, chat_days: 30 });
}

async function settled() {
  for (let turn = 0; turn < 10; turn++) await new Promise((resolve) => setImmediate(resolve));
}

async function join() {
  dispatch({ type: "received", frame: { type: "joined", peers: [] }, at: 1 });
  await settled();
}

/** @param {number} id @param {{client_id?: string, user?: number}} [more] */
function message(id, { client_id = `m-${id}`, user = 2 } = {}) {
  return { id, client_id, user, name: "Bob", text: "Hello", at: "2026-01-01T10:00:00Z" };
}

/** The server takes the message that is under way. @param {number} id */
function take(id) {
  const frame = /** @type {{id: string}} */ (sent.at(-1));
  const { client_id, ...rest } = message(id, { client_id: frame.id, user: 1 });
  dispatch({ type: "received", frame: { type: "chat", id: client_id, message: rest }, at: 1 });
}

/** @param {string} id @param {string} code */
function refuse(id, code) {
  const ref = { type: "chat", id };
  dispatch({ type: "received", frame: { type: "error", code, detail: "No.", ref }, at: 1 });
}

function texts() {
  return sent.map(({ text }) => text);
}

test("one message at a time goes out, in the order in which they were written", async () => {
  await join();
  for (const text of ["one", "two", "three"]) post.write(text);
  assert.deepEqual(texts(), ["one"]);
  take(1);
  assert.deepEqual(texts(), ["one", "two"]);
  take(2);
  assert.deepEqual(texts(), ["one", "two", "three"]);
});

test("nothing goes out before one is inside, nor while the line is cut", async () => {
  post.write("early");
  assert.deepEqual(texts(), []);
  await join();
  assert.deepEqual(texts(), ["early"]);
  take(1);
  chat({ type: "cut" });
  post.write("meanwhile");
  assert.deepEqual(texts(), ["early"]);
});

test("what was not acknowledged is sent again under the same id", async () => {
  await join();
  post.write("one");
  chat({ type: "cut" });
  await join();
  assert.deepEqual(texts(), ["one", "one"]);
  assert.equal(sent[0]?.id, sent[1]?.id);
});

test("what came to be known by asking is not sent again", async () => {
  await join();
  post.write("one");
  chat({ type: "cut" });
  kept = [message(1, { client_id: /** @type {{id: string}} */ (sent[0]).id, user: 1 })];
  await join();
  assert.deepEqual(state.chat.unsent, []);
  post.write("two");
  assert.equal(texts().at(-1), "two");
});

test("without an answer it is sent again after a while, and what is behind it waits", async () => {
  await join();
  post.write("one");
  post.write("two");
  mock.timers.tick(10_000);
  assert.equal(state.chat.unsent[0]?.trouble, "unanswered");
  assert.deepEqual(texts(), ["one"]);
  mock.timers.tick(5000);
  assert.deepEqual(texts(), ["one", "one"]);
  take(1);
  assert.deepEqual(texts(), ["one", "one", "two"]);
});

test("one need not wait to send it again", async () => {
  await join();
  post.write("one");
  const [first] = /** @type {[State["chat"]["unsent"][0]]} */ (state.chat.unsent);
  refuse(first.id, "unavailable");
  assert.deepEqual(texts(), ["one"]);
  chat({ type: "again", id: first.id });
  assert.deepEqual(texts(), ["one", "one"]);
  mock.timers.tick(5000);
  assert.deepEqual(texts(), ["one", "one"]);
});

test("what was refused holds nothing up", async () => {
  await join();
  post.write("one");
  post.write("two");
  refuse(/** @type {{id: string}} */ (sent[0]).id, "bad_frame");
  assert.deepEqual(texts(), ["one", "two"]);
  take(1);
  assert.deepEqual(texts(), ["one", "two"]);
  assert.equal(state.chat.unsent[0]?.trouble, "refused");
});

test("all pages of what one missed are asked for, from where one was", async () => {
  kept = [message(1)];
  await join();
  assert.deepEqual(asked, [URL]);
  chat({ type: "cut" });
  kept = [1, 2, 3, 4].map((id) => message(id));
  await join();
  assert.deepEqual(asked, [URL, `${URL}?after=1`, `${URL}?after=3`]);
  assert.deepEqual(
    state.chat.messages.map(({ id }) => id),
    [1, 2, 3, 4],
  );
});

test("a gap that does not close by itself is asked for", async () => {
  kept = [message(1)];
  await join();
  kept = [1, 2, 3].map((id) => message(id));
  const { client_id, ...third } = message(3);
  dispatch({ type: "received", frame: { type: "chat", id: client_id, message: third }, at: 1 });
  assert.deepEqual(asked, [URL]);
  mock.timers.tick(250);
  await settled();
  assert.deepEqual(asked, [URL, `${URL}?after=1`]);
  assert.equal(state.chat.upto, 3);
});

test("where the server does not answer, it is asked again in a while", async () => {
  away = true;
  await join();
  assert.equal(state.chat.upto, null);
  away = false;
  kept = [message(1)];
  mock.timers.tick(2000);
  await settled();
  assert.equal(state.chat.upto, 1);
});

test("a room without chat is asked nothing and told nothing", async () => {
  dispatch({ type: "received", frame: { type: "room", has_chat: false }, at: 1 });
  await join();
  post.write("one");
  assert.deepEqual([asked, texts()], [[], []]);
});

test("what was written earlier is asked for by the numbers before the first", async () => {
  kept = [message(250), message(251)];
  await join();
  kept = [message(49), message(50)];
  await post.askEarlier();
  assert.equal(asked.at(-1), `${URL}?after=49`);
  assert.deepEqual(
    state.chat.messages.map(({ id }) => id),
    [50, 250, 251],
  );
});

/** What the server is asked from now on is answered when the test wants it. */
function hang() {
  /** @type {() => void} */
  let answer = () => {};
  slow = new Promise((resolve) => {
    answer = resolve;
  });
  return () => {
    slow = null;
    answer();
  };
}

test("an answer from before the line was cut says nothing of what happened since", async () => {
  kept = [message(1)];
  await join();
  chat({ type: "cut" });
  const answer = hang();
  await join();
  chat({ type: "cut" });
  kept = [message(1), message(2)];
  slow = null;
  dispatch({ type: "received", frame: { type: "joined", peers: [] }, at: 1 });
  answer();
  await settled();
  assert.deepEqual(asked, [URL, `${URL}?after=1`, `${URL}?after=1`]);
  assert.deepEqual([state.chat.upto, state.chat.stale], [2, false]);
});

test("who does not answer is asked ever less often, and who says when, not before", async () => {
  away = true;
  await join();
  for (const delay of [2000, 4000, 8000, 16_000, 30_000, 30_000]) {
    const before = asked.length;
    mock.timers.tick(delay - 1);
    await settled();
    assert.equal(asked.length, before);
    mock.timers.tick(1);
    await settled();
    assert.equal(asked.length, before + 1);
  }
  away = false;
  refusal = new Response("{}", { status: 429, headers: { "Retry-After": "45" } });
  mock.timers.tick(30_000);
  await settled();
  const before = asked.length;
  [refusal, kept] = [null, [message(1)]];
  mock.timers.tick(44_999);
  await settled();
  assert.equal(asked.length, before);
  mock.timers.tick(1);
  await settled();
  assert.equal(state.chat.upto, 1);
});

test("earlier messages that are asked for during another question come after it", async () => {
  kept = [message(250), message(251)];
  await join();
  chat({ type: "cut" });
  const answer = hang();
  await join();
  kept = [message(50)];
  const asking = post.askEarlier();
  post.askEarlier();
  assert.deepEqual([state.chat.asked, asked.length], ["busy", 2]);
  answer();
  await asking;
  assert.deepEqual(asked.slice(1), [`${URL}?after=251`, `${URL}?after=49`]);
  assert.deepEqual([state.chat.asked, state.chat.messages[0]?.id], [null, 50]);
});

test("earlier messages that do not come are said not to, and can be asked for again", async () => {
  kept = [message(250)];
  await join();
  away = true;
  await post.askEarlier();
  assert.equal(state.chat.asked, "failed");
  away = false;
  kept = [message(50)];
  await post.askEarlier();
  assert.deepEqual([state.chat.asked, state.chat.messages[0]?.id], [null, 50]);
});

test("asking for earlier messages ends with the line", async () => {
  kept = [message(250)];
  await join();
  const answer = hang();
  const asking = post.askEarlier();
  chat({ type: "cut" });
  assert.equal(state.chat.asked, null);
  answer();
  await asking;
  assert.equal(state.chat.messages.length, 1);
});

test("what was written before the page was loaded anew goes out under the id that it had", async () => {
  state = { ...state, chat: { ...state.chat, unsent: [{ id: "a", text: "one", trouble: null }] } };
  await join();
  assert.deepEqual(sent, [{ type: "chat", id: "a", text: "one" }]);
});
