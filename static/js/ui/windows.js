/** Full screen, where the bar fades when nobody moves, and the picture in a window of its own. */

const FADES_AFTER = 4000;
const STIRRINGS = ["pointermove", "pointerdown", "keydown", "focusin"];

export class Windows {
  #root;
  #timer = 0;

  /**
   * @param {HTMLElement} root
   * @param {() => void} changed
   */
  constructor(root, changed) {
    this.#root = root;
    for (const stirring of STIRRINGS) {
      root.addEventListener(stirring, () => this.#stir(), { passive: true });
    }
    document.addEventListener("fullscreenchange", () => {
      this.#stir();
      changed();
    });
  }

  // Browsers that lack the one or the other do not know its name.
  get canFill() {
    return document.fullscreenEnabled ?? false;
  }

  get full() {
    return document.fullscreenElement !== null;
  }

  get floats() {
    return document.pictureInPictureEnabled ?? false;
  }

  get canFloat() {
    return this.floats && this.#largest() !== null;
  }

  toggleFull() {
    const turn = this.full ? document.exitFullscreen() : this.#root.requestFullscreen();
    // The browser may refuse, with a message of its own.
    turn.catch(() => {});
  }

  float() {
    const turn = document.pictureInPictureElement
      ? document.exitPictureInPicture()
      : this.#largest()?.requestPictureInPicture();
    // Refused while no frame has come yet; the button stays for another try.
    turn?.catch(() => {});
  }

  /** @returns {HTMLVideoElement | null} the picture that is shown largest and moves */
  #largest() {
    const area = (/** @type {Element} */ video) => video.clientWidth * video.clientHeight;
    const videos = /** @type {NodeListOf<HTMLVideoElement>} */ (
      this.#root.querySelectorAll("[data-peer] video:not([data-hidden])")
    );
    return [...videos].sort((a, b) => area(b) - area(a))[0] ?? null;
  }

  #stir() {
    delete this.#root.dataset.still;
    clearTimeout(this.#timer);
    if (!this.full) return;
    this.#timer = window.setTimeout(() => {
      const busy = this.#root.querySelector(".panel, .bar :focus-visible");
      if (!busy) this.#root.dataset.still = "";
    }, FADES_AFTER);
  }
}
