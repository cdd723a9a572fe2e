"""Users and their devices in Django admin. What ends a sign-in goes through the actions."""

from __future__ import annotations

from typing import Any

import allauth.account.admin  # noqa: F401 - they register what is taken away again below
import allauth.mfa.admin  # noqa: F401
import allauth.usersessions.admin  # noqa: F401
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.contrib import admin
from django.contrib.auth import HASH_SESSION_KEY
from django.contrib.auth.admin import UserAdmin as DjangoUserAdmin
from django.contrib.auth.forms import AdminPasswordChangeForm
from django.contrib.auth.models import Group
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.forms import BaseInlineFormSet, ModelForm
from django.forms.formsets import DELETION_FIELD_NAME
from django.http import HttpRequest, HttpResponse
from django.utils.decorators import method_decorator
from django.utils.html import format_html
from django.utils.safestring import SafeString

from accounts import actions, devices
from accounts.admin_lists import Listed, Needless, asks_first, dated, shown
from accounts.decorators import asks_again
from accounts.models import Device, User

# Groups give nothing here that a role in a room does not; addresses stand with their user. What
# allauth shows of second factors is secret, and of sessions too little ends with them.
admin.site.unregister([Group, EmailAddress, Authenticator, UserSession])


class PasswordForm(AdminPasswordChangeForm):  # type: ignore[type-arg]
    """A password that an admin sets ends every sign-in with the old one."""

    def save(self, commit: bool = True) -> User:
        user: User = super().save(commit)
        actions.revoke_sign_ins(user)
        return user


class DeviceInline(admin.TabularInline):  # type: ignore[type-arg]
    model = Device
    extra = 0
    can_delete = False
    fields = readonly_fields = ("name", "created_at", "last_used_at", "ended_at")
    ordering = ("-created_at",)

    def has_add_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        return False


class EmailAddressFormSet(BaseInlineFormSet):  # type: ignore[type-arg]
    """One of the addresses may be the primary one."""

    def clean(self) -> None:
        super().clean()
        rows = [form.cleaned_data for form in self.forms]
        if sum(bool(row.get("primary")) and not row.get(DELETION_FIELD_NAME) for row in rows) > 1:
            raise ValidationError("Choose one primary address.")

    def save(self, commit: bool = True) -> Any:
        """The rows are saved in their order, so the old primary one must make way before."""
        no_longer = [
            form.instance.pk
            for form in self.initial_forms
            if form in self.deleted_forms or not form.cleaned_data["primary"]
        ]
        EmailAddress.objects.filter(pk__in=no_longer).update(primary=False)
        return super().save(commit)


class EmailAddressInline(admin.TabularInline):  # type: ignore[type-arg]
    """What somebody signs in with and is written to; confirmed by a mail, or here."""

    model = EmailAddress
    formset = EmailAddressFormSet
    extra = 0
    fields = ("email", "primary", "verified")


