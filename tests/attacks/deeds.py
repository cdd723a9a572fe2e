"""The table: every way to every deed. Where a deed has none, a sentence says why."""

from __future__ import annotations

from rooms.policy import Deed, Standing
from tests.attacks import outcomes, ways
from tests.attacks.outcomes import room_has, says
from tests.attacks.scene import EARLIER, NAME, NOTED, SAID
from tests.attacks.ways import Way, api, desk, desk_form, look, page

D = Deed
ROW, CALL, PLACE = "{room}", "{call}", "{place}"
MEMBER = "members/{user}/"
BANNED = frozenset({Standing.BANNED})
NOT_BANNED = frozenset(Standing) - BANNED
TO_MODERATOR = frozenset({Standing.MEMBER, Standing.GUEST})
TO_MEMBER = frozenset({Standing.MODERATOR, Standing.GUEST})


def changes_of_role(role: str, to: frozenset[Standing]) -> tuple[Way, ...]:
    done, name = outcomes.role_is(role), f"to {role}"
    return (
        Way(D.CHANGE_ROLE, "api", name, api("PATCH", MEMBER, role=role), done, to=to),
        Way(D.CHANGE_ROLE, "page", name, page(f"{MEMBER}role/", role=role), done, to=to),
        Way(D.CHANGE_ROLE, "admin", name, desk_form("membership", PLACE, role=role), done, to=to),
    )


