/**
 * What owners and moderators ask of the server. That it was done is seen by what the server then
 * says on the line; here is only what to say when it was not.
 *
 * @import { Deed, PersonalDeed, Plain } from "./types.js"
 * @import { Request, RoomApi } from "./room-api.js"
 */

const KNOCK = {
  not_found: "They are not waiting any more.",
  room_full: "Every place is taken. Ask someone to step out, then let them in.",
};
const PERSON = { not_found: "They are not in this call any more." };

/** @type {Readonly<Record<PersonalDeed, (user: number) => Request>>} */
const DEEDS = {
  mute: (user) => ({ method: "PUT", path: `call/holds/${user}/` }),
  allow: (user) => ({ method: "DELETE", path: `call/holds/${user}/` }),
  keep: (user) => given(user, "member"),
  make_member: (user) => given(user, "member"),
  make_moderator: (user) => given(user, "moderator"),
  hand_over: (user) => ({ method: "PUT", path: "owner/", body: { user } }),
  remove: (user) => ({ method: "DELETE", path: `members/${user}/` }),
  ban: (user) => ({ method: "PUT", path: `bans/${user}/` }),
};

/**
 * @param {number} user
 * @param {string} role
 * @returns {Request}
 */
function given(user, role) {
  return { method: "PATCH", path: `members/${user}/`, body: { role } };
}

export class Host {
  #api;
  #changed;

  /**
   * @param {Pick<RoomApi, "ask">} api
   * @param {(values: Partial<Pick<Plain, "deed" | "problem">>) => void} changed
   */
  constructor(api, changed) {
    this.#api = api;
    this.#changed = changed;
  }

  /** @param {boolean} locked */
  setLocked(locked) {
    return this.#ask("lock", { method: "PATCH", path: "", body: { locked } });
  }

  /** Ends the call for everybody. */
  endCall() {
    return this.#ask("end", { method: "DELETE", path: "call/" });
  }

  /** @param {number} user who knocks */
  admit(user) {
    return this.#answer(user, "admit");
  }

  /** @param {number} user who knocks */
  deny(user) {
    return this.#answer(user, "deny");
  }

  /**
   * @param {PersonalDeed} deed
   * @param {number} user
   */
  doTo(deed, user) {
    return this.#ask(`person ${user}`, { ...DEEDS[deed](user), sentences: PERSON });
  }

  /**
   * @param {number} user
   * @param {"admit" | "deny"} answer
   */
  #answer(user, answer) {
    const request = { method: "POST", path: `knocks/${user}/${answer}/`, sentences: KNOCK };
    return this.#ask(`knock ${user}`, request);
  }

  /**
   * @param {Deed} deed
   * @param {Request} request
   */
  async #ask(deed, request) {
    this.#changed({ deed, problem: null });
    const text = await this.#api.ask(request);
    this.#changed({ deed: null, ...(text && { problem: { code: deed, text } }) });
  }
}
