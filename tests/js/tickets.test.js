import assert from "node:assert/strict";
import { test } from "node:test";
import { TicketRefused, ticketOffice } from "../../static/js/signaling/tickets.js";

/** @param {Response} response */
function answering(response) {
  Object.assign(globalThis, { fetch: async () => response });
  return ticketOffice("/t", "csrf")("me", new AbortController().signal);
}

for (const [status, code, refusal] of /** @type {const} */ ([
  [401, "not_authenticated", "signed_out"],
  [403, "csrf_failed", "error"],
  [404, "not_found", "gone"],
  [409, "seat_gone", "seat_gone"],
  [409, "joined_elsewhere", "joined_elsewhere"],
  [409, "call_ended", "call_ended"],
  [409, "from_the_future", "unavailable"],
  [403, "permission_denied", "unavailable"],
  [500, "error", "unavailable"],
])) {
  test(`a ticket refused with ${status} ${code} is ${refusal}`, async () => {
    const response = Response.json({ code, detail: "" }, { status });
    await assert.rejects(answering(response), { name: "Error", refusal });
  });
}

test("a server that is busy says when to come again", async () => {
  const response = new Response("", { status: 503, headers: { "Retry-After": "2" } });
  const refused = await answering(response).catch((error) => error);
  assert.ok(refused instanceof TicketRefused);
  assert.deepEqual([refused.refusal, refused.retryAfter], ["unavailable", 2000]);
});

for (const status of [401, 403, 404, 409, 502]) {
  test(`a proxy's own ${status} says nothing about the seat`, async () => {
    for (const page of ["<h1>No</h1>", "null", '"not_found"', ""]) {
      await assert.rejects(answering(new Response(page, { status })), { refusal: "unavailable" });
    }
  });
}
