/** What people wrote, made ready to be shown: text and addresses, and who wrote what when. No DOM. */

/** @import { Unsent } from "../call/types.js" */
/** @import { Message } from "../signaling/messages.js" */

/**
 * @typedef {string | {href: string, text: string}} Piece
 * @typedef {{key: number | string, text: string, unsent: Unsent | null}} Line
 * @typedef {{key: number | string, day: string | null, user: number | null, name: string, at: string,
 *   lines: Line[]}} Group what one person wrote within one minute
 */

// Signs that nobody sees end an address: one that turns the text around would show another. So do
// those that end a sentence where no space follows it.
const BETWEEN = /([\s\p{Cc}\p{Cf}\p{DI}\u2800<>"、。，．；：！？「」『』（）【】]+)/u;
const ADDRESS = /^([("'[{«„“‘]*)(https?:\/\/.+)$/iu;
// What looks like a slash and is none would hide where the host ends.
const WEB = /^(https?:\/\/)([\p{L}\p{M}\p{N}.:\-[\]]+)((?:[/?#].*)?)$/iu;
const LATIN = /\p{scx=Latn}/u;
// Letters that can be taken for Latin ones.
const OTHERS = /[^\P{L}\p{scx=Latn}\p{scx=Hani}\p{scx=Hira}\p{scx=Kana}\p{scx=Hang}\p{scx=Bopo}]/u;
const SENTENCE_ENDS = new Set(".,;:!?'’”»…");
/** @type {Readonly<Record<string, string>>} */
const CLOSES = { ")": "(", "]": "[", "}": "{" };
const PER_MINUTE = "2026-01-01T10:02".length;

/**
 * The text as it is, its addresses apart.
 * @param {string} text
 * @returns {Piece[]}
 */
export function piecesOf(text) {
  /** @type {Piece[]} */
  const pieces = [];
  for (const piece of text.split(BETWEEN).flatMap(ofWord)) {
    const last = pieces.at(-1);
    if (typeof piece === "string" && typeof last === "string") pieces[pieces.length - 1] += piece;
    else if (piece !== "") pieces.push(piece);
  }
  return pieces;
}

/**
 * By person and minute; `day` where another one begins.
 * @param {Message[]} messages
 * @param {Unsent[]} unsent
 * @param {{user: number, name: string}} self
 * @param {Date} now
 * @returns {Group[]}
 */
export function groupsOf(messages, unsent, { user, name }, now) {
  const at = now.toISOString();
  /** @type {(Pick<Message, "user" | "name" | "at" | "text"> & Pick<Line, "key" | "unsent">)[]} */
  const all = [
    ...messages.map((message) => ({ ...message, key: message.id, unsent: null })),
    ...unsent.map((one) => ({ key: one.id, user, name, at, text: one.text, unsent: one })),
  ];
  /** @type {Group[]} */
  const groups = [];
  for (const { key, user, name, at, text, unsent } of all) {
    const last = groups.at(-1);
    const line = { key, text, unsent };
    if (last && isSame(last, { user, name, at })) last.lines.push(line);
    else groups.push({ key, day: newDay(last?.at, at), user, name, at, lines: [line] });
  }
  return groups;
}

/**
 * What becomes of messages, and what does not.
 * @param {number | null} days null until the server has said it
 */
export function keptFor(days) {
  if (days === null) return "Messages pass the server. Sound and video do not.";
  const kept =
    days === 0 ? "until the call is over" : `for ${days === 1 ? "a day" : `${days} days`}`;
  return `Messages pass the server, which keeps them ${kept}. Sound and video do not.`;
}

/**
 * @param {Pick<Group, "user" | "name" | "at">} one
 * @param {Pick<Group, "user" | "name" | "at">} other
 */
function isSame(one, other) {
  // Two whose accounts are deleted are not known to be one.
  if (one.user === null || one.user !== other.user || one.name !== other.name) return false;
  return one.at.slice(0, PER_MINUTE) === other.at.slice(0, PER_MINUTE);
}

/**
 * @param {string | undefined} before
 * @param {string} at
 */
function newDay(before, at) {
  const day = new Date(at).toDateString();
  return before !== undefined && new Date(before).toDateString() === day ? null : day;
}

/**
 * @param {string} word
 * @returns {Piece[]}
 */
function ofWord(word) {
  const [, opening = "", rest = ""] = ADDRESS.exec(word) ?? [];
  const text = rest.slice(0, endOf(rest));
  const link = linkTo(text);
  return link ? [opening, link, rest.slice(text.length)] : [word];
}

/**
 * Where the address ends and the sentence around it goes on.
 * @param {string} address
 */
function endOf(address) {
  /** @type {Record<string, number>} how often each sign is there, up to the end */
  const count = {};
  for (const sign of address) count[sign] = (count[sign] ?? 0) + 1;
  let end = address.length;
  for (; end > 0; end--) {
    const last = /** @type {string} */ (address[end - 1]);
    const opens = CLOSES[last];
    const unpaired = opens !== undefined && (count[last] ?? 0) > (count[opens] ?? 0);
    if (!unpaired && !SENTENCE_ENDS.has(last)) break;
    count[last] = (count[last] ?? 0) - 1;
  }
  return end;
}

/**
 * Null for what is no address. Where scripts meet in its host, one may look like another: that is
 * shown as machines spell it.
 * @param {string} text
 */
function linkTo(text) {
  const [, scheme, host = "", rest] = WEB.exec(text) ?? [];
  if (!URL.canParse(text) || host === "") return null;
  const url = new URL(text);
  const mixed = url.hostname.includes("xn--") && LATIN.test(host) && OTHERS.test(host);
  return { href: url.href, text: mixed ? `${scheme}${url.host}${rest}` : text };
}
