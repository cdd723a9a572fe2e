/** @import { Denied } from "../../static/js/call/types.js" */

import assert from "node:assert/strict";
import { test } from "node:test";
import { answerAtTheDoor, joinLabel } from "../../static/js/ui/answers.js";
import { DEEDS, questionBefore } from "../../static/js/ui/deeds.js";
import { endingOf } from "../../static/js/ui/endings.js";
import { whoKnocks } from "../../static/js/ui/words.js";

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
  ];
  assert.equal(new Set(texts).size, texts.length);
  for (const text of texts) assert.match(text, /ask again|next one/i);
  assert.match(answer("refused", "never"), /^Not in this call/);
  assert.match(answerAtTheDoor({ phase: "waiting", denied: null })?.text ?? "", /do not need/);
  assert.equal(answerAtTheDoor({ phase: "preview", denied: null }), null);
});

test("who knocks is named, and several are counted", () => {
  assert.equal(whoKnocks(["Charlie"]), "Charlie wants to come in");
  assert.equal(whoKnocks(["Charlie", "Dave"]), "Charlie and Dave want to come in");
  assert.match(whoKnocks(["x".repeat(200)]), /^x{23}… wants/);
});

test("what the next press cannot undo is asked before, by name", () => {
  const asked = Object.keys(DEEDS).filter((deed) =>
    questionBefore(/** @type {keyof typeof DEEDS} */ (deed), { name: "Bob", role: "member" }),
  );
  assert.deepEqual(asked, ["hand_over", "remove", "ban"]);
  assert.equal(questionBefore("ban", { name: "Bob", role: "member" })?.title, "Ban Bob?");
  const guest = questionBefore("remove", { name: "Charlie", role: "guest" });
  assert.match(guest?.text ?? "", /knock/);
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
