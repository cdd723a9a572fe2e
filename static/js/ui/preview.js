/** Before the call: how one looks and sounds, who is inside, and the way in. */

import { html, nothing } from "../../vendor/lit-html/lit-html.js";
import { keepsOut } from "../call/state.js";
import { deviceSelect, meter, remedy, saveDataSwitch, speakerTest } from "./devices.js";
import { avatar } from "./icons.js";
import { plays } from "./plays.js";
import { joinsWithout, lockedDoor, troublesOf, whoIsInside } from "./words.js";

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

/**
 * @param {State} state
 * @param {Ui} ui
 */
function door(state, ui) {
  const { page, actions, icon } = ui;
  const joining = state.phase === "joining";
  const names = state.inside.map(({ name }) => name);
  const without = joinsWithout(state.media);
  return html`
    <h1>${state.room.name}</h1>
    <p class="inside" role="status">
      <span class="avatars">${names.slice(0, 5).map(avatar)}</span>${whoIsInside(names)}
    </p>
    ${
      state.elsewhere
        ? html`<p class="elsewhere" role="status">
          You are in this call in another tab. Joining moves it here.
        </p>`
        : nothing
    }
    <p class="appearance">
      You appear as <strong>${state.self.name}</strong> ·
      <a href=${`${page.urls.profile}?next=${encodeURIComponent(location.pathname)}`}>Change</a>
    </p>
    <div role="status">${state.room.locked ? lock(state, ui) : nothing}</div>
    <button
      type="button"
      class="button primary large"
      aria-disabled=${String(joining)}
      aria-describedby="door-lock join-note"
      @click=${() => joining || actions.join()}
    >
      ${joining ? html`<span class="spinner"></span>` : nothing}Join
    </button>
    <p id="join-note" class="door-note">${joining ? "Opening the door" : without}</p>
    ${state.problem ? obstacle(state.problem, icon) : connection(state, icon)}
    ${saveDataSwitch(state.saveData, ui)}
  `;
}

/**
 * One's own seat, here in another tab, lets one in.
 * @param {State} state
 * @param {Ui} ui
 */
function lock(state, { icon }) {
  const out = keepsOut(state) && state.elsewhere === null;
  return html`<p id="door-lock" class="door-lock">
    ${icon("lock")}${lockedDoor(out, state.inside.length)}
  </p>`;
}

/**
 * @param {NonNullable<State["problem"]>} problem
 * @param {Ui["icon"]} icon
 */
function obstacle({ text }, icon) {
  return html`
    <div class="obstacle" role="alert">
      ${icon("triangle-alert")}
      <p>${text}</p>
    </div>
  `;
}

/**
 * @param {State} state
 * @param {Ui["icon"]} icon
 */
function connection({ signaling, offline }, icon) {
  if (signaling === "up" && !offline) return nothing;
  if (signaling === "connecting" && !offline) return nothing;
  return html`
    <p class="door-note" role="status">
      ${icon("wifi-off")}${
        offline
          ? "You are offline. Parley comes back by itself."
          : "The server does not answer. Trying again."
      }
    </p>
  `;
}