LOOKING = (
    Way(D.SEE, "page", "the call page", look("/r/{slug}/"), says(NAME)),
    Way(D.SEE, "page", "the list of rooms", look("/"), says("{slug}"), names_the_room=False),
    Way(D.SEE, "api", "GET room", look("/api/rooms/{slug}/"), says(NAME)),
    Way(D.SEE, "api", "GET rooms", look("/api/rooms/"), says("{slug}"), names_the_room=False),
    Way(D.SEE, "api", "GET ICE", look("/api/rooms/{slug}/ice-servers/"), says("iceServers")),
    Way(D.CHAT, "api", "GET messages", look("/api/rooms/{slug}/messages/"), says(SAID)),
    Way(
        D.READ_EARLIER,
        "api",
        "GET",
        look("/api/rooms/{slug}/messages/"),
        says(EARLIER),
        in_part=True,
    ),
    Way(D.SEE_MEMBERS, "api", "GET members", look("/api/rooms/{slug}/members/"), says("Suffers")),
    Way(D.SEE_MEMBERS, "page", "settings", look("/rooms/{slug}/settings/"), says("Suffers")),
    Way(D.SEE_HISTORY, "api", "GET calls", look("/api/rooms/{slug}/calls/"), says("Owner-Acts")),
    Way(D.SEE_HISTORY, "page", "history", look("/rooms/{slug}/history/"), says(NAME)),
    Way(D.SEE_RECORD, "page", "history", look("/rooms/{slug}/history/"), says(NOTED)),
    Way(D.SEE_RECORD, "api", "GET bans", look("/api/rooms/{slug}/bans/"), says("Banned-Suffers")),
    Way(D.SEE_RECORD, "admin", "record", look("/admin/rooms/auditentry/"), says(NOTED)),
    Way(
        D.INVITE, "api", "GET invites", look("/api/rooms/{slug}/invitations/"), says("{invitation}")
    ),
    Way(D.ADMIT, "api", "GET knocks", look("/api/rooms/{slug}/knocks/"), says("{knocking}")),
)
TO_THE_ROOM = (
    Way(D.EXPORT, "page", "CSV", page("history.csv"), outcomes.exported),
    Way(D.CHAT, "socket", "chat", ways.write, outcomes.written),
    Way(D.INVITE, "api", "POST", api("POST", "invitations/"), outcomes.invited("member")),
    Way(D.INVITE, "page", "form", page("invitations/", role="member"), outcomes.invited("member")),
    Way(D.INVITE, "api", "DELETE", api("DELETE", "invitations/{invitation}/"), outcomes.revoked),
    Way(D.INVITE, "page", "revoke", page("invitations/{invitation}/revoke/"), outcomes.revoked),
    Way(
        D.INVITE, "admin", "revoke", desk("invitation", "revoke", "{invitation}"), outcomes.revoked
    ),
    Way(D.INVITE, "admin", "add", ways.take_in("member"), outcomes.taken_in("member")),
    Way(
        D.INVITE_MODERATORS,
        "api",
        "POST",
        api("POST", "invitations/", role="moderator"),
        outcomes.invited("moderator"),
    ),
    Way(
        D.INVITE_MODERATORS,
        "page",
        "form",
        page("invitations/", role="moderator"),
        outcomes.invited("moderator"),
    ),
    Way(
        D.INVITE_MODERATORS,
        "admin",
        "add",
        ways.take_in("moderator"),
        outcomes.taken_in("moderator"),
    ),
    Way(D.CONFIGURE, "api", "PATCH name", api("PATCH", "", name="X"), room_has(name="X")),
    Way(D.CONFIGURE, "api", "PATCH capacity", api("PATCH", "", capacity=3), room_has(capacity=3)),
    Way(
        D.CONFIGURE,
        "page",
        "form",
        page("settings/", name="X", capacity="3"),
        room_has(name="X", capacity=3),
    ),
    Way(D.CONFIGURE, "admin", "form", desk_form("room", ROW, name="X"), room_has(name="X")),
    Way(D.LOCK, "api", "PATCH", api("PATCH", "", locked=True), room_has(locked=True)),
    Way(D.LOCK, "page", "form", page("lock/", locked="on"), room_has(locked=True)),
    Way(D.LOCK, "admin", "action", desk("room", "lock", ROW), room_has(locked=True)),
    Way(
        D.ADMIT, "api", "admit", api("POST", "knocks/{knocking}/admit/"), outcomes.taken_in("guest")
    ),
    Way(
        D.ADMIT,
        "api",
        "deny",
        api("POST", "knocks/{knocking}/deny/"),
        outcomes.knock_ended("denied"),
    ),
    Way(D.END_CALL, "api", "DELETE", api("DELETE", "call/"), outcomes.call_over),
    Way(D.END_CALL, "admin", "of a room", desk("room", "end_the_call", ROW), outcomes.call_over),
    Way(D.END_CALL, "admin", "of a call", desk("call", "end_the_call", CALL), outcomes.call_over),
    Way(D.SET_ACCESS, "api", "PATCH", api("PATCH", "", access="open"), room_has(access="open")),
    Way(
        D.SET_ACCESS,
        "api",
        "PATCH hiding",
        api("PATCH", "", hides_addresses=True),
        room_has(hides_addresses=True),
    ),
    Way(D.SET_ACCESS, "page", "form", page("entry/", access="open"), room_has(access="open")),
    Way(D.SET_ACCESS, "api", "link", api("POST", "link/"), outcomes.renewed, prepare=ways.quiet),
    Way(D.SET_ACCESS, "page", "link", page("link/"), outcomes.renewed, prepare=ways.quiet),
    Way(
        D.SET_ACCESS,
        "admin",
        "form",
        desk_form("room", ROW, access="open"),
        room_has(access="open"),
    ),
    Way(D.SET_CHAT, "api", "PATCH", api("PATCH", "", has_chat=False), room_has(has_chat=False)),
    Way(D.SET_CHAT, "api", "PATCH days", api("PATCH", "", chat_days=7), room_has(chat_days=7)),
    Way(D.SET_CHAT, "page", "form", page("chat/", chat_days="7"), room_has(chat_days=7)),
    Way(D.SET_CHAT, "admin", "form", desk_form("room", ROW, chat_days="7"), room_has(chat_days=7)),
    Way(D.CLOSE, "page", "form", page("close/"), outcomes.closed),
    Way(D.CLOSE, "admin", "delete", ways.delete_room, outcomes.closed),
    Way("leave", "page", "form", page("leave/"), outcomes.left),
    Way("leave", "api", "DELETE", ways.leave, outcomes.left),
)
TO_A_PERSON = (
    Way(D.MUTE, "api", "PUT", api("PUT", "call/holds/{user}/"), outcomes.held, to=NOT_BANNED),
    Way(D.MUTE, "api", "DELETE", api("DELETE", "call/holds/{user}/"), outcomes.not_held, ways.hold),
    Way(D.REMOVE, "api", "DELETE", api("DELETE", MEMBER), outcomes.gone),
    Way(D.REMOVE, "page", "form", page(f"{MEMBER}remove/"), outcomes.gone),
    Way(D.REMOVE, "admin", "place", desk("membership", "remove", PLACE), outcomes.gone),
    Way(D.REMOVE, "admin", "seat", desk("participant", "remove", "{seat}"), outcomes.gone),
    Way(D.BAN, "api", "PUT", api("PUT", "bans/{user}/"), outcomes.banned, to=NOT_BANNED),
    Way(D.BAN, "page", "form", page(f"{MEMBER}ban/"), outcomes.banned, to=NOT_BANNED),
    Way(D.BAN, "admin", "place", desk("membership", "ban", PLACE), outcomes.banned, to=NOT_BANNED),
    Way(
        D.BAN, "admin", "seat", desk("participant", "ban", "{seat}"), outcomes.banned, to=NOT_BANNED
    ),
    Way(D.BAN, "api", "DELETE", api("DELETE", "bans/{user}/"), outcomes.gone, to=BANNED),
    Way(D.BAN, "page", "lift", page("bans/{user}/lift/"), outcomes.gone, to=BANNED),
    Way(D.BAN, "admin", "lift", desk("membership", "lift_ban", PLACE), outcomes.gone, to=BANNED),
    *changes_of_role("moderator", TO_MODERATOR),
    *changes_of_role("member", TO_MEMBER),
    Way(D.HAND_OVER, "api", "PUT", api("PUT", "owner/", user="{user}"), outcomes.role_is("owner")),
    Way(D.HAND_OVER, "page", "form", page(f"{MEMBER}owner/"), outcomes.role_is("owner")),
    Way(
        D.HAND_OVER,
        "admin",
        "action",
        desk("membership", "hand_over", PLACE),
        outcomes.role_is("owner"),
    ),
)

# Where a deed has no way, and why.
NO_WAY: dict[tuple[Deed, str], str] = {
    (D.CHAT, "page"): "the call page shows it, from the API and the socket",
    (D.READ_EARLIER, "page"): "the call page shows it, from the API",
    (D.ADMIT, "page"): "the call page does it, by the API",
    (D.END_CALL, "page"): "the call page does it, by the API",
    (D.MUTE, "page"): "the call page does it, by the API",
    (D.EXPORT, "api"): "the calls are there for programs as JSON",
    (D.CLOSE, "api"): "a slip of a program would take all with it; people do it on the page",
}
