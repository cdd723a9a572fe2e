"""The words and parts that every operation of the API's description shares."""

from __future__ import annotations

from typing import Any

ABOUT = """\
Rooms, their members and invitations, and the one-time pass to a call, as JSON.

Everything is JSON in UTF-8, of at most 64 KiB. Every error has one shape: `code` is stable and made
for programs, `detail` is a sentence for people, and `fields` says which fields were at fault.

What goes over the WebSocket of a call is described in docs/protocol.md. The same as this document,
for reading, is at /api/docs/.
"""

TAGS = {
    "Tokens": "How a client that is no browser signs in, with a key that never leaves it.",
    "Devices": "Where somebody is signed in, and the key that each device holds.",
    "Rooms": "Lasting places with members. A room that you may not see does not exist for you.",
    "Members": "Who belongs to a room, and who moderates it.",
    "Knocks": "Who waits at the door of a room where one must be let in.",
    "Invitations": "Links that make whoever opens them a member.",
    "Chat": "What people write in a room. It passes the server, while sound and pictures do not.",
    "Calls": "What is needed to open the socket of a call.",
}

STATUSES = {
    "200": "Done.",
    "201": "Made.",
    "204": "Done. There is nothing to say.",
    "400": "The body is no JSON, or something in it is not as it should be.",
    "401": "Not signed in, or the token or the proof is not good.",
    "403": "You may not do this.",
    "404": "There is nothing here, or it is not yours to see.",
    "406": "Only JSON is given, and the `Accept` header leaves it out.",
    "409": "This does not go together with what is there.",
    "413": "The body has more than 64 KiB.",
    "415": "Only `application/json` is taken.",
    "429": "Too often. Wait as long as `Retry-After` says.",
    "503": "The server cannot do this right now. Nothing was changed; try again in a moment.",
}

ERROR: dict[str, Any] = {
    "type": "object",
    "description": "The one shape of every error. Go by `code`; show `detail` to people.",
    "properties": {
        "code": {"type": "string", "description": "Stable; made for programs."},
        "detail": {"type": "string", "description": "A sentence for people."},
        "fields": {
            "type": "object",
            "description": "With `invalid`: each field at fault, and what is wrong with it.",
            "additionalProperties": {"type": "array", "items": {"type": "string"}},
        },
    },
    "required": ["code", "detail"],
    "additionalProperties": False,
}


def _header(description: str, example: str, schema: str = "string") -> dict[str, Any]:
    kind = {"type": schema, "examples": [int(example) if schema == "integer" else example]}
    return {"description": description, "required": True, "schema": kind}


HEADERS = {
    "DPoP-Nonce": _header(
        "The `nonce` for your next proofs. It is good for five minutes.", "MTc2NzIyNTYwMA.6fd0c1b2"
    ),
    "Retry-After": _header("How many seconds to wait.", "30", "integer"),
    "WWW-Authenticate": _header("The way to sign in, and what was wrong.", 'DPoP algs="ES256"'),
}

TOKEN = """\
An access token from `POST /api/token/`, as `Authorization: DPoP <access>` (RFC 9449). It is good
for five minutes, and only together with a proof (`DPoP` header) by the key that it was given to.
Any other `Authorization` header is refused, whatever else the request carries.
"""
PROOF = """\
A proof that you hold the key (RFC 9449), in the header `DPoP`: a JWT signed with ES256, made anew
for each request. Its header is exactly `{"typ": "dpop+jwt", "alg": "ES256", "jwk": {"kty", "crv",
"x", "y"}}`. Its claims: `jti` (never used before), `htm` (the method), `htu` (the address without
query), `iat` (now, give or take 300 s), `nonce` (from the last `DPoP-Nonce` header), and beside an
access token `ath` (base64url of its SHA-256).

Without a good nonce the answer is `401 use_dpop_nonce`, and its `DPoP-Nonce` is the one to try
again with.
"""
SESSION = "The cookie of a signed-in browser. Nothing is looked at but with the same origin."
CSRF = "Beside the session's cookie, wherever something is written: the value of the `csrf` cookie."


