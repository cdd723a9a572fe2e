/** The page's sentences: what happened, then the next step. Pure, so that each has its test. */

import { lockedOut } from "../call/policy.js";

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
 * Who waits to be let in.
 * @param {string[]} names
 */
export function whoKnocks(names) {
  return `${listed(names.map(brief))} ${names.length === 1 ? "wants" : "want"} to come in`;
}

/**
 * What Join does to a seat that I have already.
 * @param {Pick<State, "phase" | "elsewhere" | "displaced" | "room" | "self">} state
 */
export function movesHere(state) {
  if (state.elsewhere) return "You are in this call in another tab. Joining moves it here.";
  if (!state.displaced) return null;
  const there = "You are in this call on another device.";
  return lockedOut(state) ? there : `${there} Joining moves it here.`;
}

/**
 * What the lock means for whoever is at the door.
 * @param {boolean} out whether it keeps them out
 * @param {number | null} inside how many could let them in; null for who is not told
 */
export function lockedDoor(out, inside) {
  if (!out) return "This room is locked: nobody new comes in, but you can.";
  if (inside === null) {
    return "This room is locked: to come in, ask whoever sent you the link to have it unlocked.";
  }
  const who = inside > 0 ? "someone inside" : "its owner";
  return `This room is locked: to come in, ask ${who} to unlock it.`;
}

/**
 * Why nobody here learns where I am.
 * @param {Pick<State, "room">} state
 */
export function hiddenAddress({ room }) {
  return room.hides_addresses
    ? "Addresses are hidden in this room: all goes through the relay."
    : "Your address is hidden: all of yours goes through the relay.";
}

/**
 * @param {Pick<State, "room">} state
 */
export function relayMissing({ room }) {
  return room.hides_addresses
    ? "This room hides where people are, and this server cannot do that yet. Ask whoever runs this server."
    : "You hide your address, and this server cannot do that yet. Ask whoever runs this server, or show your address in your profile.";
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
export function statesOf({ link, away, state, muted }) {
  return [
    ...(link === "failed" ? ["Not connected"] : []),
    ...(link === "connecting" ? ["Connecting"] : []),
    ...(link === "reconnecting" || away ? ["Reconnecting"] : []),
    ...soundOf(state.audio, muted),
    ...(state.video ? [] : ["Camera off"]),
    ...(state.hand ? ["Hand up"] : []),
  ];
}

/**
 * @param {boolean} audio
 * @param {boolean} muted by a moderator
 */
export function soundOf(audio, muted) {
  if (muted) return ["Muted by a moderator"];
  return audio ? [] : ["Muted"];
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
