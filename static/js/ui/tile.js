/** One face on the stage: picture or initial, name, and the states that concern this person. */

import { html, nothing } from "../../vendor/lit-html/lit-html.js";
import { avatar } from "./icons.js";
import { plays, sounds } from "./plays.js";
import { brief, soundOf } from "./words.js";

/** @import { Peer, State } from "../call/types.js" */
/** @import { Ui } from "./context.js" */

/**
 * @typedef {object} Place what a tile is on the stage
 * @property {boolean} main shown large
 * @property {boolean} pinned
 * @property {boolean} pinnable
 * @property {number} handOrder 0 when the hand is down or the only one up
 * @property {boolean} relayed whether all of mine goes through the relay
 * @property {unknown} options what I may do to them
 *
 * @typedef {object} SelfPlace
 * @property {boolean} floating over the other's picture, in a corner
 * @property {number} handOrder
 * @property {() => void} nextCorner
 * @property {(event: PointerEvent) => void} drag
 */

/**
 * @param {Peer} peer
 * @param {Place} place
 * @param {Ui} ui
 */
export function peerTile(peer, place, ui) {
  const { actions } = ui;
  const shows = peer.state.video && peer.stream !== null;
  const heard = peer.state.audio && !peer.muted;
  const pin = (/** @type {{target: Element}} */ { target }) =>
    place.pinnable && !target.closest("button") && actions.pin(place.pinned ? null : peer.peer);
  return html`
    <div
      class="face"
      role="group"
      aria-label=${peer.name}
      data-peer=${peer.peer}
      data-link=${peer.link}
      data-away=${String(peer.away)}
      ?data-main=${place.main}
      ?data-speaking=${peer.speaking && peer.state.audio && !peer.muted}
      tabindex="-1"
      @dblclick=${pin}
    >
      <video
        autoplay
        playsinline
        .muted=${true}
        ?data-hidden=${!shows}
        ${plays(peer.stream)}
      ></video>
      <audio
        autoplay
        ${sounds(peer.muted ? null : peer.stream)}
        @loadedmetadata=${(/** @type {Event} */ event) => play(event, ui)}
      ></audio>
      ${shows ? nothing : html`<div class="face-initial">${avatar(peer.name)}</div>`}
      ${bond(peer, place.relayed, ui)} ${chips(peer, place, ui)} ${tools(peer, place, ui)}
      <div class="face-name">
        ${heard ? bars(peer.speaking) : ui.icon("mic-off")}
        <span>${peer.name}</span>
        ${heard ? nothing : html`<span class="hidden">${soundOf(peer.state.audio, peer.muted)}</span>`}
        ${peer.state.video ? nothing : html`<span class="hidden">Camera off</span>`}
      </div>
    </div>
  `;
}

/**
 * @param {State} state
 * @param {SelfPlace} place
 * @param {Ui} ui
 */
export function selfTile({ media, self, hand, muted }, place, { icon }) {
  const heard = media.audio && !muted;
  return html`
    <div
      class="face"
      role="group"
      aria-label="${self.name} (you)"
      data-self
      ?data-floating=${place.floating}
      @pointerdown=${place.floating ? place.drag : null}
    >
      <video
        autoplay
        playsinline
        .muted=${true}
        ?data-hidden=${!media.video}
        ${plays(media.stream)}
      ></video>
      ${media.video ? nothing : html`<div class="face-initial">${avatar(self.name)}</div>`}
      <div class="face-chips">${muted ? heldChip(icon) : nothing} ${hand ? handChip(place.handOrder, icon) : nothing}</div>
      ${
        place.floating
          ? html`<div class="face-tools">
            <button
              type="button"
              aria-label="Move your picture to the next corner"
              title="Move to the next corner"
              @click=${place.nextCorner}
            >
              ${icon("move")}
            </button>
          </div>`
          : nothing
      }
      <div class="face-name">
        ${heard ? nothing : icon("mic-off")}
        <span>${self.name} <span class="you">(you)</span></span>
        ${heard ? nothing : html`<span class="hidden">${soundOf(media.audio, muted)}</span>`}
        ${media.video ? nothing : html`<span class="hidden">Camera off</span>`}
      </div>
    </div>
  `;
}

