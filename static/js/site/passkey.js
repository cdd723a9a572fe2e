/**
 * Forms that a passkey fills in: `<form data-passkey="create|get">` with a hidden field `credential`.
 * What the browser is asked for stands in the page (`data-options`, the id of a JSON block), or is
 * fetched when it is needed (`data-from`, an address).
 */

/** @typedef {{ publicKey: any }} Options */

const ANSWERED_WITHIN = 5000;
const NEWER = "This browser is too old to use passkeys here. Use another way, or a newer browser.";
const UNANSWERED = "The server did not answer. Try again.";
const INSECURE = "Passkeys work only at the secure address of this Parley. Open that one.";
const OTHER = "The browser could not use a passkey. Try again, or use another way.";

/** What happened and what to do, by the name of the browser's error. @type {Record<string, string>} */
const SENTENCES = {
  NotAllowedError: "No passkey was used. Press the button to try again.",
  AbortError: "No passkey was used. Press the button to try again.",
  InvalidStateError: "There is a passkey of yours on this already. Use another device or key.",
  ConstraintError: "This key cannot sign in alone. Take the tick away, or use another key.",
  NotSupportedError: "This key cannot do what is needed. Use another one.",
  SecurityError: INSECURE,
};

class Unanswered extends Error {}

/** @param {HTMLFormElement} form @returns {Promise<Options>} */
async function optionsOf(form) {
  const { options, from } = form.dataset;
  if (!from) return JSON.parse(document.getElementById(options ?? "")?.textContent ?? "{}");
  try {
    const response = await fetch(from, {
      headers: { Accept: "application/json" },
      signal: AbortSignal.timeout(ANSWERED_WITHIN),
    });
    if (!response.ok) throw new Unanswered();
    return (await response.json()).request_options;
  } catch {
    throw new Unanswered();
  }
}

/** One that signs in alone is kept by the device itself, and asks who holds it. @param {HTMLFormElement} form */
function selection(form) {
  const box = form.elements.namedItem("passwordless");
  return box instanceof HTMLInputElement && box.checked
    ? { residentKey: "required", requireResidentKey: true, userVerification: "required" }
    : {};
}

/** @param {HTMLFormElement} form @returns {Promise<Credential | null>} */
async function ask(form) {
  const { publicKey } = await optionsOf(form);
  if (form.dataset.passkey === "get")
    return navigator.credentials.get({
      publicKey: PublicKeyCredential.parseRequestOptionsFromJSON(publicKey),
    });
  const authenticatorSelection = { ...publicKey.authenticatorSelection, ...selection(form) };
  return navigator.credentials.create({
    publicKey: PublicKeyCredential.parseCreationOptionsFromJSON({
      ...publicKey,
      authenticatorSelection,
    }),
  });
}

/** @param {unknown} error */
function sentence(error) {
  if (error instanceof Unanswered) return UNANSWERED;
  return (error instanceof DOMException && SENTENCES[error.name]) || OTHER;
}

/** @param {HTMLFormElement} form @param {string} words */
function say(form, words) {
  const place = form.querySelector("[data-trouble]");
  const text = place?.querySelector("p");
  if (text) text.textContent = words;
  place?.toggleAttribute("hidden", !words);
}

/**
 * @param {HTMLFormElement} form
 * @param {HTMLInputElement} field
 * @param {HTMLButtonElement} button
 */
async function fill(form, field, button) {
  if (button.ariaDisabled === "true") return;
  say(form, "");
  // Not `disabled`, which would lose the focus.
  button.ariaDisabled = "true";
  try {
    const credential = await ask(form);
    if (!(credential instanceof PublicKeyCredential)) throw new Error("no credential");
    field.value = JSON.stringify(credential.toJSON());
    form.submit();
  } catch (error) {
    say(form, sentence(error));
    button.ariaDisabled = null;
  }
}

/** Why there are no passkeys here at all; empty where there are. */
function lacking() {
  if (!isSecureContext) return INSECURE;
  const known = typeof PublicKeyCredential === "function";
  return known && "parseRequestOptionsFromJSON" in PublicKeyCredential ? "" : NEWER;
}

for (const form of document.querySelectorAll("form[data-passkey]")) {
  if (!(form instanceof HTMLFormElement)) continue;
  const field = form.elements.namedItem("credential");
  const button = form.querySelector("button");
  if (!(field instanceof HTMLInputElement && button)) continue;
  // Without this script it would send an empty form.
  button.disabled = false;
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    if (lacking()) say(form, lacking());
    else fill(form, field, button);
  });
}

// A page that comes back from the browser's memory has a button that was pressed.
addEventListener("pageshow", ({ persisted }) => {
  if (!persisted) return;
  for (const button of document.querySelectorAll("form[data-passkey] button"))
    button.ariaDisabled = null;
});
