/** Choosing microphone, camera and speaker: the same rows in the preview and in the settings. */

import { html, nothing } from "../../vendor/lit-html/lit-html.js";

/** @import { DeviceKind, Media } from "../call/types.js" */
/** @import { Ui } from "./context.js" */
/** @import { Trouble } from "./words.js" */

const SEGMENTS = 20;

/** @type {Record<DeviceKind, {label: string, icon: string}>} */
const KINDS = {
  audioinput: { label: "Microphone", icon: "mic" },
  videoinput: { label: "Camera", icon: "video" },
  audiooutput: { label: "Speaker", icon: "volume-2" },
};

/** Where choosing another device can change something. */
const OPEN = ["on", "off", "in-use"];

/**
 * @param {Media} media
 * @param {DeviceKind} kind
 */
function captureOf(media, kind) {
  if (kind === "audiooutput") return { status: "on", deviceId: media.speakerId };
  return kind === "audioinput" ? media.microphone : media.camera;
}

/**
 * Whether there is anything to choose: before the permission browsers name no device, and some
 * cannot send sound elsewhere.
 * @param {Media} media
 * @param {DeviceKind} kind
 */
function choosable(media, kind) {
  if (kind === "audiooutput" && !("setSinkId" in HTMLMediaElement.prototype)) return false;
  if (!OPEN.includes(captureOf(media, kind).status)) return false;
  return media.devices[kind].some(({ deviceId }) => deviceId !== "");
}

/**
 * @param {Media} media
 * @param {DeviceKind} kind
 * @param {Ui} ui
 */
export function deviceSelect(media, kind, { actions, icon }) {
  if (!choosable(media, kind)) return nothing;
  const { label, icon: name } = KINDS[kind];
  const current = captureOf(media, kind).deviceId;
  const choose = (/** @type {{currentTarget: HTMLSelectElement}} */ { currentTarget }) =>
    actions.chooseDevice(kind, currentTarget.value);
  return html`
    <label class="device">
      <span class="device-label">${label}</span>
      ${icon(name)}
      <select aria-label=${label} @change=${choose}>
        ${media.devices[kind].map(
          (device, index) => html`
            <option value=${device.deviceId} .selected=${device.deviceId === current}>
              ${device.label || `${label} ${index + 1}`}
            </option>
          `,
        )}
      </select>
      ${icon("chevron-down")}
    </label>
  `;
}

/**
 * The microphone as the others would hear it.
 * @param {Media} media
 */
export function meter(media) {
  const lit = media.audio ? Math.round(Math.min(1, media.level) * SEGMENTS) : 0;
  return html`
    <div
      class="meter"
      role="meter"
      aria-label="Microphone level"
      aria-valuemin="0"
      aria-valuemax=${SEGMENTS}
      aria-valuenow=${lit}
    >
      ${Array.from({ length: SEGMENTS }, (_, index) => html`<i ?data-lit=${index < lit}></i>`)}
    </div>
  `;
}

/** @param {Ui} ui */
export function speakerTest({ actions, icon }) {
  return html`
    <button type="button" class="button quiet" @click=${() => actions.testSpeaker()}>
      ${icon("volume-2")}Test speaker
    </button>
  `;
}

/**
 * @param {boolean} on
 * @param {Ui} ui
 */
export function saveDataSwitch(on, { actions }) {
  return html`
    <label class="switch">
      <input
        type="checkbox"
        role="switch"
        .checked=${on}
        @change=${(/** @type {{currentTarget: HTMLInputElement}} */ { currentTarget }) =>
          actions.setSaveData(currentTarget.checked)}
      />
      <span>
        <span class="switch-title">Save data</span>
        <span class="switch-hint">Sends a smaller picture, for slow or metered lines</span>
      </span>
    </label>
  `;
}

/**
 * What to do about a missing camera or microphone.
 * @param {Trouble} trouble
 * @param {Ui} ui
 * @param {unknown} introduction
 */
export function remedy({ title, steps, retry }, { actions, icon }, introduction) {
  return html`
    <section class="remedy" aria-label=${title}>
      <div>
        ${introduction}
        <ol>
          ${steps.map((step) => html`<li>${step}</li>`)}
        </ol>
      </div>
      ${
        retry
          ? html`<button type="button" class="button plain" @click=${() => actions.retryMedia()}>
            ${icon("refresh-cw")}Try again
          </button>`
          : nothing
      }
    </section>
  `;
}
