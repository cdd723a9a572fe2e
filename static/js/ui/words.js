/** The page's sentences: what happened, then the next step. Pure, so that each has its test. */

import { keepsOut } from "../call/state.js";

/** @import { Media, Peer, State } from "../call/types.js" */

/**
 * @typedef {object} Trouble why there is no picture or sound of one's own, and what to do
 * @property {"camera" | "microphone" | "both"} kind
 * @property {string} status
 * @property {string} title
 * @property {string} text
 * @property {string[]} steps
 * @property {boolean} retry whether trying again can help
 */

const THINGS = {
  camera: { the: "the camera", The: "The camera", setting: "Camera", it: "it", a: "camera" },
  microphone: {
    the: "the microphone",
    The: "The microphone",
    setting: "Microphone",
    it: "it",
    a: "microphone",
  },
  both: {
    the: "camera and microphone",
    The: "Camera and microphone",
    setting: "Camera and Microphone",
    it: "them",
    a: "camera or microphone",
  },
};

const WITHOUT = {
  camera: "You can still join. People will hear you and see your initial.",
  microphone: "You can still join. People will see you, but not hear you.",
  both: "You can still join. You will see and hear the others.",
};

/** @type {Record<string, (thing: typeof THINGS.camera) => {title: string, steps: string[]}>} */
const TROUBLES = {
  denied: ({ the, setting }) => ({
    title: `Your browser is blocking ${the}`,
    steps: [
      "Press the site settings next to the address.",
      `Set ${setting} to “Allow”.`,
      "Come back here and press Try again.",
    ],
  }),
  dismissed: ({ the }) => ({
    title: `Your browser may not use ${the} yet`,
    steps: ["Press Try again.", "Choose Allow when your browser asks."],
  }),
  blocked: ({ the }) => ({
    title: `Your system is blocking ${the}`,
    steps: [
      "Open the privacy settings of your computer or phone.",
      `Let this browser use ${the}.`,
      "Come back here and press Try again.",
    ],
  }),
  "in-use": ({ the, it }) => ({
    title: `Another program is using ${the}`,
    steps: [`Close the program or tab that uses ${it}.`, "Press Try again."],
  }),
  none: ({ a }) => ({
    title: `No ${a} was found`,
    steps: ["Plug one in, or switch it on.", "Press Try again."],
  }),
  insecure: ({ the }) => ({
    title: `This address cannot use ${the}`,
    steps: [
      "Browsers allow it only where the address begins with https.",
      "Ask whoever runs this server for that address.",
    ],
  }),
};

/**
 * @param {"camera" | "microphone" | "both"} kind
 * @param {string} status
 * @returns {Trouble | null}
 */
function troubleWith(kind, status) {
  const words = TROUBLES[status]?.(THINGS[kind]);
  return words
    ? { kind, status, ...words, text: WITHOUT[kind], retry: status !== "insecure" }
    : null;
}

/**
 * What is wrong with the own camera and microphone; the same cause for both is said once.
 * @param {Media} media
 * @returns {Trouble[]}
 */
export function troublesOf({ camera, microphone }) {
  const both = camera.status === microphone.status && troubleWith("both", camera.status);
  if (both) return [both];
  return [
    troubleWith("camera", camera.status),
    troubleWith("microphone", microphone.status),
  ].filter((trouble) => trouble !== null);
}

/** @param {string} status */
export function isTrouble(status) {
  return status in TROUBLES;
}

/**
 * What joining now means, said under the button; empty when nothing is missing.
 * @param {Media} media
 */
export function joinsWithout({ camera, microphone }) {
  const missing = [
    ...(isTrouble(camera.status) ? ["camera"] : []),
    ...(isTrouble(microphone.status) ? ["microphone"] : []),
  ];
  return missing.length > 0 ? `You will join without ${missing.join(" and ")}.` : "";
}

/**
 * @param {string[]} names
 * @returns {string}
 */
export function listed(names) {
  if (names.length < 2) return names[0] ?? "";
  if (names.length > 4) return `${names.slice(0, 3).join(", ")} and ${names.length - 3} others`;
  return `${names.slice(0, -1).join(", ")} and ${names.at(-1)}`;
}

/** @param {string[]} names */
export function whoIsInside(names) {
  if (names.length === 0) return "Nobody is inside yet";
  return `${listed(names)} ${names.length === 1 ? "is" : "are"} inside`;
}

/**
 * What the lock means for whoever is at the door.
 * @param {boolean} out whether it keeps them out
 * @param {number} inside how many could let them in
 */
export function lockedDoor(out, inside) {
  if (!out) return "This room is locked: nobody new comes in, but you can.";
  const who = inside > 0 ? "someone inside" : "its owner";
  return `This room is locked: to come in, ask ${who} to unlock it.`;
}

/** @param {string} name */
export function initialOf(name) {
  return (Array.from(name.trim())[0] ?? "?").toUpperCase();
}

/**
 * A name inside a sentence on a small tile; the tile's label has the rest.
 * @param {string} name
 */
