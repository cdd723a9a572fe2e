/** Buttons that copy a field or a text: `<button data-copy="its id" data-copied="what it then says">`. */

const SHOWN_MS = 2000;

/** @param {HTMLButtonElement} button */
async function copy(button) {
  // It has just been copied: what it says now is no label to keep.
  if (button.ariaDisabled === "true") return;
  const field = document.getElementById(button.dataset.copy ?? "");
  if (!field) return;
  if (field instanceof HTMLInputElement) field.select();
  else getSelection()?.selectAllChildren(field);
  try {
    await navigator.clipboard.writeText(
      field instanceof HTMLInputElement ? field.value : (field.textContent ?? ""),
    );
  } catch {
    return; // not allowed here: it is selected, one key copies it
  }
  const label = button.querySelector("span") ?? button;
  const before = label.textContent;
  label.textContent = button.dataset.copied ?? "Copied";
  button.ariaDisabled = "true";
  setTimeout(() => {
    label.textContent = before;
    button.ariaDisabled = null;
  }, SHOWN_MS);
}

for (const button of document.querySelectorAll("button[data-copy]"))
  if (button instanceof HTMLButtonElement) button.addEventListener("click", () => copy(button));
