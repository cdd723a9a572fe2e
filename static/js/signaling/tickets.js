/**
 * Tickets: the one-time passes that open a socket.
 *
 * @typedef {{ticket: string, url: string}} Ticket
 * @typedef {"seat_gone" | "joined_elsewhere" | "call_ended"} SeatEnded
 * @typedef {"signed_out" | "gone" | SeatEnded | "error" | "unavailable"} Refusal
 */

/** A ticket that was not given, and why. */
export class TicketRefused extends Error {
  /**
   * @param {Refusal} refusal
   * @param {number} retryAfter ms, as the server wishes it
   */
  constructor(refusal, retryAfter = 0) {
    super(refusal);
    this.refusal = refusal;
    this.retryAfter = retryAfter;
  }
}

/** @type {ReadonlyMap<unknown, Refusal>} by error code: a bare status may be that of any proxy */
const REFUSALS = new Map([
  ["not_authenticated", "signed_out"],
  ["csrf_failed", "error"],
  ["not_found", "gone"],
  ["seat_gone", "seat_gone"],
  ["joined_elsewhere", "joined_elsewhere"],
  ["call_ended", "call_ended"],
]);

/**
 * @param {string} url
 * @param {string} csrfToken
 * @returns {(resume: string | null, signal: AbortSignal) => Promise<Ticket>}
 */
export function ticketOffice(url, csrfToken) {
  return async (resume, signal) => {
    const response = await fetch(url, {
      method: "POST",
      headers: { "Content-Type": "application/json", "X-CSRFToken": csrfToken },
      body: JSON.stringify(resume === null ? {} : { resume }),
      signal,
    });
    if (response.ok) return response.json();
    const wait = Number(response.headers.get("Retry-After")) || 0;
    throw new TicketRefused(await refusalOf(response), wait * 1000);
  };
}

/**
 * @param {Response} response
 * @returns {Promise<Refusal>}
 */
async function refusalOf(response) {
  const body = await response.json().catch(() => null);
  return REFUSALS.get(body?.code) ?? "unavailable";
}
