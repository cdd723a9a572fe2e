/** Keys for who would rather not reach for the mouse. One switch turns them off (WCAG 2.1.4). */

import { isComposing } from "./keyboard.js";

/** @import { State } from "../call/types.js" */
/** @import { Actions } from "./context.js" */
/** @import { Windows } from "./windows.js" */

/** @type {{keys: string, does: string, needs?: "canFill" | "floats"}[]} */
export const SHORTCUTS = [
  { keys: "M", does: "Mute or unmute" },
  { keys: "V", does: "Stop or start video" },
  { keys: "H", does: "Raise or lower your hand" },
  { keys: "P", does: "People" },
  { keys: "C", does: "Chat" },
  { keys: "S", does: "Settings" },
  { keys: "L", does: "Everyone alike, or the speaker large (from three on)" },
  { keys: "I", does: "Picture in picture", needs: "floats" },
  { keys: "F", does: "Full screen", needs: "canFill" },
  { keys: "?", does: "This list" },
  { keys: "Esc", does: "Close what is open" },
];

/**
 * What this browser can do of it.
 * @param {Pick<Windows, "canFill" | "floats">} windows
 */
export function shortcutsOf(windows) {
  return SHORTCUTS.filter(({ needs }) => !needs || windows[needs]);
}

const KEPT = "parley.shortcuts";

export function shortcutsOn() {
  return localStorage.getItem(KEPT) !== "off";
}

/** @param {boolean} on */
export function turnShortcuts(on) {
  localStorage.setItem(KEPT, on ? "on" : "off");
}

/**
 * Whether the other layout would look any different: two fill the stage, and whoever is pinned is
 * large in both.
 * @param {State} state
 */
export function canTurnLayout({ peers, pinned }) {
  return peers.length > 1 && pinned === null;
}

/**
 * What a key does in this state; null when it is not ours.
 * @param {string} key
 * @param {State} state
 * @param {Actions} actions
 * @param {Windows} windows
 * @returns {(() => void) | null}
 */
export function deedOf(key, state, actions, windows) {
  const turn = (/** @type {NonNullable<State["panel"]>} */ name) => () =>
    actions.openPanel(state.panel === name ? null : name);
  switch (key.toLowerCase()) {
    case "m":
      return actions.toggleMicrophone;
    case "v":
      return actions.toggleCamera;
    case "h":
      return actions.toggleHand;
    case "p":
      return turn("people");
    case "c":
      return state.room.has_chat ? turn("chat") : null;
    case "s":
      return turn("settings");
    case "?":
      return turn("help");
    case "l":
      if (!canTurnLayout(state)) return null;
      return () => actions.setLayout(state.layout === "grid" ? "speaker" : "grid");
    case "i":
      return windows.canFloat ? () => windows.float() : null;
    case "f":
      return windows.canFill ? () => windows.toggleFull() : null;
    default:
      return null;
  }
}

/**
 * @param {() => State | null} current
 * @param {Actions} actions
 * @param {Windows} windows
 */
export function listenForShortcuts(current, actions, windows) {
  document.addEventListener("keydown", (event) => {
    const state = current();
    if (state?.phase !== "call" || event.defaultPrevented || isComposing(event)) return;
    if (event.key === "Escape" && state.panel) return actions.openPanel(null);
    if (event.ctrlKey || event.metaKey || event.altKey || event.repeat) return;
    if (!shortcutsOn() || isWriting(event.target)) return;
    const deed = deedOf(event.key, state, actions, windows);
    if (!deed) return;
    event.preventDefault();
    deed();
  });
}

/** @param {EventTarget | null} target */
function isWriting(target) {
  return (
    target instanceof Element && target.closest("select, textarea, input:not([type=checkbox])")
  );
}
