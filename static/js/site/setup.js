/** Takes the setup token out of the link's fragment into the form; no server ever logs it there. */

const FORM = "form[data-setup]";
const KEY = "parley.setup";

const field = document.querySelector(`${FORM} input[name="token"]`);
const token = location.hash.slice(1) || sessionStorage.getItem(KEY);
if (field instanceof HTMLInputElement && token) {
  field.value = token;
  // A form that comes back with a mistake has lost the fragment.
  sessionStorage.setItem(KEY, token);
  history.replaceState(null, "", location.pathname);
}
