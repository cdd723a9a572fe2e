/**
 * How one connection does, in the few numbers that decide what it may carry. Browsers differ in
 * what they count, so each number may be missing.
 */

/**
 * @typedef {object} Vitals
 * @property {boolean} relayed
 * @property {number | null} captured frames a second that the camera gives
 * @property {number | null} sent frames a second that go out
 * @property {number | null} uplink bits a second that the path seems to bear
 */

/** @typedef {RTCStats & Partial<RTCOutboundRtpStreamStats & RTCIceCandidatePairStats> &
 *   {candidateType?: string}} Entry */

/**
 * @param {RTCPeerConnection} pc
 * @returns {Promise<Vitals>}
 */
export async function vitals(pc) {
  /** @type {Map<string, Entry>} */
  const entries = new Map();
  (await pc.getStats()).forEach((/** @type {Entry} */ entry) => {
    entries.set(entry.id, entry);
  });
  const all = Array.from(entries.values());
  const isVideo = (/** @type {Entry} */ { kind }) => kind === "video";
  const source = all.filter(({ type }) => type === "media-source").find(isVideo);
  const outbound = all.filter(({ type }) => type === "outbound-rtp").filter(isVideo);
  const path = all.find(({ type, nominated, state }) => {
    return type === "candidate-pair" && nominated && state === "succeeded";
  });
  const ends = [path?.localCandidateId, path?.remoteCandidateId];
  return {
    relayed: ends.some((id) => entries.get(id ?? "")?.candidateType === "relay"),
    captured: source?.framesPerSecond ?? null,
    sent: outbound.find(({ framesPerSecond }) => framesPerSecond)?.framesPerSecond ?? null,
    uplink: path?.availableOutgoingBitrate ?? null,
  };
}
