/**
 * Questions before a deed. By themselves they are popovers, which leave the page behind them within
 * reach; here they become dialogs that must be answered first.
 */

/** @param {HTMLDialogElement} dialog */
function makeModal(dialog) {
  // Its buttons do nothing of their own any more.
  dialog.removeAttribute("popover");
  for (const button of document.querySelectorAll(`[popovertarget="${dialog.id}"]`)) {
    const closes = button.getAttribute("popovertargetaction") === "hide";
    button.addEventListener("click", () => (closes ? dialog.close() : dialog.showModal()));
  }
  // One that came open, with what was typed into it and refused.
  if (!dialog.open) return;
  dialog.close();
  dialog.showModal();
}

for (const dialog of document.querySelectorAll("dialog[popover]"))
  if (dialog instanceof HTMLDialogElement) makeModal(dialog);
