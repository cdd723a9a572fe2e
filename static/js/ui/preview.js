/** Before the call: how one looks and sounds, who is inside, and the way in. */

import { html, nothing } from "../../vendor/lit-html/lit-html.js";
import { deviceSelect, meter, remedy, speakerTest } from "./devices.js";
import { door } from "./door.js";
import { avatar } from "./icons.js";
import { plays } from "./plays.js";
import { troublesOf } from "./words.js";

/** @import { Media, State } from "../call/types.js" */
/** @import { Ui } from "./context.js" */
/** @import { Trouble } from "./words.js" */

/**
 * @param {State} state
 * @param {Ui} ui
 */
export function preview(state, ui) {
  const { media } = state;
  const troubles = troublesOf(media);
  return html`
    <div class="preview">
      <div class="preview-picture">
        ${picture(state, troubles, ui)} ${troubles.map((trouble) => remedy(trouble, ui, introduction(trouble, ui)))}
        ${devices(media, ui)}
      </div>
      <div class="preview-door">${door(state, ui)}</div>
    </div>
  `;
}

/**
 * @param {State} state
 * @param {Trouble[]} troubles
 * @param {Ui} ui
 */
function picture(state, troubles, ui) {
  const { media } = state;
  const { audio, video } = media.wished;
  return html`
    <section class="picture" aria-label="Your picture">
      <video
        autoplay
        playsinline
        .muted=${true}
        ?hidden=${!media.video}
        ${plays(media.stream)}
      ></video>
      ${media.video ? nothing : instead(state, troubles, ui)}
      <div class="picture-controls">
        <button
          type="button"
          class="round"
          ?data-off=${!audio}
          aria-label=${audio ? "Mute" : "Unmute"}
          title=${audio ? "Mute" : "Unmute"}
          @click=${() => ui.actions.toggleMicrophone()}
        >
          ${ui.icon(audio ? "mic" : "mic-off")}
        </button>
        <button
          type="button"
          class="round"
          ?data-off=${!video}
          aria-label=${video ? "Stop video" : "Start video"}
          title=${video ? "Stop video" : "Start video"}
          @click=${() => ui.actions.toggleCamera()}
        >
          ${ui.icon(video ? "video" : "video-off")}
        </button>
      </div>
    </section>
  `;
}

/**
 * What stands where the own picture would be.
 * @param {State} state
 * @param {Trouble[]} troubles
 * @param {Ui} ui
 */
function instead({ media, self }, troubles, { icon }) {
  if (media.camera.status === "pending") {
    return html`
      <div class="picture-note" role="status">
        <span class="spinner"></span>
        <h2>Waiting for your permission</h2>
        <p>Choose Allow when your browser asks for camera and microphone.</p>
      </div>
    `;
  }
  const trouble = troubles.find(({ kind }) => kind !== "microphone");
  if (trouble) {
    return html`
      <div class="picture-note" role="status">
        <span class="picture-sign">${icon("video-off")}</span>
        <h2>${trouble.title}</h2>
        <p>${trouble.text}</p>
      </div>
    `;
  }
  return html`<div class="picture-note">
    ${avatar(self.name)}
    <p>Your camera is off</p>
  </div>`;
}

/**
 * What is wrong with the camera stands in its picture already.
 * @param {Trouble} trouble
 * @param {Ui} ui
 */
function introduction({ kind, title, text }, { icon }) {
  if (kind !== "microphone") return nothing;
  return html`
    <h2>${icon("mic-off")}${title}</h2>
    <p>${text}</p>
  `;
}

/**
 * @param {Media} media
 * @param {Ui} ui
 */
function devices(media, ui) {
  return html`
    <div class="devices">
      ${
        media.microphone.status === "on" || media.microphone.status === "off"
          ? html`<div class="device-and-meter">
            ${deviceSelect(media, "audioinput", ui)} ${meter(media)}
          </div>`
          : deviceSelect(media, "audioinput", ui)
      }
      ${deviceSelect(media, "videoinput", ui)}
      <div class="device-and-test">
        ${deviceSelect(media, "audiooutput", ui)} ${speakerTest(ui)}
      </div>
    </div>
  `;
}