export function brief(name) {
  const letters = Array.from(name);
  return letters.length > 24 ? `${letters.slice(0, 23).join("")}…` : name;
}

/**
 * The colour of a name's initial; the server's pages count alike.
 * @param {string} name
 */
export function hueOf(name) {
  return Array.from(name).reduce((sum, letter) => sum + (letter.codePointAt(0) ?? 0), 0) % 6;
}

/**
 * 4:18, and from an hour on 1:04:18.
 * @param {number} milliseconds
 */
export function duration(milliseconds) {
  const seconds = Math.max(0, Math.floor(milliseconds / 1000));
  const parts = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60];
  const shown = parts[0] === 0 ? parts.slice(1) : parts;
  return shown.map((part, index) => (index ? String(part).padStart(2, "0") : part)).join(":");
}

/**
 * What a tile says of someone beside their name, in the order of urgency.
 * @param {Peer} peer
 * @returns {string[]}
 */
export function statesOf({ link, away, state }) {
  return [
    ...(link === "failed" ? ["Not connected"] : []),
    ...(link === "connecting" ? ["Connecting"] : []),
    ...(link === "reconnecting" || away ? ["Reconnecting"] : []),
    ...(state.audio ? [] : ["Muted"]),
    ...(state.video ? [] : ["Camera off"]),
    ...(state.hand ? ["Hand up"] : []),
  ];
}

/**
 * What a screen reader is told when the call changed; who speaks is left out on purpose.
 * @param {State | null} before
 * @param {State} now
 */
export function newsBetween(before, now) {
  if (before?.phase !== "call" || now.phase !== "call") return null;
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
  return news.length > 0 ? news.join(" ") : null;
}

/**
 * @param {Peer | undefined} was
 * @param {Peer} peer
 */
function newsOf(was, { name, state, lost }) {
  if (!was) return [`${name} joined.`];
  return [
    ...(state.hand && !was.state.hand ? [`${name} raised a hand.`] : []),
    ...(lost && !was.lost ? [`Lost the connection to ${name}.`] : []),
    ...(was.lost && !lost ? [`${name} is back.`] : []),
  ];
}

/**
 * Hands in the order in which they went up.
 * @param {string[]} queue
 * @param {string[]} raised
 */
export function queueOf(queue, raised) {
  return [
    ...queue.filter((peer) => raised.includes(peer)),
    ...raised.filter((peer) => !queue.includes(peer)),
  ];
}

const LOCKED = "The room is locked: nobody new comes in.";

/** @type {Record<string, {title: string, text: string, again: string | null}>} */
const ENDINGS = {
  left: {
    title: "You left the call",
    text: "The room stays; come back any time.",
    again: "Rejoin",
  },
  removed: {
    title: "You were removed from this room",
    text: "Ask whoever owns the room if you should be let in again.",
    again: null,
  },
  ended: {
    title: "The call has ended",
    text: "It was ended for everyone. You can meet here again any time.",
    again: "Rejoin",
  },
  replaced: {
    title: "You joined from another tab",
    text: "The call goes on there. You can bring it back here instead.",
    again: "Use this tab",
  },
  full: {
    title: "This room is full",
    text: "Ask someone to step out, or try again later.",
    again: "Try again",
  },
  locked: {
    title: "This room is locked",
    text: "Nobody new comes in for now. Ask someone inside to unlock it, or try again later.",
    again: "Try again",
  },
  signed_out: {
    title: "You are signed out",
    text: "Sign in again to come back into the call.",
    again: null,
  },
  fresh_sign_in: {
    title: "Is it still you?",
    text: "Your account does not know this browser yet. Confirm that it is you to come back into the call.",
    again: null,
  },
  insecure: {
    title: "This address is not secure",
    text: "A call needs one that begins with https, or localhost. Ask whoever runs this server for it.",
    again: null,
  },
  no_storage: {
    title: "Your browser keeps nothing for this site",
    text: "A call needs a key that stays in this browser. Allow site data for this address, then try again.",
    again: "Try again",
  },
  gone: {
    title: "This room is not there any more",
    text: "It was deleted, or you are no longer a member.",
    again: null,
  },
  error: {
    title: "Something went wrong on our side",
    text: "Nothing that you did caused it. Try again in a moment.",
    again: "Try again",
  },
};

/** @type {Record<string, string>} what is said instead where the lock keeps one out */
const BEHIND_A_LOCK = {
  left: "The room is locked: to come back, ask someone inside to unlock it.",
  ended:
    "It was ended for everyone. The room is locked: to meet here again, ask its owner to unlock it.",
};

/**
 * @param {string} reason
 * @param {Pick<State, "room" | "self">} state
 */
export function endingOf(reason, state) {
  const ending = ENDINGS[reason] ?? /** @type {typeof ENDINGS[string]} */ (ENDINGS.error);
  if (reason === "full") {
    return { ...ending, text: `All ${state.room.capacity} places are taken. ${ending.text}` };
  }
  const text = keepsOut(state) ? BEHIND_A_LOCK[reason] : undefined;
  return text ? { ...ending, text } : ending;
}
