/**
 * What is to be heard: how loud I am, who speaks, and a tone to test the speaker with.
 *
 * @import { Call } from "./call.js"
 * @import { Event as CallEvent, State } from "./types.js"
 */

import { Meter, Voices } from "../media/level.js";

const LISTEN_EVERY = 100;
const NOTES = [523.25, 659.25, 783.99];
const NOTE_LASTS = 0.25;

/**
 * @typedef {object} Parts
 * @property {() => State} state
 * @property {(event: CallEvent) => void} dispatch
 * @property {Pick<Call, "levels" | "speak">} call
 */

export class Sound {
  #context = new AudioContext();
  #meter = new Meter(this.#context);
  #voices = new Voices();
  #state;
  #dispatch;
  #call;
  #hearing;

  /** @param {Parts} parts */
  constructor({ state, dispatch, call }) {
    this.#state = state;
    this.#dispatch = dispatch;
    this.#call = call;
    this.#hearing = setInterval(() => this.#hear(), LISTEN_EVERY);
  }

  /** @param {MediaStreamTrack | null} microphone */
  listen(microphone) {
    this.#meter.listen(microphone);
  }

  /** Browsers let nothing sound before the person has done something. */
  unlock() {
    if (this.#context.state === "suspended") this.#context.resume();
  }

  async test() {
    this.unlock();
    const output = this.#context.createMediaStreamDestination();
    const player = new Audio();
    player.srcObject = output.stream;
    const last = NOTES.map((frequency, index) => this.#note(frequency, index, output)).at(-1);
    last?.addEventListener("ended", () => {
      player.pause();
      player.srcObject = null;
    });
    const { speakerId } = this.#state().media;
    // A speaker that was unplugged: the tones come from where the sound goes without a choice.
    if (speakerId && "setSinkId" in player) await player.setSinkId(speakerId).catch(() => {});
    // Refused, or over before it began: silence is what the test shows then.
    await player.play().catch(() => {});
  }

  /**
   * @param {number} frequency
   * @param {number} index
   * @param {AudioNode} output
   */
  #note(frequency, index, output) {
    const start = this.#context.currentTime + index * NOTE_LASTS;
    const tone = new OscillatorNode(this.#context, { frequency });
    const volume = new GainNode(this.#context, { gain: 0 });
    volume.gain.setTargetAtTime(0.2, start, 0.02);
    volume.gain.setTargetAtTime(0, start + NOTE_LASTS - 0.05, 0.02);
    tone.connect(volume).connect(output);
    tone.start(start);
    tone.stop(start + NOTE_LASTS);
    return tone;
  }

  #stop() {
    clearInterval(this.#hearing);
    this.#context.close();
  }

  #hear() {
    const { media, phase } = this.#state();
    if (phase === "over") return this.#stop();
    const now = Date.now();
    const mine = media.audio ? this.#meter.level : null;
    this.#measure(mine, now);
    if (phase === "call") this.#compare(mine ?? 0, now);
  }

  /**
   * @param {number | null} mine
   * @param {number} now
   */
  #measure(mine, now) {
    const { media, silentMicrophone } = this.#state();
    const level = shown(mine ?? 0);
    if (level !== media.level) this.#dispatch({ type: "media", values: { level } });
    const silent = this.#voices.isSilent(mine, now);
    if (silent === silentMicrophone) return;
    this.#dispatch({ type: "changed", values: { silentMicrophone: silent } });
  }

  /**
   * @param {number} mine
   * @param {number} now
   */
  #compare(mine, now) {
    const { self, peers, speaker } = this.#state();
    const levels = this.#call.levels();
    if (self.peer) levels.set(self.peer, mine);
    const heard = this.#voices.hear(levels, now);
    const same = peers.every(({ peer, speaking }) => speaking === heard.speaking.has(peer));
    if (same && heard.speaker === speaker) return;
    this.#dispatch({ type: "voices", ...heard });
    this.#call.speak(heard.speaker === self.peer);
  }
}

/**
 * Ears hear by ratios: a square root makes quiet speech visible. Steps spare the page renders.
 * @param {number} level
 */
function shown(level) {
  return Math.round(Math.min(1, Math.sqrt(level * 2)) * 20) / 20;
}
