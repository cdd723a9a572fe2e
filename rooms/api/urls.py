"""The addresses of the API of rooms."""

from django.urls import path

from rooms.api import calls, invitations, knocks, members, messages, reports, rooms, running_call

_ROOM = "api/rooms/<slug:slug>"
_CALL, _MEMBERS, _BANS = f"{_ROOM}/call", f"{_ROOM}/members", f"{_ROOM}/bans"
_INVITATIONS, _KNOCKS = f"{_ROOM}/invitations", f"{_ROOM}/knocks"

urlpatterns = [
    path("api/rooms/", rooms.Rooms.as_view(), name="api_rooms"),
    path(f"{_ROOM}/", rooms.OneRoom.as_view(), name="api_room"),
    path(f"{_ROOM}/link/", rooms.Link.as_view(), name="api_link"),
    path(f"{_CALL}/", running_call.RunningCall.as_view(), name="api_running_call"),
    path(f"{_CALL}/holds/<id:user_id>/", running_call.Hold.as_view(), name="api_hold"),
    path(f"{_ROOM}/calls/", calls.Calls.as_view(), name="api_calls"),
    path(f"{_ROOM}/reports/", reports.Reports.as_view(), name="api_reports"),
    path(f"{_ROOM}/owner/", members.Owner.as_view(), name="api_owner"),
    path(f"{_MEMBERS}/", members.Members.as_view(), name="api_members"),
    path(f"{_MEMBERS}/<id:user_id>/", members.Member.as_view(), name="api_member"),
    path(f"{_BANS}/", members.Bans.as_view(), name="api_bans"),
    path(f"{_BANS}/<id:user_id>/", members.Ban.as_view(), name="api_ban"),
    path(f"{_KNOCKS}/", knocks.Knocks.as_view(), name="api_knocks"),
    path(f"{_KNOCKS}/mine/", knocks.OwnKnock.as_view(), name="api_own_knock"),
    path(f"{_KNOCKS}/<id:user_id>/admit/", knocks.Admit.as_view(), name="api_admit"),
    path(f"{_KNOCKS}/<id:user_id>/deny/", knocks.Deny.as_view(), name="api_deny"),
    path(f"{_INVITATIONS}/", invitations.Invitations.as_view(), name="api_invitations"),
    path(
        f"{_INVITATIONS}/<id:pk>/",
        invitations.OneInvitation.as_view(),
        name="api_invitation",
    ),
    path(f"{_ROOM}/messages/", messages.Messages.as_view(), name="api_messages"),
    path("api/invitations/accept/", invitations.Accept.as_view(), name="api_accept"),
]
