/**
 * What happens to the page as a whole: it is cut off and brought back, hidden and shown, left.
 *
 * @import { Call } from "./call.js"
 * @import { Event as CallEvent } from "./types.js"
 */

const SETTLES_WITHIN = 150;
const HIDDEN_FOR = 3000;

/**
 * @param {Call} call
 * @param {(event: CallEvent) => void} dispatch
 */
export function followNetwork(call, dispatch) {
  const say = () => dispatch({ type: "changed", values: { offline: !navigator.onLine } });
  const reconnect = debounced(() => call.reconnect());
  const probe = debounced(() => call.probe());
  addEventListener("offline", say);
  addEventListener("online", say);
  addEventListener("online", reconnect);
  // It fires for mere estimates of speed as well, so the socket is asked first.
  connectionOf(navigator)?.addEventListener("change", probe);
  say();
}

/**
 * A hidden page plays sound and wants no pictures, unless one floats above the other windows.
 * @param {Call} call
 */
export function followVisibility(call) {
  const unseen = debounced(() => {
    if (document.hidden && !document.pictureInPictureElement) call.show("none");
  }, HIDDEN_FOR);
  document.addEventListener("visibilitychange", () => {
    if (document.hidden) return unseen();
    call.show("large");
    call.hurry();
  });
}

/**
 * @param {Call} call
 * @param {() => void} remember
 */
export function followDeparture(call, remember) {
  addEventListener("pagehide", () => {
    remember();
    call.depart();
  });
  // Taken out of the back-forward cache, the page would show a call that it has left.
  addEventListener("pageshow", ({ persisted }) => persisted && location.reload());
}

/** Keeps the screen on; browsers let go of it by themselves, when the page is hidden for example. */
export class WakeLock {
  /** @type {Promise<WakeLockSentinel | void> | null} */
  #held = null;

  /** @param {boolean} wanted */
  follow(wanted) {
    if (wanted === (this.#held !== null) || !("wakeLock" in navigator)) return;
    if (wanted) {
      this.#held = this.#take();
    } else {
      this.#held?.then((lock) => lock?.release());
      this.#held = null;
    }
  }

  #take() {
    const held = navigator.wakeLock.request("screen").then(
      (lock) => {
        lock.addEventListener("release", () => {
          if (this.#held === held) this.#held = null;
        });
        return lock;
      },
      () => {
        // Refused, on a low battery for example: the call goes on without it.
      },
    );
    return held;
  }
}

/**
 * @param {() => void} deed
 * @param {number} delay
 */
function debounced(deed, delay = SETTLES_WITHIN) {
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer;
  return () => {
    clearTimeout(timer);
    timer = setTimeout(deed, delay);
  };
}

/**
 * Where the browser tells of its network: not everywhere.
 * @param {Navigator & {connection?: EventTarget}} navigator
 */
function connectionOf(navigator) {
  return navigator.connection;
}
