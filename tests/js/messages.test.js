import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { test } from "node:test";
import { afterClose, decode, PROTOCOL } from "../../static/js/signaling/messages.js";

const PROTOCOL_PAGE = new URL("../../docs/protocol.md", import.meta.url);

/** The golden frames under one heading of docs/protocol.md. @param {string} heading */
async function golden(heading) {
  const text = await readFile(PROTOCOL_PAGE, "utf8");
  const section = text.split("\n## ").find((part) => part.startsWith(heading)) ?? "";
  return Array.from(section.matchAll(/```json\n(.+?)\n```/gs), ([, frame]) => frame ?? "");
}

test("every golden frame of the server is known", async () => {
  const frames = await golden("4. What the server sends");
  assert.ok(frames.length > 10);
  for (const frame of frames) assert.deepEqual(decode(frame), JSON.parse(frame));
});

test("what a newer server says is ignored", () => {
  assert.equal(decode('{"type": "from-the-future"}'), null);
  assert.equal(decode("[]"), null);
  assert.equal(decode("null"), null);
});

test("every close code asks for one thing, as the document has it", async () => {
  const text = await readFile(PROTOCOL_PAGE, "utf8");
  const rows = text.matchAll(/^\| ([\d, ]+) \|.*\| ([^|]+) \|$/gm);
  /** @type {Record<string, string>} */
  const words = { stops: "stop", asks: "now", comes: "now", backs: "later" };
  let seen = 0;
  for (const [, codes = "", deed = ""] of rows) {
    for (const code of codes.split(",").map(Number)) {
      assert.equal(afterClose(code), words[deed.split(/[ ,:]/)[0] ?? ""], `${code}`);
      seen += 1;
    }
  }
  assert.ok(seen > 12);
  assert.ok((await readFile(PROTOCOL_PAGE, "utf8")).includes(PROTOCOL));
});
