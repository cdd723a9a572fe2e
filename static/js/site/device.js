/** On every page of someone who is signed in: this browser has a key, and the server knows it. */

import { problemOf } from "../device/dpop.js";
import { Device } from "../device/registration.js";
import { csrfToken } from "./csrf.js";

/** @param {string} name */
function fact(name) {
  return document.querySelector(`meta[name="${name}"]`)?.getAttribute("content") ?? "";
}

export const device = new Device({
  user: fact("user"),
  registered: fact("device-key"),
  nonce: fact("dpop-nonce"),
  csrfToken: csrfToken(),
  origin: location.origin,
});

/** Where devices are listed one is told that this one has lost its key: `[data-key-lost]`. */
async function introduce() {
  const refusal = await device.ensure();
  if (refusal && (await problemOf(refusal)).code === "fresh_sign_in")
    document.querySelector("[data-key-lost]")?.removeAttribute("hidden");
}

introduce().catch(() => {
  // Nothing here needs it: the next page tries again, and a call says what is missing.
});
