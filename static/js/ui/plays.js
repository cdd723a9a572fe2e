/** What a media element plays. Given the same again it is left alone: setting restarts it. */

import { Directive, directive } from "../../vendor/lit-html/directive.js";
import { noChange } from "../../vendor/lit-html/lit-html.js";

/** @import { ElementPart } from "../../vendor/lit-html/directive.js" */

class Plays extends Directive {
  /** @param {MediaStream | null} _stream */
  render(_stream) {
    return noChange;
  }

  /**
   * @override
   * @param {ElementPart} part
   * @param {[MediaStream | null]} values
   */
  update({ element }, [stream]) {
    const media = /** @type {HTMLMediaElement} */ (element);
    if (media.srcObject !== stream) media.srcObject = stream;
    return noChange;
  }
}

/**
 * Chromium holds the sound of a stream back until its first picture, which never comes from a
 * camera that is off: so the sound is played from a stream of its own.
 */
class Sounds extends Plays {
  /** @type {MediaStreamTrack | undefined} */
  #track;
  /** @type {MediaStream | null} */
  #sound = null;

  /**
   * @override
   * @param {ElementPart} part
   * @param {[MediaStream | null]} values
   */
  update(part, [stream]) {
    const track = stream?.getAudioTracks()[0];
    if (track !== this.#track) {
      this.#track = track;
      this.#sound = track ? new MediaStream([track]) : null;
    }
    return super.update(part, [this.#sound]);
  }
}

export const plays = directive(Plays);
export const sounds = directive(Sounds);
