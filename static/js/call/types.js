/**
 * The words of the call: what its state holds, and what happens to it.
 *
 * @import { Source } from "../media/refusal.js"
 * @import { ServerFrame, Showing } from "../signaling/messages.js"
 */

/**
 * @typedef {"pending" | "on" | "off" | "denied" | "dismissed" | "blocked" | "in-use" | "none"
 *   | "insecure"} CaptureStatus
 * @typedef {{status: CaptureStatus, deviceId: string | null}} Capture
 * @typedef {{audio: boolean, video: boolean}} Wished
 * @typedef {{deviceId: string, label: string}} Device
 * @typedef {"audioinput" | "videoinput" | "audiooutput"} DeviceKind
 * @typedef {"connecting" | "up" | "reconnecting" | "failed"} Link
 * @typedef {"left" | "removed" | "ended" | "replaced" | "full" | "locked" | "signed_out" | "gone"
 *   | "fresh_sign_in" | "insecure" | "no_storage" | "error"} OverReason
 * @typedef {{code: string, text: string}} Problem
 * @typedef {"lock" | "end"} Deed
 *
 * @typedef {{slug: string, name: string, capacity: number, locked: boolean}} Room
 * @typedef {{user: number, name: string, role: string}} Self
 *
 * @typedef {object} Media
 * @property {boolean} audio wanted and on
 * @property {boolean} video wanted and on
 * @property {Wished} wished on or on its way: what a press turns off
 * @property {Capture} microphone
 * @property {Capture} camera
 * @property {MediaStream | null} stream my own picture, to be shown muted
 * @property {number} level of the microphone, 0 to 1
 * @property {Record<DeviceKind, Device[]>} devices
 * @property {string | null} speakerId
 *
 * @typedef {object} Peer
 * @property {string} peer
 * @property {number} user
 * @property {string} name
 * @property {string} role
 * @property {Showing} state
 * @property {boolean} away its socket is gone, its seat is held
 * @property {Link} link
 * @property {boolean} lost the link broke and is not up again, whatever is tried meanwhile
 * @property {boolean} speaking
 * @property {MediaStream | null} stream
 *
 * @typedef {object} State
 * @property {"preview" | "joining" | "call" | "over"} phase
 * @property {Room} room
 * @property {Self & {peer: string | null, device: string | null}} self
 * @property {{peer: string, name: string}[]} inside who else is in the call while I am not
 * @property {string | null} elsewhere the seat that this device has, taken in another tab
 * @property {Peer[]} peers the others, in order of arrival
 * @property {Media} media
 * @property {"connecting" | "up" | "reconnecting"} signaling
 * @property {boolean} offline
 * @property {Problem | null} problem
 * @property {Source | null} missing what a press in the call asked for and did not get
 * @property {Deed | null} deed what the server is asked to do to the room, until it answers
 * @property {{reason: OverReason} | null} over
 * @property {number | null} startedAt when I joined, in ms
 * @property {null | "people" | "settings" | "help" | "more"} panel
 * @property {"grid" | "speaker"} layout
 * @property {string | null} pinned
 * @property {string | null} speaker the loudest, held for 5 s
 * @property {boolean} hand
 * @property {boolean} playbackBlocked one press must unlock the sound
 * @property {boolean} silentMicrophone on, but nothing comes from it
 * @property {boolean} saveData
 *
 * @typedef {Pick<State, "signaling" | "offline" | "problem" | "missing" | "deed" | "panel" | "layout"
 *   | "pinned" | "hand" | "playbackBlocked" | "silentMicrophone" | "saveData">} Plain
 *
 * @typedef {{type: "received", frame: ServerFrame, at: number}
 *   | {type: "changed", values: Partial<Plain>}
 *   | {type: "media", values: Partial<Media>}
 *   | {type: "link", peer: string, link: Link, stream: MediaStream | null}
 *   | {type: "voices", speaking: ReadonlySet<string>, speaker: string | null}
 *   | {type: "joining"}
 *   | {type: "over", reason: OverReason}} Event
 *
 * @typedef {object} Urls
 * @property {string} tickets
 * @property {string} rooms
 * @property {string} signIn
 * @property {string} reauthenticate where one shows again who one is, and comes back from
 *
 * @typedef {object} Page what the server wrote into the page
 * @property {Room} room
 * @property {Self} self
 * @property {{peer: string, name: string}[]} inside
 * @property {Urls & Record<string, string | null>} urls
 */

export {};
