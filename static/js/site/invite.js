/**
 * An invitation: its secret stands in the fragment, waits in this browser while someone signs in or
 * up, and is then traded for a place in the room.
 */

import { csrfToken } from "./csrf.js";
import { forget, keep, kept } from "./invitation.js";

// No such invitation, or nothing that could be one.
const VOID = new Set([400, 404]);

/** @typedef {"accepting" | "signed-out" | "void" | "unreachable"} Case */

/** @param {Case} name */
function show(name) {
  for (const section of document.querySelectorAll("[data-case]"))
    section.toggleAttribute("hidden", section.getAttribute("data-case") !== name);
}

/**
 * @param {string} address
 * @param {string} secret
 */
async function accept(address, secret) {
  show("accepting");
  try {
    const response = await fetch(address, {
      method: "POST",
      headers: { "Content-Type": "application/json", "X-CSRFToken": csrfToken() },
      body: JSON.stringify({ secret }),
    });
    if (response.status === 401) return show("signed-out");
    if (response.ok || VOID.has(response.status)) forget();
    if (VOID.has(response.status)) return show("void");
    if (!response.ok) return show("unreachable");
    const { room } = await response.json();
    location.replace(room.url);
  } catch {
    show("unreachable");
  }
}

const page = document.getElementById("invite");

function open() {
  const fresh = location.hash.slice(1);
  if (fresh) {
    keep(fresh);
    // The secret is not left in the address bar, nor in the history.
    history.replaceState(null, "", location.pathname);
  }
  const secret = fresh || kept();
  if (!secret) return show("void");
  if (page?.dataset.signedIn !== "yes") return show("signed-out");
  const again = () => accept(page.dataset.accept ?? "", secret);
  const retry = document.querySelector("[data-retry]");
  if (retry instanceof HTMLButtonElement) retry.onclick = again;
  again();
}

// Another link in the same tab changes the fragment alone.
addEventListener("hashchange", () => location.hash && open());
open();
