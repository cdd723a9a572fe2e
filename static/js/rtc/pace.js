/**
 * How tall a picture one link carries just now. It begins small, so that the first frame is there
 * soon, and grows while all goes well; when frames or the uplink fall behind it shrinks.
 *
 * @import { Vitals } from "./vitals.js"
 */

const HEIGHTS = [180, 270, 360, 540, 720];
const FIRST = 2;
const GROWS_AFTER = 4000;
const GROWS_AGAIN_AFTER = 15_000;
const BAD_SAMPLES = 2;
const FEW_FRAMES = 0.6;
// Bits a second that a picture of each height wants at the least.
const LEAST_UPLINK = [0, 150_000, 200_000, 400_000, 800_000];

export class Pace {
  #step = FIRST;
  #bad = 0;
  #patience = GROWS_AFTER;
  #since;

  /** @param {number} now in ms */
  constructor(now) {
    this.#since = now;
  }

  get height() {
    return HEIGHTS[this.#step] ?? 0;
  }

  /**
   * @param {Pick<Vitals, "captured" | "sent" | "uplink">} vitals
   * @param {number} now in ms
   */
  observe(vitals, now) {
    this.#bad = this.#suffers(vitals) ? this.#bad + 1 : 0;
    if (this.#bad >= BAD_SAMPLES) {
      this.#patience = GROWS_AGAIN_AFTER;
      this.#move(-1, now);
    } else if (this.#bad === 0 && now - this.#since >= this.#patience) {
      this.#move(1, now);
    }
  }

  /** @param {Pick<Vitals, "captured" | "sent" | "uplink">} vitals */
  #suffers({ captured, sent, uplink }) {
    if (captured && sent !== null && sent < captured * FEW_FRAMES) return true;
    return uplink !== null && uplink < (LEAST_UPLINK[this.#step] ?? 0);
  }

  /**
   * @param {1 | -1} direction
   * @param {number} now
   */
  #move(direction, now) {
    this.#step = Math.max(0, Math.min(HEIGHTS.length - 1, this.#step + direction));
    this.#bad = 0;
    this.#since = now;
  }
}
