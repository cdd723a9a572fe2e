/** Who waits, who is in the call, and what one may do to them. */

import { repeat } from "../../vendor/lit-html/directives/repeat.js";
import { html, nothing } from "../../vendor/lit-html/lit-html.js";
import { hosting } from "./host.js";
import { avatar } from "./icons.js";
import { waitingList } from "./knocks.js";
import { privacy } from "./privacy.js";
import { soundOf, statesOf } from "./words.js";

/** @import { Peer, State } from "../call/types.js" */
/** @import { Ui } from "./context.js" */

/** @type {Record<string, string>} */
const ROLES = { owner: "Owner", moderator: "Moderator", member: "Member", guest: "Guest" };

/**
 * @param {State} state
 * @param {Ui} ui
 */
export function people(state, ui) {
  const { peers, self, room, media, hand, muted } = state;
  const own = [
    ROLES[self.role] ?? "Member",
    ...soundOf(media.audio, muted),
    ...(media.video ? [] : ["Camera off"]),
    ...(hand ? ["Hand up"] : []),
  ];
  return html`
    ${waitingList(state, ui)}
    <h3>In the call <span>${peers.length + 1} of ${room.capacity}</span></h3>
    <ul class="people">
      ${row(`${self.name} (you)`, self.name, own, { audio: media.audio && !muted, hand }, nothing, ui)}
      ${repeat(
        peers,
        ({ peer }) => peer,
        (peer) =>
          row(
            peer.name,
            peer.name,
            [ROLES[peer.role] ?? "Member", ...statesOf(peer)],
            { audio: peer.state.audio && !peer.muted, hand: peer.state.hand },
            tools(peer, state, ui),
            ui,
          ),
      )}
    </ul>
    ${privacy(state, ui)} ${hosting(state, ui)}
  `;
}

/**
 * @param {string} label
 * @param {string} name
 * @param {string[]} states
 * @param {{audio: boolean, hand: boolean}} shown
 * @param {unknown} tools
 * @param {Ui} ui
 */
function row(label, name, states, { audio, hand }, tools, { icon }) {
  return html`
    <li>
      ${avatar(name)}
      <div class="person">
        <strong>${label}</strong>
        <span>${states.join(" · ")}</span>
      </div>
      ${hand ? html`<span class="sign hand">${icon("hand")}</span>` : nothing}
      <span class="sign" ?data-off=${!audio}>${icon(audio ? "mic" : "mic-off")}</span>
      ${tools}
    </li>
  `;
}

/**
 * @param {Peer} peer
 * @param {State} state
 * @param {Ui} ui
 */
function tools(peer, state, ui) {
  return html`
    ${state.peers.length > 1 ? pinButton(peer, state.pinned, ui) : nothing}
    ${ui.menu.opener(peer, state, "close")}
  `;
}

/**
 * @param {Peer} peer
 * @param {string | null} pinned
 * @param {Ui} ui
 */
function pinButton({ peer, name }, pinned, { actions, icon }) {
  const on = peer === pinned;
  const label = on ? `Unpin ${name}` : `Pin ${name}`;
  return html`<button
    type="button"
    class="close"
    aria-label=${label}
    title=${label}
    @click=${() => actions.pin(on ? null : peer)}
  >
    ${icon(on ? "pin-off" : "pin")}
  </button>`;
}
