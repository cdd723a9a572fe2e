/**
 * What the page remembers: choices for good, and for as long as the tab lives, that one was in the
 * call and how.
 *
 * @import { DeviceKind, Unsent } from "./types.js"
 */

const PREFERENCES = "parley.preferences";
const WAY_BACK = 5 * 60_000;

/**
 * @typedef {{chosen: Partial<Record<DeviceKind, string>>, saveData: boolean}} Preferences
 * @typedef {{audio: boolean, video: boolean, inCall: boolean, comingBack: boolean,
 *   at: number}} Visit left on purpose to come back, or not
 */

export class Memory {
  #key;
  #unsentKey;

  /**
   * @param {string} slug of the room
   * @param {number} user whose words nobody else is to say who signs in here after them
   */
  constructor(slug, user) {
    this.#key = `parley.call.${slug}`;
    this.#unsentKey = `parley.unsent.${slug}.${user}`;
  }

  /** @returns {Preferences} */
  get preferences() {
    return { chosen: {}, saveData: false, ...read(localStorage, PREFERENCES) };
  }

  /** @param {Preferences} preferences */
  set preferences({ chosen, saveData }) {
    localStorage.setItem(PREFERENCES, JSON.stringify({ chosen, saveData }));
  }

  /** @returns {Partial<Visit>} the last visit of this tab */
  get visit() {
    return read(sessionStorage, this.#key);
  }

  /** @param {Visit} visit */
  set visit({ audio, video, inCall, comingBack, at }) {
    const visit = { audio, video, inCall, comingBack, at };
    sessionStorage.setItem(this.#key, JSON.stringify(visit));
  }

  /** @returns {Unsent[]} what was written in this tab, and nobody has taken yet */
  get unsent() {
    const { unsent = [] } = read(sessionStorage, this.#unsentKey);
    return unsent;
  }

  /** @param {Unsent[]} unsent */
  set unsent(unsent) {
    if (unsent.length === 0) sessionStorage.removeItem(this.#unsentKey);
    else sessionStorage.setItem(this.#unsentKey, JSON.stringify({ unsent }));
  }

  /** Whether this page was loaded anew in the middle of a call, or left to come back into it. */
  get wasInside() {
    const { inCall, comingBack, at } = this.visit;
    const [loaded] = performance.getEntriesByType("navigation");
    const reloaded = loaded instanceof PerformanceNavigationTiming && loaded.type === "reload";
    const meant = reloaded || comingBack === true;
    return meant && inCall === true && at !== undefined && Date.now() - at < WAY_BACK;
  }
}

/**
 * @param {Storage} storage
 * @param {string} key
 */
function read(storage, key) {
  try {
    return JSON.parse(storage.getItem(key) ?? "{}");
  } catch {
    // Another hand wrote there; begin anew.
    return {};
  }
}
