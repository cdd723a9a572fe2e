/** What is known of the keyboard: whether there is one, and whether its keys make up a word. */

/**
 * Whether a word is put together out of several keys: Enter takes it then, and Escape drops it.
 * Safari tells of its end before the key that ended it, and has left nothing but an old number.
 * @param {Pick<KeyboardEvent, "isComposing" | "keyCode">} event
 */
export function isComposing(event) {
  return event.isComposing || event.keyCode === 229;
}

/** Phones and tablets: hardly any has a keyboard but the one that covers half of the screen. */
export function isOnScreen() {
  return matchMedia("(pointer: coarse) and (hover: none)").matches;
}
