/** The one panel beside the stage (on phones a sheet): people, settings, shortcuts, more. */

import { html, nothing } from "../../vendor/lit-html/lit-html.js";
import { moderates } from "../call/policy.js";
import { deviceSelect, meter, remedy, saveDataSwitch, speakerTest } from "./devices.js";
import { isOnScreen } from "./keyboard.js";
import { people } from "./people.js";
import { canTurnLayout, shortcutsOf, shortcutsOn, turnShortcuts } from "./shortcuts.js";
import { troublesOf } from "./words.js";

/** @import { State } from "../call/types.js" */
/** @import { Ui } from "./context.js" */
/** @import { Conversation } from "./chat.js" */
/** @import { Invitation } from "./invite.js" */
/** @import { Windows } from "./windows.js" */

/**
 * @param {State} state
 * @param {Ui} ui
 * @param {{invitation: Invitation, conversation: Conversation, windows: Windows}} parts
 */
export function panel(state, ui, { invitation, conversation, windows }) {
  switch (state.panel) {
    case "people":
      return frame("People", people(state, ui), invitation.footer(state), ui);
    case "chat":
      return frame("Chat", conversation.body(state), conversation.footer(state), ui);
    case "settings":
      return frame("Settings", settings(state, ui), nothing, ui);
    case "help":
      return frame("Keyboard shortcuts", help(ui, windows), nothing, ui);
    case "more":
      return frame("More", more(state, ui, windows), nothing, ui);
    default:
      return nothing;
  }
}

/**
 * @param {string} title
 * @param {unknown} body
 * @param {unknown} footer
 * @param {Ui} ui
 */
function frame(title, body, footer, { actions, icon }) {
  return html`
    <aside class="panel" aria-labelledby="panel-title">
      <header>
        <h2 id="panel-title" tabindex="-1">${title}</h2>
        <button
          type="button"
          class="close"
          aria-label="Close"
          title="Close"
          @click=${() => actions.openPanel(null)}
        >
          ${icon("x")}
        </button>
      </header>
      <div class="panel-body">${body}</div>
      ${footer === nothing ? nothing : html`<footer>${footer}</footer>`}
    </aside>
  `;
}

/**
 * @param {State} state
 * @param {Ui} ui
 */
function settings({ media, saveData }, ui) {
  return html`
    <div class="settings">
      ${troublesOf(media).map((trouble) => remedy(trouble, ui, html`<h3>${trouble.title}</h3>`))}
      ${deviceSelect(media, "audioinput", ui)} ${meter(media)}
      ${deviceSelect(media, "videoinput", ui)} ${deviceSelect(media, "audiooutput", ui)}
      ${speakerTest(ui)} ${saveDataSwitch(saveData, ui)}
    </div>
  `;
}

/**
 * @param {Ui} ui
 * @param {Windows} windows
 */
function help({ refresh }, windows) {
  return html`
    <dl class="shortcuts">
      ${shortcutsOf(windows).map(
        ({ keys, does }) => html`<div>
          <dt>${does}</dt>
          <dd><kbd>${keys}</kbd></dd>
        </div>`,
      )}
    </dl>
    <label class="switch">
      <input
        type="checkbox"
        role="switch"
        .checked=${shortcutsOn()}
        @change=${(/** @type {{currentTarget: HTMLInputElement}} */ { currentTarget }) => {
          turnShortcuts(currentTarget.checked);
          refresh();
        }}
      />
      <span>
        <span class="switch-title">Use these shortcuts</span>
        <span class="switch-hint">Turn them off if you speak to your computer</span>
      </span>
    </label>
  `;
}

/**
 * @param {State} state
 * @param {Ui} ui
 * @param {Windows} windows
 */
function more(state, ui, windows) {
  const { peers, layout } = state;
  const { actions, page, icon } = ui;
  const other = layout === "grid" ? "speaker" : "grid";
  return html`
    <ul class="entries">
      ${entry("People", "users", () => actions.openPanel("people"), ui, peers.length + 1)}
      ${
        canTurnLayout(state)
          ? entry(
              other === "grid" ? "Show everyone alike" : "Show the speaker large",
              other === "grid" ? "layout-grid" : "layout-panel-left",
              () => {
                actions.setLayout(other);
                actions.openPanel(null);
              },
              ui,
            )
          : nothing
      }
      ${
        windows.canFloat
          ? entry("Picture in picture", "picture-in-picture-2", () => windows.float(), ui)
          : nothing
      }
      ${
        windows.canFill
          ? entry(
              windows.full ? "Leave full screen" : "Full screen",
              windows.full ? "minimize" : "maximize",
              () => {
                windows.toggleFull();
                actions.openPanel(null);
              },
              ui,
            )
          : nothing
      }
      ${entry("Settings", "settings", () => actions.openPanel("settings"), ui)}
      ${
        moderates(state) && page.urls.settings
          ? html`<li>
            <a href=${page.urls.settings} target="_blank">
              ${icon("door-open")}<span>Room settings</span><small>New tab</small>
            </a>
          </li>`
          : nothing
      }
      ${
        isOnScreen()
          ? nothing
          : entry("Keyboard shortcuts", "keyboard", () => actions.openPanel("help"), ui)
      }
    </ul>
  `;
}

/**
 * @param {string} label
 * @param {string} icon
 * @param {() => void} deed
 * @param {Ui} ui
 * @param {unknown} aside
 */
function entry(label, icon, deed, ui, aside = nothing) {
  return html`<li>
    <button type="button" @click=${deed}>
      ${ui.icon(icon)}<span>${label}</span>${aside === nothing ? nothing : html`<small>${aside}</small>`}
    </button>
  </li>`;
}
