import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { Devices } from "../../static/js/media/devices.js";
import { FakeMediaDevices, FakeMediaStream } from "./fake-media.js";
import { settle } from "./settle.js";

/** @type {Record<string, PermissionState>} */
let permissions;

beforeEach(() => {
  permissions = { microphone: "prompt", camera: "prompt" };
  Object.assign(globalThis, { MediaStream: FakeMediaStream });
  const query = async (/** @type {{name: string}} */ { name }) => ({ state: permissions[name] });
  Object.defineProperty(globalThis, "navigator", {
    value: { permissions: { query } },
    configurable: true,
  });
});

/** @param {{audio?: boolean, video?: boolean, chosen?: object, saveData?: boolean}} [wishes] */
function build(wishes = {}) {
  const fake = new FakeMediaDevices();
  const all = { audio: true, video: true, saveData: false, chosen: {}, ...wishes };
  const devices = new Devices(fake.real, all);
  const statuses = () => [devices.media.microphone.status, devices.media.camera.status];
  return { fake, devices, statuses };
}

test("camera and microphone are asked for with one question", async () => {
  const { fake, devices, statuses } = build();
  const starting = devices.start();
  assert.deepEqual(statuses(), ["pending", "pending"]);
  await starting;
  assert.equal(fake.asked.length, 1);
  assert.deepEqual(statuses(), ["on", "on"]);
  assert.deepEqual([devices.media.audio, devices.media.video], [true, true]);
  assert.deepEqual(devices.media.devices.videoinput, [
    { deviceId: "front", label: "Front camera" },
  ]);
});

for (const [failure, state, status] of /** @type {const} */ ([
  ["NotAllowedError", "denied", "denied"],
  ["NotAllowedError", "granted", "blocked"],
  ["NotReadableError", "granted", "in-use"],
  ["NotFoundError", "prompt", "none"],
])) {
  test(`a camera that fails with ${failure} while ${state} is ${status}, the microphone works`, async () => {
    const { fake, devices, statuses } = build();
    fake.failures = { video: failure };
    permissions = { microphone: "granted", camera: state };
    await devices.start();
    assert.deepEqual(statuses(), ["on", status]);
    assert.deepEqual([devices.media.audio, devices.media.video], [true, false]);
  });
}

test("a question that was closed is not put again by itself, but on Try again", async () => {
  const { fake, devices, statuses } = build();
  fake.failures = { audio: "NotAllowedError", video: "NotAllowedError" };
  await devices.start();
  assert.deepEqual(statuses(), ["dismissed", "dismissed"]);
  assert.equal(fake.asked.length, 1);
  fake.failures = {};
  await devices.retry();
  assert.deepEqual(statuses(), ["on", "on"]);
});

test("Try again asks for the microphone also of whoever came in muted", async () => {
  const { fake, devices, statuses } = build({ audio: false, video: false });
  fake.failures = { audio: "NotReadableError" };
  await devices.start();
  assert.deepEqual(statuses(), ["in-use", "off"]);
  fake.failures = {};
  await devices.retry();
  assert.deepEqual(statuses(), ["off", "off"]);
  assert.equal(devices.tracks.microphone?.enabled, false);
});

test("a page that is not secure has neither", async () => {
  const wishes = { audio: true, video: true, saveData: false, chosen: {} };
  const devices = new Devices(undefined, wishes);
  await devices.start();
  const { microphone, camera } = devices.media;
  assert.deepEqual([microphone.status, camera.status], ["insecure", "insecure"]);
});

test("a muted microphone stays open, a camera that is off does not", async () => {
  const { fake, devices, statuses } = build();
  await devices.start();
  const { microphone } = devices.tracks;
  await devices.setMicrophone(false);
  assert.deepEqual([microphone?.enabled, microphone?.readyState], [false, "live"]);
  await devices.setCamera(false);
  assert.equal(fake.tracks[1]?.readyState, "ended");
  assert.deepEqual([devices.tracks.camera, devices.media.stream], [null, null]);
  assert.deepEqual(statuses(), ["off", "off"]);
  await devices.setMicrophone(true);
  await devices.setCamera(true);
  assert.deepEqual(statuses(), ["on", "on"]);
  assert.equal(devices.tracks.microphone, microphone);
});

test("whoever was muted before comes back muted, and without a camera question", async () => {
  const { fake, devices } = build({ audio: false, video: false });
  await devices.start();
  assert.equal(devices.tracks.microphone?.enabled, false);
  assert.equal(fake.asked[0]?.video, false);
});

