// Resolves at the moment when exactly one other person is here, by this name, and they are seen.
(name) =>
  new Promise((resolve) => {
    const look = () => {
      const tiles = [...document.querySelectorAll("[data-peer]")];
      if (tiles.length !== 1 || tiles[0].getAttribute("aria-label") !== name) return;
      if (!tiles[0].checkVisibility()) return;
      watch.disconnect();
      resolve();
    };
    const watch = new MutationObserver(look);
    watch.observe(document, { attributes: true, childList: true, subtree: true });
    look();
  });
