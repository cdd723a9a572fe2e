"""The addresses of rooms: pages, and the API behind them."""

from django.urls import path, register_converter
from django.urls.converters import IntConverter

from rooms import api, views


class IdConverter(IntConverter):
    """No longer than what a database takes for an id."""

    regex = "[0-9]{1,18}"


register_converter(IdConverter, "id")

urlpatterns = [
    path("", views.room_list, name="room_list"),
    path("invite/", views.invite, name="invite"),
    path("rooms/new/", views.room_new, name="room_new"),
    path("rooms/<slug:slug>/settings/", views.room_settings, name="room_settings"),
    path("rooms/<slug:slug>/members/<id:user_id>/role/", views.member_role, name="member_role"),
    path(
        "rooms/<slug:slug>/members/<id:user_id>/remove/", views.member_remove, name="member_remove"
    ),
    path("rooms/<slug:slug>/invitations/", views.invitation_new, name="invitation_new"),
    path(
        "rooms/<slug:slug>/invitations/<id:pk>/revoke/",
        views.invitation_revoke,
        name="invitation_revoke",
    ),
    path("rooms/<slug:slug>/close/", views.room_close, name="room_close"),
    path("rooms/<slug:slug>/leave/", views.room_leave, name="room_leave"),
    path("api/rooms/", api.Rooms.as_view(), name="api_rooms"),
    path("api/rooms/<slug:slug>/", api.OneRoom.as_view(), name="api_room"),
    path("api/rooms/<slug:slug>/call/", api.RunningCall.as_view(), name="api_running_call"),
    path("api/rooms/<slug:slug>/members/", api.Members.as_view(), name="api_members"),
    path("api/rooms/<slug:slug>/members/<id:user_id>/", api.Member.as_view(), name="api_member"),
    path("api/rooms/<slug:slug>/invitations/", api.Invitations.as_view(), name="api_invitations"),
    path(
        "api/rooms/<slug:slug>/invitations/<id:pk>/",
        api.OneInvitation.as_view(),
        name="api_invitation",
    ),
    path("api/invitations/accept/", api.Accept.as_view(), name="api_accept"),
]
