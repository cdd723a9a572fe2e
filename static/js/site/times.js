/**
 * Says every moment of the page by the reader's own clock: `<time datetime data-shows="day">`, and
 * `<text data-at data-shows="time">` in a picture. The server has written them in UTC.
 */

import { Clock } from "./clock.js";

/** @import { Form } from "./clock.js" */

const clock = new Clock();

for (const element of document.querySelectorAll("[data-shows]")) {
  const at = element.getAttribute("datetime") ?? element.getAttribute("data-at") ?? "";
  const when = new Date(at);
  const form = /** @type {Form} */ (element.getAttribute("data-shows"));
  element.textContent = clock.say(when, form);
  element.setAttribute("lang", clock.language);
  if (!(element instanceof HTMLElement)) continue;
  // Not in a picture: there it would turn the side to which a label goes.
  element.dir = "auto";
  element.title = clock.say(when, "whole");
}
