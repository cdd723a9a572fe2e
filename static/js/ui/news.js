/** What a screen reader is told of the call, once and in passing. Pure. */

import { lockedOut } from "../call/policy.js";
import { brief, whoKnocks } from "./words.js";

/** @import { Knock, Peer, State } from "../call/types.js" */

// As much of a message as one may be interrupted by.
const READ_OUT = 160;
const LOCKED = "The room is locked: nobody new comes in.";
const OPEN_AGAIN = "The room is unlocked: you can come in.";

/**
 * What a screen reader is told when the call changed; who speaks is left out on purpose.
 * @param {State | null} before
 * @param {State} now
 */
export function newsBetween(before, now) {
  if (before === null) return null;
  if (now.phase === "preview") return lockedOut(before) && !now.room.locked ? OPEN_AGAIN : null;
  if (now.phase !== "call") return null;
  // Who comes in finds them waiting.
  if (before.phase !== "call") return now.knocks.length > 0 ? knockNews(now.knocks) : null;
  const known = new Map(before.peers.map((peer) => [peer.peer, peer]));
  const left = new Map(known);
  const news = [];
  for (const peer of now.peers) {
    const was = known.get(peer.peer);
    left.delete(peer.peer);
    news.push(...newsOf(was, peer));
  }
  for (const peer of left.values()) news.push(`${peer.name} left.`);
  if (before.signaling === "reconnecting" && now.signaling === "up") news.push("Back online.");
  if (now.room.locked !== before.room.locked) {
    news.push(now.room.locked ? LOCKED : "The room is unlocked.");
  }
  const waited = new Set(before.knocks.map(({ user }) => user));
  const knocks = now.knocks.filter(({ user }) => !waited.has(user));
  if (knocks.length > 0) news.push(knockNews(knocks));
  news.push(...chatNews(before, now));
  if (now.self.role !== before.self.role) news.push(...roleNews(now.self.role));
  return news.length > 0 ? news.join(" ") : null;
}

/** @param {Knock[]} knocks */
function knockNews(knocks) {
  return `${whoKnocks(knocks.map(({ name }) => name))}.`;
}

/** @type {Record<string, string>} */
const OWN_ROLES = {
  owner: "You own this room now.",
  moderator: "You are a moderator now.",
  member: "You are a member now.",
};

/** @param {string} role that is mine now */
function roleNews(role) {
  const news = OWN_ROLES[role];
  return news ? [news] : [];
}

/**
 * What others have written meanwhile; what they wrote before one came is none.
 * @param {State} before
 * @param {State} now
 */
function chatNews(before, { chat, room, self }) {
  if (before.room.has_chat !== room.has_chat) {
    return [room.has_chat ? "There is a chat now." : "The chat is turned off."];
  }
  if (before.chat.upto === null) return [];
  const last = before.chat.messages.at(-1)?.id ?? before.chat.upto;
  const fresh = chat.messages.filter(({ id, user }) => id > last && user !== self.user);
  if (fresh.length > 1) return [`${fresh.length} new messages.`];
  return fresh.map(({ name, text }) => `${brief(name)} writes: ${beginning(text)}`);
}

/** @param {string} text */
function beginning(text) {
  const letters = Array.from(text);
  return letters.length > READ_OUT ? `${letters.slice(0, READ_OUT).join("")}…` : text;
}

/**
 * @param {Peer | undefined} was
 * @param {Peer} peer
 */
function newsOf(was, { name, state, lost, muted }) {
  if (!was) return [`${name} joined.`];
  return [
    ...(muted && !was.muted ? [`A moderator has muted ${name}.`] : []),
    ...(was.muted && !muted ? [`${name} may speak again.`] : []),
    ...(state.hand && !was.state.hand ? [`${name} raised a hand.`] : []),
    ...(lost && !was.lost ? [`Lost the connection to ${name}.`] : []),
    ...(was.lost && !lost ? [`${name} is back.`] : []),
  ];
}
