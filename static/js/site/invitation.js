/**
 * The invitation that somebody has opened: kept in this browser for an hour, so that it outlasts
 * making an account, and the mail that may come with it in another tab.
 */

const KEY = "parley.invitation";
const KEPT_MS = 60 * 60 * 1000;

/** @param {string} secret */
export function keep(secret) {
  try {
    localStorage.setItem(KEY, JSON.stringify({ secret, at: Date.now() }));
  } catch {
    // the browser keeps nothing for this site: it holds for this page only
  }
}

/** @returns {string | null} */
export function kept() {
  try {
    const { secret, at } = JSON.parse(localStorage.getItem(KEY) ?? "{}");
    return typeof secret === "string" && Date.now() - at < KEPT_MS ? secret : null;
  } catch {
    return null;
  }
}

export function forget() {
  try {
    localStorage.removeItem(KEY);
  } catch {
    // nothing was kept
  }
}
