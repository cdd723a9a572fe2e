"""The call page, and what a page needs before it opens a socket."""

from django.urls import path

from signaling import api, views

urlpatterns = [
    path("r/<slug:slug>/", views.call_page, name="call"),
    path("api/rooms/<slug:slug>/tickets/", api.TicketView.as_view(), name="api_tickets"),
    path(
        "api/rooms/<slug:slug>/ice-servers/", api.IceServersView.as_view(), name="api_ice_servers"
    ),
]
