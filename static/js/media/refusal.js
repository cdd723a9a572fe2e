/**
 * Why there is no camera or no microphone, in the page's own words.
 *
 * @import { CaptureStatus } from "../call/types.js"
 */

/** @typedef {"microphone" | "camera"} Source */

/**
 * @param {unknown} error what `getUserMedia` failed with
 * @param {Source} source
 * @returns {Promise<CaptureStatus>}
 */
export async function refusal(error, source) {
  const { name, message } = error instanceof Error ? error : { name: "", message: "" };
  switch (name) {
    case "NotFoundError":
    case "OverconstrainedError":
      return "none";
    case "NotReadableError":
    case "AbortError":
      return "in-use";
    case "NotAllowedError":
      return notAllowed(await permission(source), message);
    case "SecurityError":
      return "blocked";
    default:
      return "insecure";
  }
}

/**
 * @param {Source} source
 * @returns {Promise<PermissionState | "unknown">}
 */
export async function permission(source) {
  try {
    return (await navigator.permissions.query({ name: source })).state;
  } catch {
    // Not every browser lets a page ask about these.
    return "unknown";
  }
}

/**
 * @param {PermissionState | "unknown"} state
 * @param {string} message
 * @returns {CaptureStatus}
 */
function notAllowed(state, message) {
  if (state === "granted" || /system/i.test(message)) return "blocked";
  return state === "prompt" || /dismissed/i.test(message) ? "dismissed" : "denied";
}
