/**
 * What every part of the call page is given: the page's facts, what people may do, and icons.
 *
 * @import { DeviceKind, Page, State } from "../call/types.js"
 * @import { TemplateResult } from "../../vendor/lit-html/lit-html.js"
 */

/**
 * @typedef {object} Actions the deeds of the page; each changes the state and never throws
 * @property {() => void} join
 * @property {() => void} leave
 * @property {() => void} toggleMicrophone
 * @property {() => void} toggleCamera
 * @property {() => void} toggleHand
 * @property {(kind: DeviceKind, deviceId: string) => void} chooseDevice
 * @property {() => void} retryMedia
 * @property {(on: boolean) => void} setSaveData
 * @property {() => void} testSpeaker
 * @property {() => void} playbackFailed the browser refused to play before a click
 * @property {() => void} unlockPlayback
 * @property {(peer: string) => void} retryPeer
 * @property {(locked: boolean) => void} setLocked
 * @property {() => void} endCall for all
 * @property {(panel: State["panel"]) => void} openPanel
 * @property {(layout: State["layout"]) => void} setLayout
 * @property {(peer: string | null) => void} pin
 * @property {() => void} dismissProblem
 * @property {() => void} dismissMissing
 * @property {() => void} comeBack into a call that is over for this page
 *
 * @typedef {object} Ui
 * @property {Page} page
 * @property {Actions} actions
 * @property {(name: string) => TemplateResult} icon
 * @property {() => void} refresh renders again after something that only the view knows
 */

export {};
