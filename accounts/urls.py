"""The addresses of the account pages that allauth does not have, or has otherwise."""

from allauth.account.views import password_set
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.views import generate_recovery_codes, view_recovery_codes
from allauth.mfa.totp.views import deactivate_totp
from django.urls import path

from accounts import api, deletion_views, device_views, factor_views, views
from accounts.decorators import asks_again

_FACTORS = "accounts/passkeys-and-codes"
_APP, _PASSKEY, _CODES = (
    Authenticator.Type.TOTP,
    Authenticator.Type.WEBAUTHN,
    Authenticator.Type.RECOVERY_CODES,
)

urlpatterns = [
    path("accounts/profile/", views.profile, name="profile"),
    path("accounts/delete/", deletion_views.delete_account, name="account_delete"),
    path("accounts/deleted/", deletion_views.account_deleted, name="account_deleted"),
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
        f"{_FACTORS}/webauthn/login/",
        factor_views.PasskeySignInView.as_view(),
        name="mfa_login_webauthn",
    ),
    path(
        f"{_FACTORS}/webauthn/reauthenticate/",
        factor_views.FreshPasskeyView.as_view(),
        name="mfa_reauthenticate_webauthn",
    ),
    path(
        f"{_FACTORS}/totp/deactivate/",
        factor_views.only_with(deactivate_totp, _APP),
        name="mfa_deactivate_totp",
    ),
    path(
        f"{_FACTORS}/recovery-codes/",
        factor_views.only_with(view_recovery_codes, _CODES),
        name="mfa_view_recovery_codes",
    ),
    path(
        f"{_FACTORS}/recovery-codes/generate/",
        factor_views.only_with(generate_recovery_codes, _APP, _PASSKEY),
        name="mfa_generate_recovery_codes",
    ),
    path("api/devices/", api.Devices.as_view(), name="api_devices"),
    path("api/devices/<uuid:device_id>/", api.OneDevice.as_view(), name="api_device"),
    path("api/token/", api.TokenView.as_view(), name="api_token"),
    path("api/token/refresh/", api.RefreshView.as_view(), name="api_token_refresh"),
    path("api/token/revoke/", api.RevokeView.as_view(), name="api_token_revoke"),
    path("setup/", views.setup, name="first_admin"),
]
