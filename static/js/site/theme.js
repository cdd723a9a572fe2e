/**
 * The theme: light, dark, or like the system ("auto"), kept in this browser.
 *
 * A classic script in the head, not a module: it runs before anything is drawn, so nothing flashes.
 */
{
  const KEY = "parley.theme";
  const root = document.documentElement;

  /** @returns {string} */
  const chosen = () => {
    try {
      return localStorage.getItem(KEY) ?? "auto";
    } catch {
      return "auto"; // the browser keeps nothing for this site
    }
  };

  /** @param {string} theme */
  const show = (theme) => {
    if (theme === "auto") delete root.dataset.theme;
    else root.dataset.theme = theme;
    for (const button of document.querySelectorAll("[data-theme-choice]"))
      button.setAttribute(
        "aria-pressed",
        String(button.getAttribute("data-theme-choice") === theme),
      );
  };

  // A page that came with a theme of its own keeps it.
  if (!root.dataset.theme) {
    show(chosen());
    document.addEventListener("DOMContentLoaded", () => show(chosen()));
    window.addEventListener("storage", ({ key }) => key === KEY && show(chosen()));
    document.addEventListener("click", ({ target }) => {
      const button = target instanceof Element ? target.closest("[data-theme-choice]") : null;
      const theme = button?.getAttribute("data-theme-choice");
      if (!theme) return;
      show(theme);
      try {
        localStorage.setItem(KEY, theme);
      } catch {
        // it holds for this page only
      }
    });
  }
}
