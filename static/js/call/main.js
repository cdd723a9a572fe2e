/**
 * The call page: makes the parts, and joins them to the page and the person before it.
 *
 * @import { Source } from "../media/refusal.js"
 * @import { Actions } from "../ui/context.js"
 * @import { Event as CallEvent, OverReason, Page, Plain, State } from "./types.js"
 */

import { Devices } from "../media/devices.js";
import { permission } from "../media/refusal.js";
import { reportOffice } from "../rtc/report.js";
import { ticketOffice } from "../signaling/tickets.js";
import { csrfToken } from "../site/csrf.js";
import { device } from "../site/device.js";
import { endingOf } from "../ui/endings.js";
import { isTrouble } from "../ui/words.js";
import { Call } from "./call.js";
import { Door } from "./door.js";
import { Drawing } from "./drawing.js";
import { Host } from "./host.js";
import { followDeparture, followNetwork, followVisibility, WakeLock } from "./lifecycle.js";
import { Lobby } from "./lobby.js";
import { Memory } from "./memory.js";
import { Post } from "./post.js";
import { RoomApi } from "./room-api.js";
import { Sound } from "./sound.js";
import { initialState, reduce } from "./state.js";
import { createView } from "./view.js";

/** @type {Page} */
const page = JSON.parse(element("#page", HTMLElement).textContent);
// After these one shows who one is, and comes back to where one was.
const ASKED = new Set(["signed_out", "fresh_sign_in"]);
const CALLING = new Set(["joining", "waiting", "call"]);

const memory = new Memory(page.room.slug, page.self.user);
const { preferences } = memory;
const { audio = true, video = true } = memory.visit;

let state = { ...initialState(page, memory.unsent), saveData: preferences.saveData };
let comingBack = false;

const devices = new Devices(navigator.mediaDevices, { audio, video, ...preferences });
const call = new Call({
  devices,
  dispatch,
  state: () => state,
  ticket: ticketOffice(`${page.urls.api}tickets/`, device),
  open: (url, protocols) => new WebSocket(url, protocols),
  createConnection: (configuration) => new RTCPeerConnection(configuration),
  report: reportOffice(`${page.urls.api}reports/`, csrfToken()),
});
const sound = new Sound({ dispatch, state: () => state, call });
const wakeLock = new WakeLock();
const api = new RoomApi(page.urls.api, csrfToken());
const host = new Host(api, change);
const lobby = new Lobby(api, change, () => state);
const door = new Door(api, dispatch, () => state);
const post = new Post({
  url: `${page.urls.api}messages/`,
  send: (frame) => call.say(frame),
  dispatch: (what) => dispatch({ type: "chat", what }),
  state: () => state,
});

/** @type {Actions} */
const actions = {
  join: () => call.join(),
  leave: () => call.leave(),
  async stopWaiting() {
    if (await door.withdraw()) call.standDown();
  },
  async toggleMicrophone() {
    if (state.muted) return change({ holdNews: "muted" });
    change({ missing: null, holdNews: null });
    await devices.setMicrophone(!devices.media.wished.audio);
    miss("microphone");
  },
  async toggleCamera() {
    change({ missing: null });
    await devices.setCamera(!devices.media.wished.video);
    miss("camera");
  },
  toggleHand() {
    change({ hand: !state.hand });
    call.tell();
  },
  async chooseDevice(kind, deviceId) {
    await devices.choose(kind, deviceId);
    memory.preferences = devices.wishes;
  },
  retryMedia: () => devices.retry(),
  async setSaveData(saveData) {
    change({ saveData });
    await devices.setSaveData(saveData);
    memory.preferences = devices.wishes;
  },
  testSpeaker: () => sound.test(),
  playbackFailed: () => change({ playbackBlocked: true }),
  unlockPlayback() {
    sound.unlock();
    change({ playbackBlocked: false });
  },
  retryPeer: (peer) => call.retry(peer),
  setLocked: (locked) => host.setLocked(locked),
  endCall: () => host.endCall(),
  admit: (user) => host.admit(user),
  deny: (user) => host.deny(user),
  doTo: (deed, user) => host.doTo(deed, user),
  openPanel: (panel) => change({ panel }),
  setLayout: (layout) => change({ layout }),
  pin: (pinned) => change({ pinned }),
  write: (text) => post.write(text),
  writeAgain: (id) => dispatch({ type: "chat", what: { type: "again", id } }),
  readEarlier: () => post.askEarlier(),
  readNewest: () => dispatch({ type: "chat", what: { type: "seen" } }),
  dismissProblem: () => change({ problem: null }),
  dismissMissing: () => change({ missing: null }),
  dismissHoldNews: () => change({ holdNews: null }),
  lookAgain: () => location.reload(),
  comeBack() {
    comingBack = true;
    location.reload();
  },
};

const view = createView(element("#call", HTMLElement), page, actions);
const drawing = new Drawing(draw);

devices.addEventListener("change", () => sound.listen(devices.tracks.microphone));
addEventListener("pointerdown", () => sound.unlock());
addEventListener("keydown", () => sound.unlock());
followNetwork(call, dispatch);
followVisibility(call);
followDeparture(call, remember);
open();

async function open() {
  const ready = call.open();
  // Whoever knocked goes on waiting.
  if (page.waiting) return call.join();
  if (!memory.wasInside || state.entry !== "open") return;
  // A question about the camera is answered before anybody is joined behind one's back.
  if ((await permission("microphone")) !== "granted") return;
  await ready;
  call.join();
}

/** @param {CallEvent} event */
function dispatch(event) {
  const before = state;
  state = reduce(state, event);
  drawing.request();
  post.follow();
  if (state.chat.unsent !== before.chat.unsent) memory.unsent = state.chat.unsent;
  if (state.muted && !before.muted) devices.setMicrophone(false);
  if (event.type === "received") {
    lobby.follow(event.frame, before, state);
    door.follow(event.frame);
  }
  if (event.type === "over") ended(event.reason, before.phase);
}

/**
 * @param {OverReason} reason
 * @param {State["phase"]} before
 */
function ended(reason, before) {
  lobby.stop();
  // Where no way leads back, nothing is to come out of a drawer one day.
  if (endingOf(reason, state).again === null && !ASKED.has(reason)) memory.unsent = [];
  comingBack = ASKED.has(reason) && (before !== "preview" || memory.wasInside);
  // Before the call nothing is lost by going there at once; in it, one is told first.
  if (reason === "fresh_sign_in" && before !== "call") location.replace(page.urls.reauthenticate);
}

function draw() {
  wakeLock.follow(state.phase === "call" && !document.hidden);
  view.render(state);
}

/** @param {Partial<Plain>} values */
function change(values) {
  dispatch({ type: "changed", values });
}

/**
 * A press that brought nothing must say why.
 * @param {Source} source
 */
function miss(source) {
  if (state.phase === "call" && isTrouble(state.media[source].status)) change({ missing: source });
}

function remember() {
  const inCall = comingBack || CALLING.has(state.phase);
  memory.visit = { ...devices.wishes, inCall, comingBack, at: Date.now() };
}

/**
 * @template {Element} T
 * @param {string} selector
 * @param {new () => T} Kind
 */
function element(selector, Kind) {
  const found = document.querySelector(selector);
  if (found instanceof Kind) return found;
  throw new Error(`The page lacks ${selector}`);
}
