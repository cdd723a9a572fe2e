/** Who waits to be let in, shown to those who may: above the faces, and on top of the people. */

import { repeat } from "../../vendor/lit-html/directives/repeat.js";
import { html, nothing } from "../../vendor/lit-html/lit-html.js";
import { moderates } from "../call/policy.js";
import { avatar } from "./icons.js";
import { brief, whoKnocks } from "./words.js";

/** @import { Knock, State } from "../call/types.js" */
/** @import { Ui } from "./context.js" */

/**
 * It stays until it is answered; the panel of people has the same on top.
 * @param {State} state
 * @param {Ui} ui
 */
export function knockNotice(state, ui) {
  const { knocks, panel } = state;
  const [first, ...more] = knocks;
  if (!moderates(state) || !first || panel === "people") return nothing;
  const names = knocks.map(({ name }) => name);
  return html`<section class="bulletin knocking" aria-label=${whoKnocks(names)}>
    <span class="avatars">${names.slice(0, 3).map(avatar)}</span>
    <p>${whoKnocks(names)}</p>
    ${more.length > 0 ? seeAll(ui) : keyed(first.user, answers(first, state, ui))}
  </section>`;
}

/** @param {Ui} ui */
function seeAll({ actions }) {
  return html`<button
    type="button"
    class="button light"
    @click=${() => actions.openPanel("people")}
  >
    See all
  </button>`;
}

/**
 * @param {State} state
 * @param {Ui} ui
 */
export function waitingList(state, ui) {
  const { knocks } = state;
  if (!moderates(state) || knocks.length === 0) return nothing;
  return html`<section class="lobby" aria-labelledby="lobby-title">
    <h3 id="lobby-title">Waiting <span>${knocks.length}</span></h3>
    <ul>
      ${repeat(
        knocks,
        ({ user }) => user,
        (knock) => html`<li>
          ${avatar(knock.name)}
          <p><strong><bdi>${knock.name}</bdi></strong><span>Wants to come in</span></p>
          <div class="answers">${answers(knock, state, ui)}</div>
        </li>`,
      )}
    </ul>
  </section>`;
}

/**
 * What was pressed for one person is never under the finger for the next.
 * @param {number} user
 * @param {unknown} content
 */
function keyed(user, content) {
  return repeat(
    [user],
    (one) => one,
    () => content,
  );
}

/** @type {WeakSet<Knock>} answered, and not gone yet */
const answered = new WeakSet();

/**
 * @param {Knock} knock
 * @param {State} state
 * @param {Ui} ui
 */
function answers(knock, { deed, problem }, { actions }) {
  const { user, name } = knock;
  const own = deed === `knock ${user}`;
  // What the server did not do may be asked again.
  if (deed === null && problem) answered.delete(knock);
  const busy = deed !== null || answered.has(knock);
  const answer = (/** @type {(user: number) => void} */ act) => {
    if (busy || answered.has(knock)) return;
    answered.add(knock);
    act(user);
  };
  return html`<button
      type="button"
      class="button plain"
      aria-label="Not now: ${brief(name)}"
      aria-disabled=${String(busy)}
      @click=${() => answer(actions.deny)}
    >
      Not now
    </button>
    <button
      type="button"
      class="button primary"
      aria-label="Let in ${brief(name)}"
      aria-disabled=${String(busy)}
      @click=${() => answer(actions.admit)}
    >
      ${own ? html`<span class="spinner"></span>` : nothing}Let in
    </button>`;
}
