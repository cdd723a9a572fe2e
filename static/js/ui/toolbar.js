/** The bar under the stage: where one is and how long, the five controls, and who is here. */

import { html, nothing } from "../../vendor/lit-html/lit-html.js";
import { unreadIn } from "../call/chat.js";
import { moderates } from "../call/policy.js";
import { duration } from "./words.js";

/** @import { State } from "../call/types.js" */
/** @import { Ui } from "./context.js" */

/**
 * @param {State} state
 * @param {Ui} ui
 */
export function toolbar(state, ui) {
  return html`
    <div class="bar">
      <header class="bar-room">
        <div class="bar-name">
          <h1 tabindex="-1"><bdi>${state.room.name}</bdi></h1>
          ${state.room.locked ? lock(ui) : nothing}
        </div>
        ${elapsed(state)}
      </header>
      <div class="controls" role="group" aria-label="Call controls">${controls(state, ui)}</div>
      <div class="bar-side">${flip(state, ui)} ${people(state, ui)} ${chat(state, ui)}</div>
    </div>
  `;
}

/** @param {Ui} ui */
function lock({ icon }) {
  const says = "This room is locked";
  return html`<span class="bar-lock" title=${says}>${icon("lock")}<span class="hidden">${says}</span></span>`;
}

/** @param {State} state */
function elapsed({ startedAt, signaling, offline }) {
  if (offline || signaling === "reconnecting") return html`<p class="warn">Reconnecting</p>`;
  if (startedAt === null) return nothing;
  return html`<p><span class="hidden">In the call for </span>${duration(Date.now() - startedAt)}</p>`;
}

/**
 * @param {State} state
 * @param {Ui} ui
 */
function controls({ media, hand, muted, panel }, ui) {
  const { actions } = ui;
  const { audio, video } = media.wished;
  return html`
    <div class="split" ?data-off=${!audio} ?data-held=${muted}>
      ${microphone(audio, muted, ui)}
      ${caret("Choose microphone and speaker", panel, ui)}
    </div>
    <div class="split" ?data-off=${!video}>
      ${tool(
        video ? "Stop video" : "Start video",
        video ? "video" : "video-off",
        actions.toggleCamera,
        ui,
      )}
      ${caret("Choose camera", panel, ui)}
    </div>
    <div class="single" ?data-hand=${hand}>
      ${tool(hand ? "Lower hand" : "Raise hand", "hand", actions.toggleHand, ui)}
    </div>
    <div class="single" ?data-on=${panel === "more"}>${opener("more", "More", "ellipsis", panel, ui)}</div>
    <div class="single leave">${tool("Leave", "phone", actions.leave, ui)}</div>
  `;
}

/**
 * One button whatever it says: the keyboard stays on it. Held, it says again why.
 * @param {boolean} audio
 * @param {boolean} muted by a moderator
 * @param {Ui} ui
 */
function microphone(audio, muted, { actions, icon }) {
  const label = audio ? "Mute" : "Unmute";
  const says = muted ? "A moderator has muted you" : label;
  return html`
    <button
      type="button"
      class="tool"
      title=${says}
      aria-label=${says}
      aria-disabled=${muted ? "true" : nothing}
      @click=${() => actions.toggleMicrophone()}
    >
      ${icon(audio && !muted ? "mic" : "mic-off")}<span class="tool-label">${muted ? "Muted" : label}</span>
    </button>
  `;
}

/**
 * @param {string} label says what pressing does, and is the button's name
 * @param {string} icon
 * @param {() => void} deed
 * @param {Ui} ui
 */
function tool(label, icon, deed, ui) {
  return html`
    <button type="button" class="tool" title=${label} @click=${() => deed()}>
      ${ui.icon(icon)}<span class="tool-label">${label}</span>
    </button>
  `;
}

/**
 * @param {NonNullable<State["panel"]>} name
 * @param {string} label
 * @param {string} icon
 * @param {State["panel"]} panel
 * @param {Ui} ui
 * @param {unknown} badge
 */
function opener(name, label, icon, panel, ui, badge = nothing) {
  return html`
    <button
      type="button"
      class="tool"
      title=${label}
      data-opens=${name}
      aria-expanded=${String(panel === name)}
      @click=${() => ui.actions.openPanel(panel === name ? null : name)}
    >
      ${ui.icon(icon)}<span class="tool-label">${label}</span>${badge}
    </button>
  `;
}

/**
 * @param {string} label
 * @param {State["panel"]} panel
 * @param {Ui} ui
 */
function caret(label, panel, { actions, icon }) {
  return html`
    <button
      type="button"
      class="caret"
      aria-label=${label}
      title=${label}
      data-opens="settings"
      aria-expanded=${String(panel === "settings")}
      @click=${() => actions.openPanel(panel === "settings" ? null : "settings")}
    >
      ${icon("chevron-up")}
    </button>
  `;
}

/**
 * @param {State} state
 * @param {Ui} ui
 */
function people(state, ui) {
  const { peers, panel, knocks } = state;
  const count =
    moderates(state) && knocks.length > 0
      ? html`<span class="badge" data-knocks>${knocks.length}<span class="hidden"> waiting</span></span>`
      : html`<span class="badge">${peers.length + 1}<span class="hidden"> here</span></span>`;
  return html`<div class="single" ?data-on=${panel === "people"}>
    ${opener("people", "People", "users", panel, ui, count)}
  </div>`;
}

/**
 * @param {State} state
 * @param {Ui} ui
 */
function chat({ chat, room, self, panel }, ui) {
  if (!room.has_chat) return nothing;
  const unread = unreadIn(chat, self.user);
  const count = unread > 99 ? "99+" : unread;
  const badge = html`<span class="badge" data-news>${count}<span class="hidden"> unread</span></span>`;
  const isNews = unread > 0 && panel !== "chat";
  return html`<div class="single" ?data-on=${panel === "chat"}>
    ${opener("chat", "Chat", "message-circle", panel, ui, isNews ? badge : nothing)}
  </div>`;
}

/**
 * Phones have a camera on each side: one press goes to the next.
 * @param {State} state
 * @param {Ui} ui
 */
function flip({ media }, ui) {
  const cameras = media.devices.videoinput;
  if (cameras.length < 2 || !media.video) return nothing;
  const now = cameras.findIndex(({ deviceId }) => deviceId === media.camera.deviceId);
  const then = /** @type {{deviceId: string}} */ (cameras[(now + 1) % cameras.length]);
  const deed = () => ui.actions.chooseDevice("videoinput", then.deviceId);
  return html`<div class="single flip">${tool("Switch camera", "refresh-cw", deed, ui)}</div>`;
}
