/**
 * Tickets: the one-time passes that open a socket.
 *
 * @import { Device } from "../device/registration.js"
 * @import { ErrorFrame } from "./messages.js"
 *
 * @typedef {{ticket: string, url: string}} Ticket
 * @typedef {"seat_gone" | "joined_elsewhere" | "call_ended" | "removed"} SeatEnded
 * @typedef {"fresh_sign_in" | "insecure" | "no_storage"} KeyLacking
 * @typedef {"signed_out" | "gone" | SeatEnded | KeyLacking | "error" | "unavailable"} Refusal
 */

import { problemOf } from "../device/dpop.js";
import { NoKey } from "../device/key.js";

/** A ticket that was not given, and why. */
export class TicketRefused extends Error {
  /**
   * @param {Refusal} refusal
   * @param {number} retryAfter ms, as the server wishes it
   * @param {ErrorFrame} [said] what the server said, where a person can make something of it
   */
  constructor(refusal, retryAfter = 0, said) {
    super(refusal);
    this.refusal = refusal;
    this.retryAfter = retryAfter;
    this.said = said;
  }
}

/** @type {ReadonlyMap<unknown, Refusal>} by error code: a bare status may be that of any proxy */
const REFUSALS = new Map([
  ["not_authenticated", "signed_out"],
  ["csrf_failed", "error"],
  ["fresh_sign_in", "fresh_sign_in"],
  ["not_found", "gone"],
  ["seat_gone", "seat_gone"],
  ["joined_elsewhere", "joined_elsewhere"],
  ["call_ended", "call_ended"],
  ["removed", "removed"],
]);

/**
 * @param {string} url
 * @param {Device} device
 * @returns {(resume: string | null, signal: AbortSignal) => Promise<Ticket>}
 */
export function ticketOffice(url, device) {
  /** @type {{until: number, said: ErrorFrame} | null} */
  let told = null;
  return async (resume, signal) => {
    // Whatever hurries us: who was told to wait gains nothing by asking sooner.
    const left = told ? told.until - Date.now() : 0;
    if (told && left > 0) throw new TicketRefused("unavailable", left, told.said);
    const reply = await asked(url, device, resume === null ? {} : { resume }, signal);
    if (reply.ok) return reply.json();
    const refused = await refusedBy(reply);
    const { retryAfter, said } = refused;
    if (said) told = { until: Date.now() + retryAfter, said };
    throw refused;
  };
}

/**
 * @param {string} url
 * @param {Device} device
 * @param {object} body
 * @param {AbortSignal} signal
 * @returns {Promise<Response>}
 */
async function asked(url, device, body, signal) {
  try {
    const stranger = await unlessAborted(device.ensure(), signal);
    if (stranger) return stranger;
    const reply = await device.post(url, body, signal);
    if ((await problemOf(reply)).code !== "device_key_required") return reply;
    const refused = await unlessAborted(device.ensureAnew(), signal);
    return refused ?? (await device.post(url, body, signal));
  } catch (error) {
    throw error instanceof NoKey ? new TicketRefused(error.reason) : error;
  }
}

/**
 * The browser's storage knows no signal, and may take its time.
 * @template T
 * @param {Promise<T>} result
 * @param {AbortSignal} signal
 * @returns {Promise<T>}
 */
function unlessAborted(result, signal) {
  return new Promise((resolve, reject) => {
    result.then(resolve, reject);
    if (signal.aborted) reject(signal.reason);
    signal.addEventListener("abort", () => reject(signal.reason), { once: true });
  });
}

/** @param {Response} reply */
async function refusedBy(reply) {
  const { code, detail } = await problemOf(reply);
  const wait = (Number(reply.headers.get("Retry-After")) || 0) * 1000;
  /** @type {ErrorFrame | undefined} */
  const said = code === "too_many_requests" ? { type: "error", code, detail } : undefined;
  return new TicketRefused(REFUSALS.get(code) ?? "unavailable", wait, said);
}
