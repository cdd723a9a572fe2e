/** The stage: everyone's tile, and the one place where positions are written into the page. */

import { repeat } from "../../vendor/lit-html/directives/repeat.js";
import { html, nothing } from "../../vendor/lit-html/lit-html.js";
import { hidesAddress } from "../call/privacy.js";
import { drag } from "./drag.js";
import { planStage, SELF } from "./layout.js";
import { peerTile, selfTile } from "./tile.js";
import { queueOf } from "./words.js";

/** @import { Rect } from "./grid.js" */
/** @import { Peer, State } from "../call/types.js" */
/** @import { Ui } from "./context.js" */
/** @import { Invitation } from "./invite.js" */
/** @import { Corner } from "./layout.js" */

export class Stage {
  #ui;
  #invitation;
  #phone = matchMedia("(max-width: 699.98px)");
  #resized = new ResizeObserver(() => this.place());
  /** @type {State | null} */
  #state = null;
  /** @type {HTMLElement | null} */
  #element = null;
  /** @type {Corner} */
  #corner = { right: true, bottom: true };
  /** @type {string[]} */
  #hands = [];
  /** @type {string | null} */
  #main = null;

  /**
   * @param {Ui} ui
   * @param {Invitation} invitation
   */
  constructor(ui, invitation) {
    this.#ui = ui;
    this.#invitation = invitation;
  }

  /** @param {State} state */
  render(state) {
    this.#state = state;
    this.#main = this.#largeOne(state);
    this.#hands = queueOf(this.#hands, raised(state));
    const { peers } = state;
    return html`
      <section class="stage" aria-label="People in the call">
        <div class="faces" ?data-pair=${peers.length === 1 && !this.#sheet}>
          ${repeat(
            [...peers, null],
            (peer) => peer?.peer ?? SELF,
            (peer) => (peer ? this.#peer(peer, state) : this.#self(state)),
          )}
          ${
            peers.length === 0 && !this.#sheet
              ? html`<div class="invite-place">${this.#invitation.card(state)}</div>`
              : nothing
          }
        </div>
      </section>
    `;
  }

  /**
   * Writes the places of all tiles; called after each render and whenever the stage changes size.
   * @param {ParentNode} [root]
   */
  place(root) {
    if (root) this.#watch(root.querySelector(".stage"));
    if (!this.#element || !this.#state) return;
    const plan = planStage({
      others: this.#state.peers.map(({ peer }) => peer),
      main: this.#main,
      width: this.#element.clientWidth,
      height: this.#element.clientHeight,
      phone: this.#phone.matches,
      sheet: this.#sheet,
      corner: this.#corner,
    });
    const tiles = /** @type {HTMLElement} */ (this.#element.firstElementChild);
    this.#element.dataset.mode = plan.mode;
    tiles.style.setProperty("--content-w", `${plan.content.width}px`);
    tiles.style.setProperty("--content-h", `${plan.content.height}px`);
    for (const tile of tiles.querySelectorAll(":scope > .face")) {
      const { peer = SELF } = /** @type {HTMLElement} */ (tile).dataset;
      put(/** @type {HTMLElement} */ (tile), plan.places.get(peer));
    }
    put(tiles.querySelector(".invite-place"), plan.invite ?? undefined);
  }

  get #sheet() {
    return this.#phone.matches && Boolean(this.#state?.panel);
  }

  /** @param {HTMLElement | null} element */
  #watch(element) {
    if (element === this.#element) return;
    this.#resized.disconnect();
    this.#element = element;
    if (element) this.#resized.observe(element);
  }

  /**
   * @param {State} state
   * @returns {string | null}
   */
  #largeOne({ peers, pinned, layout, speaker }) {
    const here = (/** @type {string | null} */ id) => peers.some(({ peer }) => peer === id);
    if (peers.length < 2) return null;
    if (here(pinned)) return pinned;
    if (layout !== "speaker") return null;
    if (here(speaker)) return speaker;
    return here(this.#main) ? this.#main : (peers[0]?.peer ?? null);
  }

  /**
   * @param {Peer} peer
   * @param {State} state
   */
  #peer(peer, state) {
    const { peers, pinned } = state;
    const place = {
      main: peer.peer === this.#main,
      pinned: peer.peer === pinned && peers.length > 1,
      pinnable: peers.length > 1,
      handOrder: this.#handOrder(peer.peer),
      relayed: hidesAddress(state),
      options: this.#ui.menu.opener(peer, state, "face-options"),
    };
    return peerTile(peer, place, this.#ui);
  }

  /** @param {State} state */
  #self(state) {
    const place = {
      floating: state.peers.length === 1 && !this.#sheet,
      handOrder: this.#handOrder(SELF),
      nextCorner: () => this.#moveTo(next(this.#corner)),
      drag: (/** @type {PointerEvent} */ event) => drag(event, (corner) => this.#moveTo(corner)),
    };
    return selfTile(state, place, this.#ui);
  }

  /** @param {string} peer */
  #handOrder(peer) {
    return this.#hands.length > 1 ? this.#hands.indexOf(peer) + 1 : 0;
  }

  /** @param {Corner} corner */
  #moveTo(corner) {
    this.#corner = corner;
    this.place();
  }
}

/** @param {State} state */
function raised({ peers, hand }) {
  const others = peers.filter((peer) => peer.state.hand).map(({ peer }) => peer);
  return hand ? [...others, SELF] : others;
}

/**
 * Clockwise, beginning at the bottom right.
 * @param {Corner} corner
 * @returns {Corner}
 */
function next({ right, bottom }) {
  return right === bottom ? { right: !right, bottom } : { right, bottom: !bottom };
}

/**
 * A tile that has just come is put in its place at once; from then on it moves there.
 * @param {HTMLElement | null} element
 * @param {Rect} [rect]
 */
function put(element, rect) {
  if (!element || !rect) return;
  element.style.setProperty("--x", `${Math.round(rect.x)}px`);
  element.style.setProperty("--y", `${Math.round(rect.y)}px`);
  element.style.setProperty("--w", `${Math.floor(rect.width)}px`);
  element.style.setProperty("--h", `${Math.floor(rect.height)}px`);
  if (!("placed" in element.dataset)) {
    requestAnimationFrame(() => {
      element.dataset.placed = "";
    });
  }
}
