/**
 * What one end notes of its connection to another, and tells the server when it is over. There is
 * no time then to ask the browser: what is told was seen within the last two seconds.
 */

const MOST_ERRORS = 16;
const MOST_RESTARTS = 1000;
const A_DAY = 24 * 60 * 60 * 1000;

/**
 * @typedef {object} Said
 * @property {RTCPeerConnectionState} state
 * @property {string} [local_type] of the chosen path; none where there was none
 * @property {string} [remote_type]
 * @property {string} [protocol]
 * @property {number | null} setup_ms null where it was never up
 * @property {number} restarts
 * @property {number[]} ice_errors
 * @property {number} bytes_sent
 * @property {number} bytes_received
 *
 * @typedef {Said & {reporter: string, about: string}} Report
 *
 * @typedef {RTCStats & Partial<RTCIceCandidatePairStats & RTCTransportStats> &
 *   {candidateType?: string, protocol?: string, relayProtocol?: string}} Entry
 * @typedef {Pick<Said, "local_type" | "remote_type" | "protocol">} Path
 */

export class Notes {
  #begun = Date.now();
  /** @type {number | null} */
  #setup = null;
  #restarts = 0;
  /** @type {Set<number>} */
  #errors = new Set();
  /** @type {RTCPeerConnection | null} */
  #pc = null;
  /** @type {Path} */
  #path = {};
  #bytes = { sent: 0, received: 0 };
  #bytesBefore = { sent: 0, received: 0 };

  /** From now on the other one is waited for. */
  begin() {
    this.#begun = Date.now();
  }

  /** @param {RTCPeerConnection} pc the connection of the pair from now on */
  follow(pc) {
    this.#pc = pc;
    this.#bytesBefore.sent += this.#bytes.sent;
    this.#bytesBefore.received += this.#bytes.received;
    this.#bytes = { sent: 0, received: 0 };
    pc.addEventListener("connectionstatechange", () => {
      if (pc !== this.#pc || pc.connectionState !== "connected") return;
      // Clocks are set right, backwards too.
      this.#setup ??= Math.min(Math.max(Date.now() - this.#begun, 0), A_DAY);
      this.look();
    });
    pc.addEventListener("icecandidateerror", ({ errorCode }) => {
      const isKnown = errorCode >= 300 && errorCode < 800;
      if (isKnown && this.#errors.size < MOST_ERRORS) this.#errors.add(errorCode);
    });
  }

  /** Something had to be done about a connection that was not up. */
  mended() {
    this.#restarts = Math.min(this.#restarts + 1, MOST_RESTARTS);
  }

  /** See which way it goes, and how much went there. */
  async look() {
    const pc = this.#pc;
    if (pc?.connectionState !== "connected") return;
    /** @type {Map<string, Entry>} */
    const entries = new Map();
    (await pc.getStats()).forEach((/** @type {Entry} */ entry) => {
      entries.set(entry.id, entry);
    });
    if (pc !== this.#pc) return;
    this.#path = pathIn(entries) ?? this.#path;
    this.#bytes = bytesIn(entries);
  }

  /** @returns {Said} */
  get said() {
    return {
      state: this.#pc?.connectionState ?? "new",
      ...this.#path,
      setup_ms: this.#setup,
      restarts: this.#restarts,
      ice_errors: [...this.#errors],
      bytes_sent: this.#bytesBefore.sent + this.#bytes.sent,
      bytes_received: this.#bytesBefore.received + this.#bytes.received,
    };
  }
}

/**
 * @param {string | null | undefined} url
 * @param {string} csrfToken
 * @returns {(report: Report) => void}
 */
export function reportOffice(url, csrfToken) {
  return (report) => {
    if (!url) return;
    fetch(url, {
      method: "POST",
      headers: { "Content-Type": "application/json", "X-CSRFToken": csrfToken },
      body: JSON.stringify(report),
      // The page may be on its way out.
      keepalive: true,
    }).catch(() => {
      // The history then knows what the other end says, and nobody here waits for it.
    });
  };
}

/**
 * @param {Map<string, Entry>} entries
 * @returns {Path | null}
 */
function pathIn(entries) {
  const all = Array.from(entries.values());
  const transport = all.find(({ type }) => type === "transport");
  const chosen =
    entries.get(transport?.selectedCandidatePairId ?? "") ??
    all.find((entry) => {
      return entry.type === "candidate-pair" && entry.nominated && entry.state === "succeeded";
    });
  const local = entries.get(chosen?.localCandidateId ?? "");
  const remote = entries.get(chosen?.remoteCandidateId ?? "");
  if (!local?.candidateType || !remote?.candidateType) return null;
  const protocol = local.relayProtocol ?? local.protocol;
  return {
    local_type: local.candidateType,
    remote_type: remote.candidateType,
    ...(protocol && { protocol }),
  };
}

/** @param {Map<string, Entry>} entries over all paths of the connection */
function bytesIn(entries) {
  const all = Array.from(entries.values());
  const transports = all.filter(({ type }) => type === "transport");
  const isCounted = transports.some(({ bytesSent }) => bytesSent !== undefined);
  const counted = isCounted ? transports : all.filter(({ type }) => type === "candidate-pair");
  const bytes = { sent: 0, received: 0 };
  for (const { bytesSent = 0, bytesReceived = 0 } of counted) {
    bytes.sent += bytesSent;
    bytes.received += bytesReceived;
  }
  return bytes;
}
