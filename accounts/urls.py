"""The addresses of the account pages that allauth does not have, or has otherwise."""

from allauth.account.views import password_set
from django.urls import path

from accounts import api, device_views, views
from accounts.decorators import asks_again

urlpatterns = [
    path("accounts/profile/", views.profile, name="profile"),
    path("accounts/password/set/", asks_again(password_set), name="account_set_password"),
    path("accounts/devices/", device_views.device_list, name="devices"),
    path(
        "accounts/devices/<uuid:device_id>/name/",
        device_views.device_rename,
        name="device_rename",
    ),
    path(
        "accounts/devices/<uuid:device_id>/revoke/",
        device_views.device_revoke,
        name="device_revoke",
    ),
    path(
        "accounts/devices/sign-out-everywhere/",
        device_views.sign_out_everywhere,
        name="sign_out_everywhere",
    ),
    path("accounts/sessions/<int:session_id>/end/", device_views.session_end, name="session_end"),
    path(
        "accounts/passkeys-and-codes/webauthn/reauthenticate/",
        device_views.FreshPasskeyView.as_view(),
        name="mfa_reauthenticate_webauthn",
    ),
    path("api/devices/", api.Devices.as_view(), name="api_devices"),
    path("api/devices/<uuid:device_id>/", api.OneDevice.as_view(), name="api_device"),
    path("api/token/", api.TokenView.as_view(), name="api_token"),
    path("api/token/refresh/", api.RefreshView.as_view(), name="api_token_refresh"),
    path("api/token/revoke/", api.RevokeView.as_view(), name="api_token_revoke"),
    path("setup/", views.setup, name="first_admin"),
]
