/**
 * The chat as one value: what was written, what waits to be acknowledged, and how far it is whole.
 * The numbers of a room's messages count up by one, so that whoever lacks one knows it.
 *
 * @import { Chat, ChatEvent, Event, Room, State, Unsent } from "./types.js"
 * @import { ErrorFrame, Message, ServerFrame } from "../signaling/messages.js"
 */

/** The same as the server's, in characters and not in halves of them. */
export const LONGEST = 4096;

// What may go otherwise in a moment.
const PASSING = new Set(["unavailable", "not_joined"]);

/** @type {Chat} */
export const NO_CHAT = {
  messages: [],
  unsent: [],
  open: false,
  stale: true,
  upto: null,
  earlier: false,
  asked: null,
  seen: null,
  days: null,
};

/**
 * @param {Chat} chat
 * @param {Event} event
 * @param {State} state as it is after the event otherwise
 * @param {Room} before as the room was
 * @returns {Chat}
 */
export function reduceChat(chat, event, { self }, before) {
  switch (event.type) {
    case "received":
      return receive(chat, event.frame, self.user, before);
    case "over":
      return { ...chat, open: false };
    case "chat":
      return changed(chat, event.what, self.user);
    default:
      return chat;
  }
}

/**
 * Whether something is missing that the server has.
 * @param {Chat} chat
 */
export function isBehind({ stale, messages, upto }) {
  return stale || (messages.at(-1)?.id ?? 0) > (upto ?? 0);
}

/**
 * How many messages of others nobody has looked at here.
 * @param {Chat} chat
 * @param {number} own
 */
export function unreadIn({ messages, seen }, own) {
  if (seen === null) return 0;
  return messages.filter(({ id, user }) => id > seen && user !== own).length;
}

/**
 * The text as it can be sent, or null where there is nothing to read, or too much.
 * @param {string} written
 */
export function sendable(written) {
  // What no server takes: half a character, and the one that ends a text elsewhere.
  const text = written.replace(/\p{Surrogate}|\0/gu, "");
  const seen = /[^\p{Cc}\p{Cf}\p{Z}]/u.test(text);
  return seen && lengthOf(text) <= LONGEST ? text : null;
}

/** @param {string} text */
export function lengthOf(text) {
  return [...text].length;
}

/**
 * @param {Chat} chat
 * @param {ServerFrame} frame
 * @param {number} own
 * @param {Room} before
 * @returns {Chat}
 */
function receive(chat, frame, own, before) {
  switch (frame.type) {
    case "joined":
      // Whatever happened on the way here: all is asked for, and sent, once more.
      return { ...chat, open: true, stale: true, unsent: chat.unsent.map(untroubled) };
    case "chat":
      return advanced(withMessages(chat, [{ ...frame.message, client_id: frame.id }], own));
    case "room":
      if (frame.has_chat === undefined) return chat;
      if (!frame.has_chat) return { ...NO_CHAT, open: chat.open };
      // Everyone hears of every change of the room at once: only one of them calls for a look.
      return before.has_chat ? chat : { ...chat, stale: true };
    case "error":
      return refused(chat, frame);
    default:
      return chat;
  }
}

/**
 * @param {Chat} chat
 * @param {ChatEvent} what
 * @param {number} own
 * @returns {Chat}
 */
function changed(chat, what, own) {
  switch (what.type) {
    case "written":
      return {
        ...chat,
        unsent: [...chat.unsent, { id: what.id, text: what.text, trouble: null }],
      };
    case "unanswered":
      return withUnsent(chat, what.id, { trouble: "unanswered" });
    case "again":
      return withUnsent(chat, what.id, { trouble: null });
    case "cut":
      return { ...chat, open: false, asked: null };
    case "asking":
      return { ...chat, asked: "busy" };
    case "unheard":
      return { ...chat, asked: "failed" };
    case "caught":
      return caught(chat, what, own);
    case "earlier":
      return { ...withMessages(chat, what.messages, own), earlier: what.more, asked: null };
    case "seen":
      return { ...chat, seen: chat.messages.at(-1)?.id ?? chat.seen };
  }
}

/**
 * @param {Chat} chat
 * @param {Extract<ChatEvent, {type: "caught"}>} page
 * @param {number} own
 * @returns {Chat}
 */
function caught(chat, { after, messages, more, days }, own) {
  const merged = withMessages(chat, messages, own);
  const isFirst = after === null;
  const last = messages.at(-1)?.id ?? chat.upto ?? 0;
  // Nothing further: what is missing below the newest is deleted.
  const gone = messages.length === 0 ? (merged.messages.at(-1)?.id ?? 0) : 0;
  const upto = Math.max(last, gone, chat.upto ?? 0);
  return advanced({
    ...merged,
    days,
    upto,
    stale: !isFirst && more,
    earlier: isFirst ? more : chat.earlier,
    // What was written before one came is no news.
    seen: chat.seen ?? upto,
  });
}

/**
 * In order, each once; who waited for one of them has it acknowledged.
 * @param {Chat} chat
 * @param {Message[]} added
 * @param {number} own
 * @returns {Chat}
 */
function withMessages(chat, added, own) {
  const known = new Set(chat.messages.map(({ id }) => id));
  const fresh = added.filter(({ id }) => !known.has(id));
  const acknowledged = new Set(
    added.filter(({ user }) => user === own).map(({ client_id }) => client_id),
  );
  const messages = fresh.length > 0 ? [...chat.messages, ...fresh] : chat.messages;
  if (fresh.length > 0) messages.sort((one, other) => one.id - other.id);
  return { ...chat, messages, unsent: chat.unsent.filter(({ id }) => !acknowledged.has(id)) };
}

/**
 * What follows without a gap is whole.
 * @param {Chat} chat
 * @returns {Chat}
 */
function advanced(chat) {
  if (chat.upto === null) return chat;
  let { upto } = chat;
  for (const { id } of chat.messages) if (id === upto + 1) upto = id;
  return { ...chat, upto };
}

/**
 * @param {Chat} chat
 * @param {ErrorFrame} error
 */
function refused(chat, { code, ref }) {
  if (ref?.type !== "chat" || !ref.id) return chat;
  return withUnsent(chat, ref.id, { trouble: PASSING.has(code) ? "unanswered" : "refused" });
}

/**
 * @param {Chat} chat
 * @param {string} id
 * @param {Partial<Unsent>} values
 * @returns {Chat}
 */
function withUnsent(chat, id, values) {
  const unsent = chat.unsent.map((one) => (one.id === id ? { ...one, ...values } : one));
  return { ...chat, unsent };
}

/**
 * @param {Unsent} unsent
 * @returns {Unsent}
 */
function untroubled(unsent) {
  return { ...unsent, trouble: null };
}
