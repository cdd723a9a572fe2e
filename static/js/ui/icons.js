/** Icons out of the one sprite, and the round initials that stand for a face. */

import { html } from "../../vendor/lit-html/lit-html.js";
import { hueOf, initialOf } from "./words.js";

/** @import { TemplateResult } from "../../vendor/lit-html/lit-html.js" */

/**
 * @param {string} sprite its address, which differs with every release
 * @returns {(name: string) => TemplateResult}
 */
export function createIcons(sprite) {
  return (name) =>
    html`<svg class="icon icon-${name}" aria-hidden="true"><use href="${sprite}#${name}"></use></svg>`;
}

/** @param {string} name */
export function avatar(name) {
  return html`<span class="avatar hue-${hueOf(name)}" aria-hidden="true">${initialOf(name)}</span>`;
}
