/**
 * Who is to be heard: the loudness of my microphone, and who of all speaks.
 */

const SPEAKING_FROM = 0.02;
const SPEAKER_HELD = 5000;
const SILENT = 0.001;
const SILENT_FOR = 10_000;

/** The loudness of one microphone. */
export class Meter {
  #context;
  #analyser;
  #samples;
  /** @type {MediaStreamAudioSourceNode | null} */
  #source = null;
  /** @type {MediaStreamTrack | null} */
  #track = null;

  /** @param {AudioContext} context */
  constructor(context) {
    this.#context = context;
    this.#analyser = new AnalyserNode(context, { fftSize: 512 });
    this.#samples = new Float32Array(this.#analyser.fftSize);
  }

  /** @param {MediaStreamTrack | null} track */
  listen(track) {
    if (track === this.#track) return;
    this.#track = track;
    this.#source?.disconnect();
    this.#source = track && this.#context.createMediaStreamSource(new MediaStream([track]));
    this.#source?.connect(this.#analyser);
  }

  /** 0 to 1; null while there is nothing to measure. */
  get level() {
    if (!this.#source || this.#context.state !== "running") return null;
    this.#analyser.getFloatTimeDomainData(this.#samples);
    const power = this.#samples.reduce((sum, sample) => sum + sample * sample, 0);
    return Math.min(1, Math.sqrt(power / this.#samples.length));
  }
}

/** Who speaks, who is the loudest, and whether my microphone is dead. Knows no clock of its own. */
export class Voices {
  /** @type {string | null} */
  #speaker = null;
  #heldUntil = 0;
  #lastSound = 0;

  /**
   * @param {ReadonlyMap<string, number>} levels by peer, of all who are here
   * @param {number} now in ms
   */
  hear(levels, now) {
    if (this.#speaker !== null && !levels.has(this.#speaker)) {
      this.#speaker = null;
      this.#heldUntil = now;
    }
    const speaking = Array.from(levels).filter(([, level]) => level >= SPEAKING_FROM);
    const [loudest] = speaking.sort(([, a], [, b]) => b - a);
    const holds = speaking.some(([peer]) => peer === this.#speaker);
    if (holds) this.#heldUntil = now + SPEAKER_HELD;
    else if (loudest && now >= this.#heldUntil) {
      this.#speaker = loudest[0];
      this.#heldUntil = now + SPEAKER_HELD;
    }
    return { speaking: new Set(speaking.map(([peer]) => peer)), speaker: this.#speaker };
  }

  /**
   * Whether my microphone is on and yet brings nothing, not even the noise of a room.
   * @param {number | null} level null while it is off
   * @param {number} now in ms
   */
  isSilent(level, now) {
    if (level === null || level > SILENT) this.#lastSound = now;
    return now - this.#lastSound >= SILENT_FOR;
  }
}
