import assert from "node:assert/strict";
import { test } from "node:test";
import { initialState } from "../../static/js/call/state.js";
import { endingOf } from "../../static/js/ui/endings.js";
import { newsBetween } from "../../static/js/ui/news.js";
import {
  brief,
  duration,
  hueOf,
  initialOf,
  joinsWithout,
  lockedDoor,
  queueOf,
  statesOf,
  troublesOf,
  whoIsInside,
} from "../../static/js/ui/words.js";
import { URLS } from "./urls.js";

/** @import { CaptureStatus, Media, Peer, State } from "../../static/js/call/types.js" */

const { media: MEDIA, ...STATE } = initialState({
  room: { slug: "garden", name: "Garden", capacity: 6, locked: false },
  self: { user: 1, name: "Alice", role: "owner" },
  waiting: false,
  entry: "open",
  inside: [],
  urls: URLS,
});

const BEHIND_A_LOCK = {
  room: { ...STATE.room, locked: true },
  self: { ...STATE.self, role: "member" },
};

/** @param {CaptureStatus} camera @param {CaptureStatus} microphone @returns {Media} */
function media(camera, microphone) {
  return {
    ...MEDIA,
    camera: { status: camera, deviceId: null },
    microphone: { status: microphone, deviceId: null },
  };
}

/** @param {Partial<Peer>} [changes] @returns {Peer} */
function bob(changes = {}) {
  return {
    peer: "p1",
    user: 2,
    name: "Bob",
    role: "member",
    state: { audio: true, video: true, screen: false, hand: false },
    away: false,
    muted: false,
    link: "up",
    lost: false,
    speaking: false,
    stream: null,
    ...changes,
  };
}

/** @param {Partial<State>} changes @returns {State} */
function call(changes) {
  return { ...STATE, media: MEDIA, phase: "call", signaling: "up", ...changes };
}

test("each of the six causes has its own sentence and a next step", () => {
  /** @type {CaptureStatus[]} */
  const causes = ["denied", "dismissed", "blocked", "in-use", "none", "insecure"];
  const troubles = causes.map((cause) => troublesOf(media(cause, "on"))[0]);
  assert.equal(new Set(troubles.map((trouble) => trouble?.title)).size, causes.length);
  assert.ok(troubles.every((trouble) => trouble && trouble.steps.length > 0));
  assert.equal(new Set(troubles.map((trouble) => trouble?.steps.join())).size, causes.length);
});

test("the same cause for both is said once", () => {
  const [trouble, ...more] = troublesOf(media("denied", "denied"));
  assert.equal(trouble?.title, "Your browser is blocking camera and microphone");
  assert.equal(more.length, 0);
});

test("different causes are said apart", () => {
  const kinds = troublesOf(media("none", "in-use")).map(({ kind }) => kind);
  assert.deepEqual(kinds, ["camera", "microphone"]);
});

test("what was switched off on purpose is no trouble, nor is a pending question", () => {
  assert.deepEqual(troublesOf(media("off", "pending")), []);
  assert.equal(joinsWithout(media("off", "on")), "");
});

test("where only another address helps there is nothing to try again", () => {
  assert.equal(troublesOf(media("insecure", "insecure"))[0]?.retry, false);
});

test("the door says what one joins without", () => {
  assert.equal(joinsWithout(media("denied", "on")), "You will join without camera.");
  assert.equal(joinsWithout(media("none", "none")), "You will join without camera and microphone.");
});

test("who is inside", () => {
  assert.equal(whoIsInside([]), "Nobody is inside yet");
  assert.equal(whoIsInside(["Bob"]), "Bob is inside");
  assert.equal(whoIsInside(["Bob", "Charlie"]), "Bob and Charlie are inside");
  assert.equal(whoIsInside(["A", "B", "C", "D", "E"]), "A, B, C and 2 others are inside");
});

test("initials and colours come from the name, whatever letters it has", () => {
  assert.equal(initialOf(" émile"), "É");
  assert.equal(initialOf("🦊 fox"), "🦊");
  assert.equal(initialOf(""), "?");
  assert.equal(hueOf("Alice"), hueOf("Alice"));
  assert.ok([..."abcdefgh"].every((name) => hueOf(name) >= 0 && hueOf(name) < 6));
});

test("a long name is cut where it stands in a sentence", () => {
  assert.equal(brief("Alice"), "Alice");
  assert.equal(brief("x".repeat(24)), "x".repeat(24));
  assert.equal(Array.from(brief("🦊".repeat(64))).length, 24);
});

test("the clock counts minutes, and hours when there are some", () => {
  assert.equal(duration(0), "0:00");
  assert.equal(duration(24 * 60_000 + 18_000), "24:18");
  assert.equal(duration(3_600_000 + 4 * 60_000 + 5_000), "1:04:05");
  assert.equal(duration(-5), "0:00");
});

