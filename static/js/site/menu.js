/**
 * Menus of a row, made of `<details class="more">`: they close when something in them is chosen, by
 * Escape, and when one turns elsewhere.
 */

/** @type {Set<HTMLDetailsElement>} */
const menus = new Set();

/** @param {HTMLDetailsElement} menu */
function close(menu) {
  menu.open = false;
  // What opens next gives the focus back to where it was: to something that is still seen.
  menu.querySelector("summary")?.focus();
}

/** @param {HTMLDetailsElement} menu */
function watch(menu) {
  menus.add(menu);
  menu.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && menu.open) close(menu);
  });
  menu.addEventListener("focusout", ({ relatedTarget }) => {
    if (relatedTarget instanceof Node && !menu.contains(relatedTarget)) menu.open = false;
  });
  // Before the button's own listener.
  menu.addEventListener(
    "click",
    (event) => {
      if (event.target instanceof Element && event.target.closest("button")) close(menu);
    },
    { capture: true },
  );
}

document.addEventListener("pointerdown", (event) => {
  for (const menu of menus)
    if (event.target instanceof Node && !menu.contains(event.target)) menu.open = false;
});

for (const menu of document.querySelectorAll("details.more"))
  if (menu instanceof HTMLDetailsElement) watch(menu);
