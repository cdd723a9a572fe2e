"""The addresses of rooms: pages, and the API behind them."""

from django.urls import path

from rooms.api import urls as api
from rooms.views import history, invitations, lists, members, settings

_ROOM = "rooms/<slug:slug>"
_MEMBER = f"{_ROOM}/members/<id:user_id>"

urlpatterns = [
    path("", lists.room_list, name="room_list"),
    path("invite/", lists.invite, name="invite"),
    path("rooms/new/", lists.room_new, name="room_new"),
    path(f"{_ROOM}/settings/", settings.room_settings, name="room_settings"),
    path(f"{_ROOM}/entry/", settings.room_entry, name="room_entry"),
    path(f"{_ROOM}/lock/", settings.room_lock, name="room_lock"),
    path(f"{_ROOM}/link/", settings.room_link, name="room_link"),
    path(f"{_ROOM}/chat/", settings.room_chat, name="room_chat"),
    path(f"{_ROOM}/history/", history.room_history, name="room_history"),
    path(f"{_ROOM}/history.csv", history.room_history_csv, name="room_history_csv"),
    path(f"{_ROOM}/close/", settings.room_close, name="room_close"),
    path(f"{_ROOM}/leave/", settings.room_leave, name="room_leave"),
    path(f"{_MEMBER}/role/", members.member_role, name="member_role"),
    path(f"{_MEMBER}/owner/", members.member_owner, name="member_owner"),
    path(f"{_MEMBER}/remove/", members.member_remove, name="member_remove"),
    path(f"{_MEMBER}/ban/", members.member_ban, name="member_ban"),
    path(f"{_ROOM}/bans/<id:user_id>/lift/", members.ban_lift, name="ban_lift"),
    path(f"{_ROOM}/invitations/", invitations.invitation_new, name="invitation_new"),
    path(
        f"{_ROOM}/invitations/<id:pk>/revoke/",
        invitations.invitation_revoke,
        name="invitation_revoke",
    ),
    *api.urlpatterns,
]