test("a person's states in words", () => {
  const quiet = { audio: false, video: false, screen: false, hand: true };
  assert.deepEqual(statesOf(bob()), []);
  assert.deepEqual(statesOf(bob({ state: quiet })), ["Muted", "Camera off", "Hand up"]);
  assert.deepEqual(statesOf(bob({ away: true })), ["Reconnecting"]);
  assert.deepEqual(statesOf(bob({ away: true, link: "reconnecting" })), ["Reconnecting"]);
  assert.deepEqual(statesOf(bob({ link: "failed" })), ["Not connected"]);
});

test("arrivals, departures and hands are announced", () => {
  const raised = bob({ state: { audio: true, video: true, screen: false, hand: true } });
  const nobody = call({ peers: [] });
  const here = call({ peers: [bob()] });
  assert.equal(newsBetween(nobody, here), "Bob joined.");
  assert.equal(newsBetween(here, nobody), "Bob left.");
  assert.equal(newsBetween(here, call({ peers: [raised] })), "Bob raised a hand.");
});

test("a connection that breaks is announced once, and its return", () => {
  const up = call({ peers: [bob()] });
  const lost = call({ peers: [bob({ link: "reconnecting", lost: true })] });
  const anew = call({ peers: [bob({ link: "connecting", lost: true })] });
  assert.equal(newsBetween(up, lost), "Lost the connection to Bob.");
  assert.equal(newsBetween(lost, anew), null);
  assert.equal(newsBetween(anew, up), "Bob is back.");
});

test("speaking is not announced, nor is the beginning of the call", () => {
  const before = call({ peers: [bob()] });
  assert.equal(newsBetween(before, call({ peers: [bob({ speaking: true })] })), null);
  assert.equal(newsBetween(call({ phase: "preview" }), before), null);
  assert.equal(newsBetween(null, before), null);
});

test("the return of the server is announced", () => {
  const away = call({ signaling: "reconnecting" });
  assert.equal(newsBetween(away, call({})), "Back online.");
});

test("hands keep their order", () => {
  assert.deepEqual(queueOf(["bob", "charlie"], ["dave", "charlie"]), ["charlie", "dave"]);
});

test("every ending says what happened, and only some offer to come back", () => {
  const again = (/** @type {string} */ reason) => endingOf(reason, STATE).again;
  assert.equal(again("left"), "Rejoin");
  assert.equal(again("removed"), null);
  assert.equal(again("no_storage"), "Try again");
  assert.match(endingOf("fresh_sign_in", STATE).text, /Confirm that it is you/);
  assert.match(endingOf("insecure", STATE).text, /https, or localhost/);
  assert.match(endingOf("full", STATE).text, /All 6 places/);
  assert.equal(endingOf("unheard of", STATE).title, endingOf("error", STATE).title);
});

test("whom the lock keeps out is not told to come back any time", () => {
  for (const reason of ["left", "ended"]) {
    assert.doesNotMatch(endingOf(reason, BEHIND_A_LOCK).text, /any time/);
    assert.match(endingOf(reason, BEHIND_A_LOCK).text, /unlock/);
    assert.match(endingOf(reason, { ...STATE, room: BEHIND_A_LOCK.room }).text, /any time/);
  }
  assert.deepEqual(endingOf("removed", BEHIND_A_LOCK), endingOf("removed", STATE));
});

test("the door says what the lock means, and whom to ask", () => {
  assert.match(lockedDoor(true, 2), /ask someone inside/);
  assert.match(lockedDoor(true, 0), /ask its owner/);
  assert.match(lockedDoor(false, 2), /you can/);
});

test("locking and unlocking are announced once, and nothing when one comes in", () => {
  const open = call({});
  const locked = call({ room: { ...STATE.room, locked: true } });
  assert.equal(newsBetween(open, locked), "The room is locked: nobody new comes in.");
  assert.equal(newsBetween(locked, locked), null);
  assert.equal(newsBetween(locked, open), "The room is unlocked.");
  assert.equal(newsBetween({ ...open, phase: "joining" }, locked), null);
});

test("knocks, holds and roles are announced, each once", () => {
  const before = call({ peers: [bob()] });
  const knocks = [{ user: 3, name: "Charlie" }];
  assert.equal(newsBetween(before, call({ peers: [bob()], knocks })), "Charlie wants to come in.");
  assert.equal(newsBetween(call({ knocks }), call({ knocks })), null);
  const held = call({ peers: [bob({ muted: true })] });
  assert.equal(newsBetween(before, held), "A moderator has muted Bob.");
  assert.equal(newsBetween(held, before), "Bob may speak again.");
  assert.equal(
    newsBetween(call({ phase: "joining", knocks }), call({ knocks })),
    "Charlie wants to come in.",
  );
  const self = { ...STATE.self, role: "moderator" };
  assert.equal(newsBetween(call({}), call({ self })), "You are a moderator now.");
});

test("who is held is said to be muted by a moderator, whatever they show", () => {
  assert.deepEqual(statesOf(bob({ muted: true })), ["Muted by a moderator"]);
});