@admin.register(User)
class UserAdmin(Listed, DjangoUserAdmin):  # type: ignore[type-arg]
    change_password_form = PasswordForm
    list_display = ("username", "display_name", "email", "is_active", "is_staff", "last_login")
    search_fields = ("username", "display_name", "email")
    list_filter = (
        "is_active",
        "is_staff",
        "is_superuser",
        ("date_joined", dated("when they came")),
    )
    readonly_fields = ("last_login", "date_joined")
    inlines = (EmailAddressInline, DeviceInline)
    actions = ("disable", "sign_out", "forget_factors")
    fieldsets = (
        (None, {"fields": ("username", "password", "display_name", "email", "is_active")}),
        ("Permissions", {"fields": ("is_staff", "is_superuser", "user_permissions")}),
        ("Dates", {"fields": ("last_login", "date_joined")}),
    )

    def save_model(
        self, request: HttpRequest, obj: User, form: ModelForm[User], change: bool
    ) -> None:
        super().save_model(request, obj, form, change)
        if change and "is_active" in form.changed_data and not obj.is_active:
            actions.disable_user(obj)

    @method_decorator(asks_again)
    def changeform_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        return super().changeform_view(request, *args, **kwargs)

    @method_decorator(asks_again)
    def user_change_password(
        self, request: HttpRequest, id: str, form_url: str = ""
    ) -> HttpResponse:
        before = request.session.get(HASH_SESSION_KEY)
        response = super().user_change_password(request, id, form_url)
        changed = request.session.get(HASH_SESSION_KEY) != before
        if changed and isinstance(request.user, User):
            # Django keeps one's own session; the device that was ended with the rest is made anew.
            request.session.pop("device", None)
            devices.begin_session(request, request.user)
        return response

    def get_deleted_objects(self, objs: Any, request: HttpRequest) -> Any:
        """A user takes along what nobody deletes by itself: devices, knocks."""
        to_delete, counts, _, protected = super().get_deleted_objects(objs, request)
        return to_delete, counts, set(), protected

    def delete_model(self, request: HttpRequest, obj: User) -> None:
        actions.delete_user(obj)

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[User]) -> None:
        for user in queryset:
            actions.delete_user(user)

    @admin.action(description="Disable and sign out", permissions=["change"])
    @asks_first("They are signed out everywhere, leave every call, and cannot sign in again.")
    def disable(self, request: HttpRequest, queryset: QuerySet[User]) -> None:
        self.carry_out(request, queryset, actions.disable_user, said="Disabled")

    @admin.action(description="Take second factors away", permissions=["change"])
    @asks_first("Their password alone signs them in afterwards. Be sure that it is they who ask.")
    def forget_factors(self, request: HttpRequest, queryset: QuerySet[User]) -> None:
        """For who has lost the phone and the recovery codes too."""
        self.carry_out(request, queryset, forget, said="Took the second factors away")

    @admin.action(description="Sign out everywhere", permissions=["change"])
    @asks_first("They are signed out on every device, and leave every call.")
    def sign_out(self, request: HttpRequest, queryset: QuerySet[User]) -> None:
        self.carry_out(request, queryset, actions.revoke_sign_ins, said="Signed out everywhere")


def forget(user: User) -> None:
    factors = Authenticator.objects.filter(user=user)
    if not factors.exists():
        raise Needless
    factors.delete()


@admin.register(Device)
class DeviceAdmin(Listed):
    list_display = ("name", "kind", "user", "created_at", "last_used_at", "live")
    search_fields = ("name", "user__username", "user__display_name")
    list_filter = (
        "kind",
        ("ended_at", dated("when it was signed out")),
        ("revoked_at", dated("when it was revoked")),
    )
    list_select_related = ("user",)
    readonly_fields = (
        "user",
        "kind",
        "thumbprint",
        "created_at",
        "last_used_at",
        "ended_at",
        "revoked_at",
    )
    actions = ("sign_out", "revoke")

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Device | None = None) -> bool:
        return False

    @admin.display(boolean=True)
    def live(self, device: Device) -> bool:
        return device.ended_at is None

    def called(self, row: Device) -> SafeString:
        return format_html("{} of {}", shown(row), shown(row.user))

    @admin.action(description="Sign out", permissions=["change"])
    @asks_first("Their sign-ins there end, and so do the calls they are in there.")
    def sign_out(self, request: HttpRequest, queryset: QuerySet[Device]) -> None:
        self.carry_out(request, queryset, end, said="Signed out")

    @admin.action(description="Revoke for good", permissions=["change"])
    @asks_first("They are signed out at once, and their keys are refused for good.")
    def revoke(self, request: HttpRequest, queryset: QuerySet[Device]) -> None:
        self.carry_out(request, queryset, shut_out, said="Revoked")


def end(device: Device) -> None:
    if not devices.end_device(device):
        raise Needless


def shut_out(device: Device) -> None:
    if device.revoked_at:
        raise Needless
    devices.revoke_device(device)


@admin.register(UserSession)
class SessionAdmin(Listed):
    """Where users are signed in by browser; to delete one signs it out."""

    list_display = ("user", "created_at", "last_seen_at", "ip", "user_agent")
    search_fields = ("user__username", "user__display_name", "ip")
    readonly_fields = list_display
    exclude = ("data",)
    list_select_related = ("user",)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def delete_model(self, request: HttpRequest, obj: UserSession) -> None:
        devices.end_session(obj)

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[UserSession]) -> None:
        for session in queryset:
            devices.end_session(session)
