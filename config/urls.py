"""Every address of Parley."""

from allauth.account.decorators import secure_admin_login
from django.conf import settings
from django.contrib import admin
from django.urls import include, path, re_path
from django.views.generic import RedirectView

from config import docs, errors, health, schema

admin.autodiscover()
admin.site.login = secure_admin_login(admin.site.login)  # type: ignore[method-assign]
admin.site.site_header = admin.site.site_title = "Parley"

urlpatterns = [
    # Django's own form would leave the other devices signed in.
    path("admin/password_change/", RedirectView.as_view(pattern_name="account_change_password")),
    path("admin/", admin.site.urls),
    path("accounts/", include("allauth.account.urls")),
    path("", include("accounts.urls")),
    path("accounts/passkeys-and-codes/", include("allauth.mfa.urls")),
    path("accounts/sessions/", include("allauth.usersessions.urls")),
    path("", include("rooms.urls")),
    path("", include("signaling.urls")),
    path("api/schema/", schema.Schema.as_view(), name="api_schema"),
    path("api/docs/", docs.Docs.as_view(), name="api_docs"),
    re_path("^api/", errors.no_such_address),
    # Where a page names no icon (Django admin), browsers ask for this one.
    path("favicon.ico", RedirectView.as_view(url=f"{settings.STATIC_URL}img/favicon.svg")),
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, name="readyz"),
]

handler400 = "config.errors.bad_request"
handler403 = "config.errors.permission_denied"
handler404 = "config.errors.not_found"
handler500 = "config.errors.server_error"
