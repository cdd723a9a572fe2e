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

/** @type {Readonly<Record<number, Refusal>>} */
const REFUSALS = { 401: "signed_out", 403: "error", 404: "gone" };

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
  if (response.status !== 409) return REFUSALS[response.status] ?? "unavailable";
  const { code } = await response.json();
  return code === "joined_elsewhere" || code === "call_ended" ? code : "seat_gone";
}
