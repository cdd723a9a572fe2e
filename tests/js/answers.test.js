/** @import { Denied } from "../../static/js/call/types.js" */

import assert from "node:assert/strict";
import { test } from "node:test";
import { answerAtTheDoor, joinLabel } from "../../static/js/ui/answers.js";
import { DEEDS, questionBefore } from "../../static/js/ui/deeds.js";
import { endingOf, notSent } from "../../static/js/ui/endings.js";
import { whoKnocks } from "../../static/js/ui/words.js";

const BOB = { name: "Bob" };
const MEMBERS_ONLY = { access: "members" };

/** @param {Denied["reason"]} reason @param {Denied["wait"]} wait */
function answer(reason, wait) {
  return answerAtTheDoor({ phase: "preview", denied: { reason, wait } })?.text ?? "";
}

test("the one button at the door says what pressing it does", () => {
  assert.equal(joinLabel({ entry: "open", denied: null }), "Join");
  assert.equal(joinLabel({ entry: "locked", denied: null }), "Join");
  assert.equal(joinLabel({ entry: "knock", denied: null }), "Ask to join");
  const denied = /** @type {const} */ ({ reason: "expired", wait: "over" });
  assert.equal(joinLabel({ entry: "knock", denied }), "Ask again");
});

test("whatever became of a knock is said with the next step", () => {
  const texts = [
    answer("refused", "running"),
    answer("refused", "over"),
    answer("refused", "never"),
    answer("expired", "over"),
    answer("withdrawn", "over"),
    answer("stopped", "over"),
    answer("too_often", "running"),
    answer("too_often", "over"),
  ];
  assert.equal(new Set(texts).size, texts.length);
  for (const text of texts) assert.match(text, /ask again|next one/i);
  assert.match(answer("refused", "never"), /^Not in this call.+load this page again/);
  assert.match(answerAtTheDoor({ phase: "waiting", denied: null })?.text ?? "", /do not need/);
  assert.equal(answerAtTheDoor({ phase: "preview", denied: null }), null);
});

test("only who gave up is told to have stopped waiting", () => {
  const title = (/** @type {Denied["reason"]} */ reason) =>
    answerAtTheDoor({ phase: "preview", denied: { reason, wait: "over" } })?.title;
  assert.equal(title("stopped"), "You stopped waiting.");
  assert.equal(title("withdrawn"), "You are not waiting any more.");
  assert.equal(title("too_often"), "You asked too often.");
});

test("who knocks is named, and several are counted", () => {
  assert.equal(whoKnocks(["Charlie"]), "Charlie wants to come in");
  assert.equal(whoKnocks(["Charlie", "Dave"]), "Charlie and Dave want to come in");
  assert.match(whoKnocks(["x".repeat(200)]), /^x{23}… wants/);
});

test("what the next press cannot undo is asked before, by name", () => {
  const asked = Object.keys(DEEDS).filter((deed) =>
    questionBefore(/** @type {keyof typeof DEEDS} */ (deed), BOB, MEMBERS_ONLY),
  );
  assert.deepEqual(asked, ["hand_over", "remove", "ban"]);
  assert.equal(questionBefore("ban", BOB, MEMBERS_ONLY)?.title, "Ban Bob?");
});

test("before a removal one is told which way back there is, and so is who was removed", () => {
  const self = { peer: null, device: null, user: 3, name: "Charlie", role: "guest" };
  const said = (/** @type {string} */ access) => {
    const room = { slug: "r", name: "Garden plan", capacity: 6, locked: false, access };
    const ending = endingOf("removed", { room, self });
    return [questionBefore("remove", BOB, room)?.text ?? "", ending.text, ending.again];
  };
  const [before, after, again] = said("members");
  assert.match(`${before} ${after}`, /only by a new invitation\..+only by a new invitation:/);
  assert.equal(again, null);
  for (const access of ["knock", "open"]) {
    const [before, after, again] = said(access);
    assert.match(`${before} ${after}`, /ask to be let in again; .+ban them.+ask to be let in\./);
    assert.equal(again, "Open again");
  }
});

test("being removed, banned, and a visit that is over are three different things", () => {
  const room = { slug: "r", name: "Garden plan", capacity: 6, locked: false };
  const self = { peer: null, device: null, user: 3, name: "Charlie", role: "guest" };
  const endings = ["removed", "banned", "visit_over"].map((reason) =>
    endingOf(reason, { room, self }),
  );
  assert.equal(new Set(endings.map(({ title }) => title)).size, 3);
  assert.deepEqual(
    endings.map(({ again }) => again),
    [null, null, "Open again"],
  );
});

test("what nobody got is counted after the call, and said to go out where one can come back", () => {
  assert.equal(notSent(1, false), "1 message was not sent.");
  assert.match(notSent(1, true), /^1 message was not sent\. It goes out when you are back/);
  assert.match(notSent(3, true), /^3 messages were not sent\. They go out/);
});
