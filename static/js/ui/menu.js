/** The menu of what one may do to a person: one for all tiles and rows, above everything else. */

import { html, nothing } from "../../vendor/lit-html/lit-html.js";
import { deedsOn } from "../call/policy.js";
import { DEEDS, HURTING, questionBefore } from "./deeds.js";

/** @import { Peer, PersonalDeed, State } from "../call/types.js" */
/** @import { Ui } from "./context.js" */
/** @typedef {{currentTarget: HTMLElement, preventDefault: () => void}} Press */

const ID = "person-menu";
// As the style sheet has them.
const WIDTH = 236;
const ITEM = 44;
const EDGES = 14;
const MARGIN = 8;

export class Menu {
  #root;
  #ui;
  /** @type {string | null} whose it is */
  #peer = null;

  /**
   * @param {HTMLElement} root
   * @param {Omit<Ui, "menu" | "page">} ui
   */
  constructor(root, ui) {
    this.#root = root;
    this.#ui = ui;
  }

  /**
   * The three dots; nothing for whom one may do nothing to.
   * @param {Peer} peer
   * @param {Pick<State, "self" | "deed">} state
   * @param {string} kind the class of the button
   */
  opener(peer, { self, deed }, kind) {
    if (deedsOn(self, peer).length === 0) return nothing;
    const busy = deed === `person ${peer.user}`;
    const label = `Options for ${peer.name}`;
    return html`<button
      type="button"
      class=${kind}
      popovertarget=${ID}
      aria-haspopup="menu"
      aria-busy=${String(busy)}
      aria-label=${label}
      title=${label}
      @click=${(/** @type {Press} */ press) => this.#open(press, peer, deedsOn(self, peer).length)}
    >
      ${busy ? html`<span class="spinner"></span>` : this.#ui.icon("ellipsis")}
    </button>`;
  }

  /** @param {State} state */
  render(state) {
    const peer = state.peers.find((one) => one.peer === this.#peer);
    const deeds = peer ? deedsOn(state.self, peer) : [];
    return html`<div
      id=${ID}
      class="person-menu"
      popover
      role="menu"
      aria-label=${peer?.name ?? nothing}
      @keydown=${move}
    >
      ${peer ? deeds.map((deed, index) => this.#item(deed, peer, state, index === 0)) : nothing}
    </div>`;
  }

  /** After each render: a menu of somebody who is gone, or above me now, closes. */
  settle() {
    const element = this.#element;
    if (element?.matches(":popover-open") && !element.firstElementChild) element.hidePopover();
  }

  /**
   * The browser shows and hides it; here is only whose it is, and where.
   * @param {Press} press
   * @param {Peer} peer
   * @param {number} items
   */
  #open(press, { peer }, items) {
    const shown = this.#element?.matches(":popover-open") ?? false;
    // Another one's dots: the menu goes there instead of closing.
    if (shown && peer !== this.#peer) press.preventDefault();
    this.#peer = peer;
    if (this.#element) place(this.#element, press.currentTarget, items * ITEM + EDGES);
    this.#ui.refresh();
    if (shown) firstOf(this.#element)?.focus();
  }

  /**
   * @param {PersonalDeed} deed
   * @param {Peer} peer
   * @param {State} state
   * @param {boolean} first
   */
  #item(deed, peer, state, first) {
    const { label, icon } = DEEDS[deed];
    return html`<button
      type="button"
      role="menuitem"
      tabindex="-1"
      class=${HURTING.has(deed) ? "careful" : ""}
      aria-disabled=${String(state.deed !== null)}
      ?autofocus=${first}
      @click=${() => this.#choose(deed, peer, state)}
    >
      ${this.#ui.icon(icon)}<span>${label}</span>
    </button>`;
  }

  /**
   * @param {PersonalDeed} deed
   * @param {Peer} peer
   * @param {State} state
   */
  #choose(deed, peer, state) {
    if (state.deed !== null) return;
    this.#element?.hidePopover();
    const { actions, ask } = this.#ui;
    const act = () => actions.doTo(deed, peer.user);
    const question = questionBefore(deed, peer, state.room);
    if (question) ask({ ...question, deed: act });
    else act();
  }

  /** @returns {HTMLElement | null} */
  get #element() {
    return this.#root.querySelector(`#${ID}`);
  }
}

/**
 * @param {HTMLElement | null} menu
 * @returns {HTMLElement | null | undefined}
 */
function firstOf(menu) {
  return menu?.querySelector("[role=menuitem]");
}

/**
 * Below the dots, or above them where there is no room below.
 * @param {HTMLElement} element
 * @param {HTMLElement} opener
 * @param {number} height
 */
function place(element, opener, height) {
  const { right, top, bottom } = opener.getBoundingClientRect();
  const x = Math.max(MARGIN, Math.min(right, innerWidth - MARGIN) - WIDTH);
  const below = bottom + 4;
  const y = below + height > innerHeight - MARGIN ? Math.max(MARGIN, top - 4 - height) : below;
  element.style.setProperty("--x", `${Math.round(x)}px`);
  element.style.setProperty("--y", `${Math.round(y)}px`);
}

/**
 * Keys that are pressed in it move within it; none is a shortcut of the call.
 * @param {KeyboardEvent} event
 */
function move(event) {
  event.stopPropagation();
  const menu = /** @type {HTMLElement} */ (event.currentTarget);
  if (event.key === "Tab") return menu.hidePopover();
  const items = /** @type {HTMLElement[]} */ ([...menu.querySelectorAll("[role=menuitem]")]);
  const now = items.indexOf(/** @type {HTMLElement} */ (document.activeElement));
  /** @type {Record<string, number>} */
  const next = { ArrowDown: now + 1, ArrowUp: now - 1, Home: 0, End: -1 };
  const then = next[event.key];
  if (then === undefined) return;
  event.preventDefault();
  items.at(then % items.length)?.focus();
}
