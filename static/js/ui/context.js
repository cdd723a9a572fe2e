/**
 * What every part of the call page is given: the page's facts, what people may do, and icons.
 *
 * @import { DeviceKind, Page, PersonalDeed, State } from "../call/types.js"
 * @import { TemplateResult } from "../../vendor/lit-html/lit-html.js"
 * @import { Menu } from "./menu.js"
 * @import { Asked } from "./question.js"
 */

/**
 * @typedef {object} Actions the deeds of the page; each changes the state and never throws
 * @property {() => void} join
 * @property {() => void} leave
 * @property {() => void} stopWaiting to be let in
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
 * @property {(user: number) => void} admit who knocks
 * @property {(user: number) => void} deny who knocks
 * @property {(deed: PersonalDeed, user: number) => void} doTo somebody inside
 * @property {(panel: State["panel"]) => void} openPanel
 * @property {(layout: State["layout"]) => void} setLayout
 * @property {(peer: string | null) => void} pin
 * @property {(text: string) => void} write to everyone in the room
 * @property {(id: string) => void} writeAgain what was not taken
 * @property {() => Promise<void>} readEarlier
 * @property {() => void} readNewest one has looked at all that is here
 * @property {() => void} dismissProblem
 * @property {() => void} dismissMissing
 * @property {() => void} dismissHoldNews
 * @property {() => void} lookAgain whether the door is open by now
 * @property {() => void} comeBack into a call that is over for this page
 *
 * @typedef {object} Ui
 * @property {Page} page
 * @property {Actions} actions
 * @property {(name: string) => TemplateResult} icon
 * @property {(question: Asked) => void} ask before a deed that hurts
 * @property {Menu} menu of what one may do to a person
 * @property {() => void} refresh renders again after something that only the view knows
 */

export {};
