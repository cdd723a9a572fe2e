/**
 * How much each link of a mesh may carry: everyone sends to everyone, so more people means less
 * for each.
 */

export const AUDIO_BITRATE = 32_000;

// For 2, 3, 4, 5 and 6 people.
const VIDEO_BITRATES = [1_500_000, 800_000, 500_000, 350_000, 250_000];
const VIDEO_BITRATE_BEYOND = 150_000;
const RELAYED_TOGETHER = 1_000_000;

const HEIGHTS = [
  { above: 1_200_000, height: 720 },
  { above: 600_000, height: 540 },
  { above: 300_000, height: 360 },
  { above: 200_000, height: 270 },
];
const LEAST_HEIGHT = 180;

/**
 * What the video of one link may take, in bits per second.
 * @param {object} call
 * @param {number} call.people in the call, myself included
 * @param {boolean} [call.speaking] whether I hold the floor: then mine is the picture to look at
 * @param {number} [call.relayed] how many of my links go through a relay, when this one does
 */
export function videoBitrate({ people, speaking = false, relayed = 0 }) {
  const rank = Math.max(0, people - 2 - (speaking ? 1 : 0));
  const fair = VIDEO_BITRATES[rank] ?? VIDEO_BITRATE_BEYOND;
  return relayed ? Math.min(fair, Math.floor(RELAYED_TOGETHER / relayed)) : fair;
}

/**
 * The tallest picture that a bitrate can fill without blocks.
 * @param {number} bitrate
 */
export function heightFor(bitrate) {
  return HEIGHTS.find(({ above }) => bitrate > above)?.height ?? LEAST_HEIGHT;
}