def schemes(cookie: str) -> dict[str, dict[str, str]]:
    """The ways to say who calls; `cookie` is what the session's is called here."""
    return {
        "session": {"type": "apiKey", "in": "cookie", "name": cookie, "description": SESSION},
        "csrf": {"type": "apiKey", "in": "header", "name": "X-CSRFToken", "description": CSRF},
        "DPoP": {"type": "http", "scheme": "DPoP", "description": TOKEN},
        "proof": {"type": "apiKey", "in": "header", "name": "DPoP", "description": PROOF},
    }


# What a client does about each error.
REMEDIES = {
    "invalid": "Mend what `detail` and `fields` name; the same again gives the same.",
    "not_authenticated": "Sign in.",
    "invalid_token": "The access token is old, or not this key's. Refresh it.",
    "invalid_dpop_proof": "Make a new proof for each request; `detail` says which rule it broke.",
    "use_dpop_nonce": "Try again with the `DPoP-Nonce` of this reply.",
    "invalid_credentials": "Ask for the name and the password again.",
    "mfa_required": "Ask for a code of the app, or a recovery code, and send it as `otp`.",
    "invalid_otp": "Ask for a new code.",
    "email_unverified": "Have the address confirmed by the link in its mail.",
    "invalid_grant": "The refresh token has ended or is another key's. Sign in again.",
    "permission_denied": "Ask the room's owner.",
    "chat_off": "Take the chat away, until the room says that there is one.",
    "csrf_failed": "Send the `csrf` cookie's value as `X-CSRFToken`, from the same origin.",
    "fresh_sign_in": "Have the person sign in again, then register the key.",
    "device_key_required": "Register this browser's key, then ask again.",
    "not_found": "It is gone, or this account may not see it.",
    "invitation_void": "Ask for a new link.",
    "method_not_allowed": "See `Allow` for the methods that are there.",
    "not_acceptable": "Accept `application/json`.",
    "key_refused": "This key was revoked, or is another account's. Make another.",
    "call_running": "End the call, or wait until nobody is inside.",
    "account_disabled": "Choose somebody who can sign in.",
    "room_full": "Try again when someone has left.",
    "seat_gone": "Ask for a ticket without `resume`, and join anew.",
    "joined_elsewhere": "The seat was taken over elsewhere. Stay out unless asked.",
    "removed": "Somebody has taken this person out of the call. Stay out, and say so.",
    "call_ended": "Someone ended the call for everyone. Join only if asked.",
    "too_large": "Send less than 64 KiB.",
    "unsupported_media_type": "Send `Content-Type: application/json`.",
    "misdirected": "Use the address that this page names.",
    "internal": "The mistake is ours, and logged. Try again later.",
    "too_many_requests": "Wait as long as `Retry-After` says.",
    "unavailable": "Wait as long as `Retry-After` says, then send the same again.",
}

# The limits that a client of the API can meet, by their names in the settings.
LIMITS = {
    "failures": "Wrong passwords or codes for one account, from one address",
    "failures_per_address": "Wrong passwords from one address",
    "codes": "Wrong codes for one account",
    "refreshes": "Access tokens for one device",
    "tickets": "Tickets for one device",
    "ice_servers": "ICE servers for one user",
    "handshakes": "Sockets without a good ticket, from one address",
}
PERIODS = {"s": "second", "m": "minute", "h": "hour", "d": "day"}

# What stands for a thing in the address of a call.
IN_PATH = {
    "slug": "The room's `slug`.",
    "user_id": "The person's `user`.",
    "id": "The invitation's `id`.",
    "device_id": "The device's `id`.",
    "after": "The `id` of the last message that you have.",
    "before": "The `id` of the oldest call that you have.",
}
