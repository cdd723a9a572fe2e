/** What concerns the whole call, said above the faces: one sentence, and the next step. */

import { html, nothing } from "../../vendor/lit-html/lit-html.js";

import { knockNotice } from "./knocks.js";
import { relayLacking } from "./privacy.js";
import { troublesOf } from "./words.js";

/** @import { State } from "../call/types.js" */
/** @import { Ui } from "./context.js" */

/**
 * @param {State} state
 * @param {Ui} ui
 */
export function notices(state, ui) {
  return html`
    <div class="notices">
      <div>${knockNotice(state, ui)}</div>
      <div role="status">${connection(state, ui)} ${silence(state, ui)} ${hold(state, ui)}</div>
      <div role="alert">
        ${playback(state, ui)} ${missing(state, ui)} ${problem(state, ui)}
        ${relayLacking(state, ui, "bulletin")}
      </div>
    </div>
  `;
}

/**
 * @param {State} state
 * @param {Ui} ui
 */
function connection({ offline, signaling }, { icon }) {
  if (offline) {
    return html`<div class="bulletin">
      ${icon("wifi-off")}
      <p>You went offline. The call goes on; we are getting you back.</p>
    </div>`;
  }
  if (signaling !== "reconnecting") return nothing;
  return html`<div class="bulletin">
    <span class="spinner"></span>
    <p>Reconnecting to the server. The call goes on meanwhile.</p>
  </div>`;
}

/**
 * @param {State} state
 * @param {Ui} ui
 */
function silence({ silentMicrophone, media, panel, signaling }, { actions, icon }) {
  if (!silentMicrophone || !media.audio || signaling !== "up") return nothing;
  return html`<div class="bulletin">
    ${icon("mic-off")}
    <p>Nothing comes from your microphone. Is it the right one?</p>
    ${
      panel === "settings"
        ? nothing
        : html`<button
          type="button"
          class="button plain"
          data-opens="settings"
          @click=${() => actions.openPanel("settings")}
        >
          Choose microphone
        </button>`
    }
  </div>`;
}

/**
 * A moderator has taken my voice, or given it back.
 * @param {State} state
 * @param {Ui} ui
 */
function hold({ holdNews }, { actions, icon }) {
  if (!holdNews) return nothing;
  const muted = holdNews === "muted";
  return html`<div class="bulletin">
    ${icon(muted ? "mic-off" : "mic")}
    <p>${muted ? HELD : ALLOWED}</p>
    ${
      muted
        ? nothing
        : html`<button type="button" class="button light" @click=${() => actions.toggleMicrophone()}>
          Unmute
        </button>`
    }
    ${dismiss(actions.dismissHoldNews, icon)}
  </div>`;
}

const HELD = "A moderator has muted you. Raise your hand when you want to speak.";
const ALLOWED = "You may speak again. Your microphone stays off until you turn it on.";

/**
 * @param {State} state
 * @param {Ui} ui
 */
function playback({ playbackBlocked }, { actions, icon }) {
  if (!playbackBlocked) return nothing;
  return html`<div class="bulletin">
    ${icon("volume-2")}
    <p>Your browser waits for a press before it plays the others.</p>
    <button
      type="button"
      class="button primary"
      @click=${(/** @type {{currentTarget: Element}} */ { currentTarget }) => {
        const call = currentTarget.closest(".call");
        for (const media of call?.querySelectorAll("audio, video") ?? []) {
          // What still refuses reports itself again with the next sound.
          /** @type {HTMLMediaElement} */ (media).play().catch(() => {});
        }
        actions.unlockPlayback();
      }}
    >
      Play
    </button>
  </div>`;
}

/**
 * Unmute or Start video was pressed in vain.
 * @param {State} state
 * @param {Ui} ui
 */
function missing({ missing, media }, { actions, icon }) {
  const trouble =
    missing && troublesOf(media).find(({ kind }) => kind === missing || kind === "both");
  if (!trouble) return nothing;
  const again = missing === "camera" ? actions.toggleCamera : actions.toggleMicrophone;
  return html`<div class="bulletin">
    ${icon(missing === "camera" ? "video-off" : "mic-off")}
    <p><strong>${trouble.title}.</strong> ${trouble.steps.join(" ")}</p>
    ${
      trouble.retry
        ? html`<button type="button" class="button plain" @click=${() => again()}>Try again</button>`
        : nothing
    }
    ${dismiss(actions.dismissMissing, icon)}
  </div>`;
}

/**
 * @param {State} state
 * @param {Ui} ui
 */
function problem({ problem }, { actions, icon }) {
  if (!problem) return nothing;
  return html`<div class="bulletin">
    ${icon("triangle-alert")}
    <p>${problem.text}</p>
    ${dismiss(actions.dismissProblem, icon)}
  </div>`;
}

/**
 * @param {() => void} deed
 * @param {Ui["icon"]} icon
 */
function dismiss(deed, icon) {
  return html`<button
    type="button"
    class="close"
    aria-label="Dismiss"
    title="Dismiss"
    @click=${() => deed()}
  >
    ${icon("x")}
  </button>`;
}
