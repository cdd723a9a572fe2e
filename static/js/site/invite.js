/**
 * An invitation: its secret stands in the fragment, waits in this tab while someone signs in or up,
 * and is then traded for a place in the room.
 */

const KEY = "parley.invitation";
// No such invitation, or nothing that could be one.
const VOID = new Set([400, 404]);

/** @typedef {"accepting" | "signed-out" | "void" | "unreachable"} Case */

/** @param {Case} name */
function show(name) {
  for (const section of document.querySelectorAll("[data-case]"))
    section.toggleAttribute("hidden", section.getAttribute("data-case") !== name);
}

/** @returns {string} */
function csrfToken() {
  return document.querySelector('meta[name="csrf-token"]')?.getAttribute("content") ?? "";
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
    if (response.ok || VOID.has(response.status)) sessionStorage.removeItem(KEY);
    if (VOID.has(response.status)) return show("void");
    if (!response.ok) return show("unreachable");
    const { room } = await response.json();
    location.replace(room.url);
  } catch {
    show("unreachable");
  }
}

const page = document.getElementById("invite");
const fresh = location.hash.slice(1);
if (fresh) {
  sessionStorage.setItem(KEY, fresh);
  // The secret is not left in the address bar, nor in the history.
  history.replaceState(null, "", location.pathname);
}
const secret = sessionStorage.getItem(KEY);

if (!secret) show("void");
else if (page?.dataset.signedIn === "yes") {
  const again = () => accept(page.dataset.accept ?? "", secret);
  document.querySelector("[data-retry]")?.addEventListener("click", again);
  again();
}
