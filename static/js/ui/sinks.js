/** Sends the others' sound to the chosen speaker, where the browser can. */

export class Sinks {
  /** @type {WeakMap<HTMLMediaElement, string>} */
  #sent = new WeakMap();

  /**
   * @param {ParentNode} root
   * @param {string | null} speakerId
   */
  send(root, speakerId) {
    if (!("setSinkId" in HTMLMediaElement.prototype)) return;
    const wanted = speakerId ?? "";
    for (const media of root.querySelectorAll("audio")) {
      if ((this.#sent.get(media) ?? "") === wanted) continue;
      this.#sent.set(media, wanted);
      // A speaker that was unplugged: the sound stays where it is.
      media.setSinkId(wanted).catch(() => {});
    }
  }
}
