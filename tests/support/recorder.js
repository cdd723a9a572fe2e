// Runs before every page's own scripts: keeps what the page makes, so that a test may look at it.
(() => {
  const seen = { connections: [], offers: 0 };
  Object.defineProperty(window, "seen", { value: seen });

  const Connection = window.RTCPeerConnection;
  if (!Connection) return;
  window.RTCPeerConnection = class RTCPeerConnection extends Connection {
    constructor(configuration) {
      super({ ...configuration, ...window.forced });
      seen.connections.push(this);
    }

    setConfiguration(configuration) {
      super.setConfiguration({ ...configuration, ...window.forced });
    }

    async setLocalDescription(description) {
      await super.setLocalDescription(description);
      if (this.localDescription?.type === "offer") seen.offers += 1;
    }
  };
})();
