/**
 * Perfect negotiation (W3C WebRTC, 10.7) over one RTCPeerConnection: either end may offer at any
 * time, and when both do, the impolite end's offer wins.
 *
 * @import { Description, Signal } from "../signaling/messages.js"
 */

export class Negotiator {
  #pc;
  #polite;
  #send;
  #makingOffer = false;
  #settingAnswer = false;
  /** @type {RTCIceCandidateInit[]} candidates that came before any description */
  #early = [];

  /**
   * @param {RTCPeerConnection} pc
   * @param {{polite: boolean, send: (signal: Signal) => void}} role
   */
  constructor(pc, { polite, send }) {
    this.#pc = pc;
    this.#polite = polite;
    this.#send = send;
    pc.addEventListener("negotiationneeded", () => this.#offer());
    pc.addEventListener("icecandidate", ({ candidate }) => {
      if (candidate) send({ type: "ice", data: candidate.toJSON() });
    });
  }

  /**
   * @param {Signal} signal
   * @param {() => void} [prepareAnswer] runs between an offer and the answer to it
   */
  async receive(signal, prepareAnswer) {
    if (signal.type === "ice") return this.#addCandidate(signal.data);
    const isOffer = signal.type === "offer";
    if (isOffer && !this.#polite && !this.#readyForOffer) return;
    if (!isOffer && this.#pc.signalingState !== "have-local-offer") return;
    this.#settingAnswer = !isOffer;
    try {
      await this.#pc.setRemoteDescription(signal.data);
    } finally {
      this.#settingAnswer = false;
    }
    for (const candidate of this.#early.splice(0)) await this.#addCandidate(candidate);
    if (!isOffer) return;
    prepareAnswer?.();
    await this.#describe();
  }

  /** Take back an offer that nobody answered. */
  async rollback() {
    if (this.#pc.signalingState !== "have-local-offer") return;
    try {
      await this.#pc.setLocalDescription({ type: "rollback" });
    } catch (error) {
      // Their answer or their own offer was on its way in, and came first.
      if (!(error instanceof DOMException) || error.name !== "InvalidStateError") throw error;
    }
  }

  get #readyForOffer() {
    if (this.#makingOffer) return false;
    return this.#pc.signalingState === "stable" || this.#settingAnswer;
  }

  async #offer() {
    this.#makingOffer = true;
    try {
      await this.#describe();
    } finally {
      this.#makingOffer = false;
    }
  }

  /** The browser knows whether an offer or an answer is due. */
  async #describe() {
    await this.#pc.setLocalDescription();
    const description = this.#pc.localDescription;
    if (!description || this.#pc.signalingState === "closed") return;
    const { type, sdp } = /** @type {Description} */ (description);
    this.#send({ type, data: { type, sdp } });
  }

  /** @param {RTCIceCandidateInit} candidate */
  async #addCandidate(candidate) {
    if (!this.#pc.remoteDescription) {
      this.#early.push(candidate);
      return;
    }
    try {
      await this.#pc.addIceCandidate(candidate);
    } catch (error) {
      // It belongs to an offer that was ignored or lost; that one's successor brings its own.
      if (!(error instanceof DOMException) || error.name !== "OperationError") throw error;
    }
  }
}