test("a camera that is turned off while it is asked for is let go when it comes", async () => {
  const { fake, devices, statuses } = build({ audio: false });
  const starting = devices.start();
  await devices.setCamera(false);
  await starting;
  const [camera] = fake.tracks.filter(({ kind }) => kind === "video");
  assert.equal(camera?.readyState, "ended");
  assert.deepEqual(statuses(), ["off", "off"]);
});

test("a press while the camera is asked for takes the wish back", async () => {
  const { fake, devices, statuses } = build({ video: false });
  await devices.start();
  const press = () => devices.setCamera(!devices.media.wished.video);
  const first = press();
  assert.deepEqual([devices.media.wished.video, devices.media.video], [true, false]);
  await Promise.all([first, press()]);
  assert.equal(fake.asked.length, 2);
  assert.equal(fake.tracks[1]?.readyState, "ended");
  assert.deepEqual([devices.media.wished.video, devices.tracks.camera], [false, null]);
  assert.deepEqual(statuses(), ["on", "off"]);
});

test("presses while the microphone is asked for put no second question", async () => {
  const { fake, devices } = build({ video: false });
  const starting = devices.start();
  const press = () => devices.setMicrophone(!devices.media.wished.audio);
  for (const wished of [false, true, false]) {
    await press();
    assert.equal(devices.media.wished.audio, wished);
  }
  await starting;
  assert.equal(fake.asked.length, 1);
  assert.equal(devices.tracks.microphone?.enabled, false);
});

test("a camera that is refused is not wished for any more, so that a press asks again", async () => {
  const { fake, devices } = build();
  fake.failures = { video: "NotReadableError" };
  await devices.start();
  assert.deepEqual(devices.media.wished, { audio: true, video: false });
});

test("whoever lets go of everything says so", async () => {
  const { devices } = build();
  await devices.start();
  let tracks = devices.tracks;
  devices.addEventListener("change", () => {
    tracks = devices.tracks;
  });
  devices.stop();
  assert.deepEqual(tracks, { microphone: null, camera: null });
});

test("another device takes over, and the old one is let go", async () => {
  const { fake, devices } = build();
  await devices.start();
  await devices.choose("videoinput", "front");
  await devices.choose("audiooutput", "speaker");
  assert.equal(devices.media.camera.deviceId, "front");
  assert.equal(devices.media.speakerId, "speaker");
  assert.equal(fake.tracks[1]?.readyState, "ended");
  assert.deepEqual(devices.wishes.chosen, { videoinput: "front", audiooutput: "speaker" });
});

test("saving data changes the running camera", async () => {
  const { fake, devices } = build();
  await devices.start();
  await devices.setSaveData(true);
  assert.deepEqual(fake.tracks[1]?.constraints, {
    width: { ideal: 320 },
    height: { ideal: 180 },
    frameRate: { ideal: 10 },
  });
});

test("a camera that cannot save data goes on, and the choice holds for the next", async () => {
  const { fake, devices } = build();
  await devices.start();
  const [, camera] = fake.tracks;
  assert.ok(camera);
  camera.applyConstraints = async () => {
    throw new DOMException("no such mode", "OverconstrainedError");
  };
  await devices.setSaveData(true);
  assert.deepEqual([devices.wishes.saveData, camera.readyState], [true, "live"]);
});

test("a microphone that cannot be had leaves the one in use as it was", async () => {
  const { fake, devices, statuses } = build();
  await devices.start();
  fake.failures = { audio: "NotReadableError" };
  await devices.choose("audioinput", "broken");
  assert.deepEqual(statuses(), ["on", "on"]);
  assert.equal(devices.tracks.microphone?.readyState, "live");
});

test("a request that failed says nothing once a newer one is under way", async () => {
  const { fake, devices, statuses } = build({ audio: false });
  fake.failures = { audio: "NotReadableError", video: "NotReadableError" };
  const starting = devices.start();
  await devices.setCamera(false);
  await starting;
  assert.deepEqual(statuses(), ["in-use", "off"]);
});

test("when a device is pulled out the next one is asked for", async () => {
  const { fake, devices, statuses } = build();
  await devices.start();
  fake.failures = { video: "NotFoundError" };
  fake.tracks[1]?.ends();
  await settle();
  assert.deepEqual(statuses(), ["on", "none"]);
  fake.failures = {};
  fake.dispatchEvent(new Event("devicechange"));
  await settle();
  assert.deepEqual(statuses(), ["on", "on"]);
});