/** @param {boolean} speaking */
function bars(speaking) {
  return speaking
    ? html`<span class="bars" aria-hidden="true"><i></i><i></i><i></i></span>`
    : nothing;
}

/**
 * The connection to this person, where it is anything but up.
 * @param {Peer} peer
 * @param {boolean} relayed whether my address is hidden
 * @param {Ui} ui
 */
function bond({ peer, name, link }, relayed, { actions, icon }) {
  if (link === "up") return nothing;
  // Where all goes through the relay, no network was asked for a direct way.
  const whyNot = `${relayed ? "" : "both networks block direct calls, or "}the relay did not answer`;
  if (link === "failed") {
    return html`
      <div class="face-bond">
        ${icon("triangle-alert")}
        <p>No path to ${brief(name)}: ${whyNot}.</p>
        <button type="button" class="button light" @click=${() => actions.retryPeer(peer)}>
          ${icon("refresh-cw")}Retry
        </button>
      </div>
    `;
  }
  return html`
    <div class="face-bond">
      <span class="spinner"></span>
      <p>${link === "connecting" ? "Connecting" : "Reconnecting"} to ${brief(name)}</p>
    </div>
  `;
}

/**
 * @param {Peer} peer
 * @param {Place} place
 * @param {Ui} ui
 */
function chips({ state, away, link, muted }, place, { icon }) {
  return html`
    <div class="face-chips">
      ${muted ? heldChip(icon) : nothing}
      ${state.hand ? handChip(place.handOrder, icon) : nothing}
      ${place.pinned ? html`<span class="chip">${icon("pin")}Pinned</span>` : nothing}
      ${
        away && link === "up"
          ? html`<span class="chip">${icon("wifi-off")}Reconnecting</span>`
          : nothing
      }
    </div>
  `;
}

/** @param {Ui["icon"]} icon */
function heldChip(icon) {
  return html`<span class="chip held">${icon("mic-off")}Muted by a moderator</span>`;
}

/**
 * @param {number} order
 * @param {Ui["icon"]} icon
 */
function handChip(order, icon) {
  return html`<span class="chip hand">${icon("hand")}Hand up${order ? ` · ${order}` : ""}</span>`;
}

/**
 * @param {Peer} peer
 * @param {Place} place
 * @param {Ui} ui
 */
function tools({ peer, name, state }, place, { actions, icon }) {
  const apart = document.pictureInPictureEnabled && state.video;
  if (!place.pinnable && !apart && place.options === nothing) return nothing;
  const pinLabel = place.pinned ? `Unpin ${name}` : `Pin ${name}`;
  return html`
    <div class="face-tools">
      ${
        place.pinnable
          ? html`<button
            type="button"
            aria-label=${pinLabel}
            title=${pinLabel}
            @click=${() => actions.pin(place.pinned ? null : peer)}
          >
            ${icon(place.pinned ? "pin-off" : "pin")}
          </button>`
          : nothing
      }
      ${
        apart
          ? html`<button
            type="button"
            aria-label="Picture in picture: ${name}"
            title="Picture in picture"
            @click=${floatPicture}
          >
            ${icon("picture-in-picture-2")}
          </button>`
          : nothing
      }
      ${place.options}
    </div>
  `;
}

/** @param {{currentTarget: Element}} event */
function floatPicture({ currentTarget }) {
  const video = currentTarget.closest(".face")?.querySelector("video");
  // Refused while no frame has come yet; the button stays for another try.
  video?.requestPictureInPicture().catch(() => {});
}

/**
 * Browsers that want a click first do not start the sound and say so only to play().
 * @param {Event} event
 * @param {Ui} ui
 */
function play(event, { actions }) {
  const audio = /** @type {HTMLAudioElement} */ (event.currentTarget);
  audio.play().catch((error) => {
    if (error.name === "NotAllowedError") actions.playbackFailed();
  });
}
