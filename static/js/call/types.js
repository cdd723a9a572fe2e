/**
 * The words of the call: what its state holds, and what happens to it.
 *
 * @import { Source } from "../media/refusal.js"
 * @import { Message, ServerFrame, Showing } from "../signaling/messages.js"
 */

/**
 * @typedef {"pending" | "on" | "off" | "denied" | "dismissed" | "blocked" | "in-use" | "none"
 *   | "insecure"} CaptureStatus
 * @typedef {{status: CaptureStatus, deviceId: string | null}} Capture
 * @typedef {{audio: boolean, video: boolean}} Wished
 * @typedef {{deviceId: string, label: string}} Device
 * @typedef {"audioinput" | "videoinput" | "audiooutput"} DeviceKind
 * @typedef {"connecting" | "up" | "reconnecting" | "failed"} Link
 * @typedef {"left" | "removed" | "banned" | "visit_over" | "ended" | "replaced" | "full" | "locked" | "signed_out" | "gone"
 *   | "fresh_sign_in" | "insecure" | "no_storage" | "error"} OverReason
 * @typedef {{code: string, text: string}} Problem
 * @typedef {"mute" | "allow" | "keep" | "make_moderator" | "make_member" | "hand_over" | "remove"
 *   | "ban"} PersonalDeed what is done to somebody inside
 * @typedef {"lock" | "end" | "withdraw" | `knock ${number}` | `person ${number}`} Deed
 * @typedef {{user: number, name: string}} Knock somebody who waits to be let in
 * @typedef {{reason: "refused" | "expired" | "withdrawn" | "too_often" | "stopped",
 *   wait: "over" | "running" | "never"}} Denied why, where `stopped` is that I gave up; and whether
 *   asking again would help
 *
 * @typedef {{slug: string, name: string, capacity: number, locked: boolean,
 *   access?: string, hides_addresses?: boolean, has_chat?: boolean}} Room
 * @typedef {{user: number, name: string, role: string, hides_address?: boolean}} Self
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
 * @property {boolean} muted a moderator holds this microphone: nothing of it is played
 * @property {Link} link
 * @property {boolean} lost the link broke and is not up again, whatever is tried meanwhile
 * @property {boolean} speaking
 * @property {MediaStream | null} stream
 *
 * @typedef {{id: string, text: string, trouble: null | "unanswered" | "refused"}} Unsent written here,
 *   not acknowledged yet
 *
 * @typedef {object} Chat
 * @property {Message[]} messages in order of id, each once
 * @property {Unsent[]} unsent in the order in which I wrote them
 * @property {boolean} open whether what I write goes out at once
 * @property {boolean} stale whether there may be messages that nobody told me of
 * @property {number | null} upto up to here nothing is missing; null before the first look
 * @property {boolean} earlier whether there are messages before the first one here
 * @property {null | "busy" | "failed"} asked what became of asking for those
 * @property {number | null} seen up to here I have looked at them
 * @property {number | null} days how long they are kept; 0 is until the call is over
 *
 * @typedef {{type: "written", id: string, text: string}
 *   | {type: "unanswered" | "again", id: string}
 *   | {type: "caught", after: number | null, messages: Message[], more: boolean, days: number}
 *   | {type: "earlier", messages: Message[], more: boolean}
 *   | {type: "asking" | "unheard" | "cut" | "seen"}} ChatEvent
 *
 * @typedef {object} State
 * @property {Chat} chat
 * @property {"preview" | "joining" | "waiting" | "call" | "over"} phase
 * @property {"open" | "knock" | "locked"} entry what I find at the door
 * @property {Room} room
 * @property {Self & {peer: string | null, device: string | null}} self
 * @property {{peer: string, name: string}[]} inside who else is in the call while I am not
 * @property {string | null} elsewhere the seat that this device has, taken in another tab
 * @property {string | null} displaced the seat that I have on another device, where Join takes it
 *   from there
 * @property {Peer[]} peers the others, in order of arrival
 * @property {Media} media
 * @property {"connecting" | "up" | "reconnecting"} signaling
 * @property {boolean} offline
 * @property {Problem | null} problem
 * @property {Source | null} missing what a press in the call asked for and did not get
 * @property {Deed | null} deed what the server is asked to do, until it answers
 * @property {Denied | null} denied nobody has let me in
 * @property {Knock[]} knocks who waits to be let in, as far as I may know it
 * @property {boolean} muted a moderator holds my microphone
 * @property {"muted" | "allowed" | null} holdNews what has just become of it
 * @property {{reason: OverReason} | null} over
 * @property {number | null} startedAt when I joined, in ms
 * @property {null | "people" | "chat" | "settings" | "help" | "more"} panel
 * @property {"grid" | "speaker"} layout
 * @property {string | null} pinned
 * @property {string | null} speaker the loudest, held for 5 s
 * @property {boolean} hand
 * @property {boolean} playbackBlocked one press must unlock the sound
 * @property {boolean} silentMicrophone on, but nothing comes from it
 * @property {boolean} saveData
 * @property {boolean | null} hasRelay null until the server has said it
 *
 * @typedef {Pick<State, "signaling" | "offline" | "problem" | "missing" | "deed" | "denied" | "knocks" | "holdNews" | "panel" | "layout"
 *   | "pinned" | "hand" | "playbackBlocked" | "silentMicrophone" | "saveData">} Plain
 *
 * @typedef {{type: "received", frame: ServerFrame, at: number}
 *   | {type: "changed", values: Partial<Plain>}
 *   | {type: "media", values: Partial<Media>}
 *   | {type: "link", peer: string, link: Link, stream: MediaStream | null}
 *   | {type: "chat", what: ChatEvent}
 *   | {type: "voices", speaking: ReadonlySet<string>, speaker: string | null}
 *   | {type: "joining"}
 *   | {type: "over", reason: OverReason}} Event
 *
 * @typedef {object} Urls
 * @property {string} api where the API has this room
 * @property {string} rooms
 * @property {string | null} settings for whom there are any
 * @property {string} profile
 * @property {string} signIn
 * @property {string} reauthenticate where one shows again who one is, and comes back from
 * @property {string} sprite
 *
 * @typedef {object} Page what the server wrote into the page
 * @property {Partial<Room> & {slug: string, name: string}} room
 * @property {Self} self
 * @property {boolean} waiting a knock of mine waits for an answer
 * @property {State["entry"]} entry
 * @property {State["inside"]} inside
 * @property {State["elsewhere"]} [elsewhere]
 * @property {State["displaced"]} [displaced]
 * @property {Urls} urls
 */

export {};
