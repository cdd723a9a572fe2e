/** The way in: who is inside, what one must know before, and the one button; or the wait for an answer. */

import { html, nothing } from "../../vendor/lit-html/lit-html.js";
import { lockedOut } from "../call/policy.js";
import { answerAtTheDoor, joinLabel } from "./answers.js";
import { saveDataSwitch } from "./devices.js";
import { avatar } from "./icons.js";
import { privacy, relayLacking } from "./privacy.js";
import { joinsWithout, lockedDoor, movesHere, whoIsInside } from "./words.js";

/** @import { State } from "../call/types.js" */
/** @import { Ui } from "./context.js" */

/**
 * @param {State} state
 * @param {Ui} ui
 */
export function door(state, ui) {
  return html`
    <h1><bdi>${state.room.name}</bdi></h1>
    ${inside(state)} ${elsewhere(state)} ${appearance(state, ui)}
    <div role="status">
      ${state.room.locked ? lock(state, ui) : nothing} ${privacy(state, ui)} ${answer(state, ui)}
    </div>
    ${wayIn(state, ui)}
    ${state.problem ? obstacle(state.problem, ui.icon) : connection(state, ui.icon)}
    ${relayLacking(state, ui, "obstacle")} ${saveDataSwitch(state.saveData, ui)}
  `;
}

/**
 * Who must knock is not told who is inside.
 * @param {State} state
 */
function inside({ entry, inside, phase, denied }) {
  if (entry === "locked" || phase === "waiting" || denied) return nothing;
  if (entry === "knock") return html`<p class="inside">${KNOCK_FIRST}</p>`;
  const names = inside.map(({ name }) => name);
  return html`<p class="inside" role="status">
    <span class="avatars">${names.slice(0, 5).map(avatar)}</span>${whoIsInside(names)}
  </p>`;
}

const KNOCK_FIRST = "Someone inside lets you in. They see your name when you ask.";

/** @param {State} state */
function elsewhere(state) {
  const said = movesHere(state);
  return said ? html`<p class="elsewhere" role="status">${said}</p>` : nothing;
}

/**
 * @param {State} state
 * @param {Ui} ui
 */
function appearance({ self, phase }, { page }) {
  const change = `${page.urls.profile}?next=${encodeURIComponent(location.pathname)}`;
  return html`<p class="appearance">
    You appear as <strong>${self.name}</strong>
    ${phase === "waiting" ? nothing : html` · <a href=${change}>Change</a>`}
  </p>`;
}

/**
 * What has become of asking to be let in.
 * @param {State} state
 * @param {Ui} ui
 */
function answer(state, { icon }) {
  const said = answerAtTheDoor(state);
  if (!said) return nothing;
  const waiting = state.phase === "waiting";
  return html`<div class="answer" ?data-waiting=${waiting}>
    ${waiting ? html`<span class="spinner"></span>` : icon("door-open")}
    <p><strong>${said.title}</strong> ${said.text}</p>
  </div>`;
}

/**
 * @param {State} state
 * @param {Ui} ui
 */
function wayIn(state, ui) {
  if (state.phase === "waiting") return stop(state, ui);
  return lockedOut(state) ? again(ui) : join(state, ui);
}

/** @param {Ui} ui */
function again({ actions }) {
  return html`<button
    type="button"
    class="button plain large"
    data-door
    aria-describedby="door-lock"
    @click=${() => actions.lookAgain()}
  >
    Try again
  </button>`;
}

/**
 * @param {State} state
 * @param {Ui} ui
 */
function join(state, { actions }) {
  const joining = state.phase === "joining";
  const still = joining || (state.denied !== null && state.denied.wait !== "over");
  return html`
    <button
      type="button"
      class="button primary large"
      data-door
      aria-disabled=${String(still)}
      aria-describedby="door-lock join-note"
      @click=${() => still || actions.join()}
    >
      ${joining ? html`<span class="spinner"></span>` : nothing}${joinLabel(state)}
    </button>
    <p id="join-note" class="door-note">
      ${joining ? "Opening the door" : joinsWithout(state.media)}
    </p>
  `;
}

/**
 * @param {State} state
 * @param {Ui} ui
 */
function stop({ deed }, { actions }) {
  const busy = deed === "withdraw";
  return html`<button
    type="button"
    class="button plain large"
    data-door
    aria-disabled=${String(busy)}
    @click=${() => busy || actions.stopWaiting()}
  >
    ${busy ? html`<span class="spinner"></span>` : nothing}Stop waiting
  </button>`;
}

/**
 * @param {State} state
 * @param {Ui} ui
 */
function lock(state, { icon }) {
  const inside = state.entry === "locked" ? null : state.inside.length;
  return html`<p id="door-lock" class="door-lock">
    ${icon("lock")}${lockedDoor(lockedOut(state), inside)}
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
