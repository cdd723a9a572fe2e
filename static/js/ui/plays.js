/** What a video element plays. Given the same stream again it is left alone: setting restarts it. */

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
    const video = /** @type {HTMLVideoElement} */ (element);
    if (video.srcObject !== stream) video.srcObject = stream;
    return noChange;
  }
}

export const plays = directive(Plays);
