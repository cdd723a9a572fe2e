"""The forms of the account pages: allauth's, in our words."""

from __future__ import annotations

from typing import Any

from allauth.account import forms as allauth
from allauth.account.adapter import get_adapter
from allauth.core import context
from allauth.mfa.base import forms as mfa
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.forms import ActivateTOTPForm
from allauth.mfa.webauthn import forms as webauthn
from django import forms
from django.conf import settings
from django.core.validators import MaxLengthValidator

from accounts import first_admin, limits
from accounts.models import Device, User
from accounts.names import NAME_LENGTH, validate_plain_text

LOGIN_LENGTH = 320
_PASSWORD_HINT = "At least 8 characters. A few unrelated words make a good one."
_LABELS = {
    "login": "Username or e-mail",
    "remember": "Keep me signed in",
    "email": "E-mail",
    "password2": "The same password again",
    "oldpassword": "Current password",
}
_NEW_PASSWORD = {"password1": "New password"}
# What allauth says as plain text.
_SENTENCES = {"You must type the same password each time.": "The two passwords differ."}


class OurSentences:
    """What a field says of what was typed, in our words."""

    fields: dict[str, forms.Field]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            field.error_messages["required"] = "Fill this in."
            field.error_messages["max_length"] = "Use at most %(limit_value)d characters."
            if isinstance(field, forms.EmailField):
                field.error_messages["invalid"] = "This is no e-mail address."

    def add_error(self, field: str | None, error: Any) -> None:
        super().add_error(field, _SENTENCES.get(str(error), error))  # type: ignore[misc]


class OurWords(OurSentences):
    """Labels that say it all: no placeholder repeats them."""

    labels: dict[str, str] = {}
    hints: dict[str, str] = {}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, field in self.fields.items():
            field.widget.attrs.pop("placeholder", None)
            field.label = (_LABELS | self.labels).get(name, field.label)
            field.help_text = self.hints.get(name, "")


class SignInForm(OurWords, allauth.LoginForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        login = self.fields["login"]
        login.widget.attrs |= {"autocomplete": "username", "maxlength": LOGIN_LENGTH}
        login.validators.append(MaxLengthValidator(LOGIN_LENGTH))
        self.fields["remember"].initial = True


class SignUpForm(OurWords, allauth.SignupForm):
    hints = {
        "username": "Letters, digits, dots, hyphens and underscores.",
        "password1": _PASSWORD_HINT,
    }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        email = self.fields["email"]
        email.label = "E-mail" if email.required else "E-mail (optional)"
        email.help_text = "" if email.required else "Needed only to set a forgotten password anew."


class ChangePasswordForm(OurWords, allauth.ChangePasswordForm):
    labels = _NEW_PASSWORD
    hints = {"password1": _PASSWORD_HINT}

    def clean_oldpassword(self) -> str:
        assert isinstance(self.user, User)
        with limits.failures(context.request, self.user.username) as attempt:
            password: str = super().clean_oldpassword()
            attempt.failed = False
        return password


class SetPasswordForm(OurWords, allauth.SetPasswordForm):
    labels = _NEW_PASSWORD
    hints = {"password1": _PASSWORD_HINT}


class ResetPasswordForm(OurWords, allauth.ResetPasswordForm):
    pass


class ResetPasswordKeyForm(OurWords, allauth.ResetPasswordKeyForm):
    labels = _NEW_PASSWORD
    hints = {"password1": _PASSWORD_HINT}


class AddEmailForm(OurWords, allauth.AddEmailForm):
    pass


class ReauthenticateForm(OurWords, allauth.ReauthenticateForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["password"].widget.attrs["autofocus"] = True


class CountedCode(OurWords):
    """A second factor's code; wrong ones are counted."""

    user: User

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        kinds = set(Authenticator.objects.filter(user=self.user).values_list("type", flat=True))
        code = self.fields["code"]
        code.help_text = _code_hint(kinds)
        code.widget.attrs["inputmode"] = "numeric"
        # Beside a passkey's button it is the second choice.
        code.widget.attrs["autofocus"] = Authenticator.Type.WEBAUTHN not in kinds

    def clean_code(self) -> str:
        with limits.codes(context.request, self.user) as attempt:
            code: str = super().clean_code()  # type: ignore[misc]
            attempt.failed = False
        return code


class CodeForm(CountedCode, mfa.AuthenticateForm):
    pass


class FreshCodeForm(CountedCode, mfa.ReauthenticateForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # Its page has no button for a passkey.
        self.fields["code"].widget.attrs["autofocus"] = True


def _code_hint(kinds: set[str]) -> str:
    if Authenticator.Type.TOTP not in kinds:
        return "One of your recovery codes."
    if Authenticator.Type.RECOVERY_CODES not in kinds:
        return "From your authenticator app."
    return "From your authenticator app, or one of your recovery codes."


class ActivateAppForm(OurWords, ActivateTOTPForm):
    labels = {"code": "Code from the app"}
    hints = {"code": "The app shows six digits, and new ones every half minute."}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["code"].widget.attrs["inputmode"] = "numeric"


class NamedPasskey(OurWords):
    """A passkey's name, which our pages show."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        name = self.fields["name"]
        name.widget.attrs |= {"maxlength": NAME_LENGTH, "autocomplete": "off"}
        name.validators += [MaxLengthValidator(NAME_LENGTH), validate_plain_text]


class AddPasskeyForm(NamedPasskey, webauthn.AddWebAuthnForm):
    labels = {"passwordless": "Sign in with it alone, without the password"}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["passwordless"].initial = True


class RenamePasskeyForm(NamedPasskey, webauthn.EditWebAuthnForm):
    pass


class DeviceNameForm(OurSentences, forms.ModelForm):  # type: ignore[type-arg]
    class Meta:
        model = Device
        fields = ("name",)


NO_RELAY = (
    "This server has no relay, and without one nobody hears or sees who hides their address. Leave "
    "it off until whoever runs this server has set one up."
)


class ProfileForm(OurSentences, forms.ModelForm):  # type: ignore[type-arg]
    class Meta:
        model = User
        fields = ("display_name", "hides_address")
        labels = {"display_name": "Your name", "hides_address": "Hide my address"}
        help_texts = {
            "display_name": "People see this in calls. Left empty, they see your username.",
            "hides_address": "From your next call on, all you send goes through the relay, so that "
            "nobody you meet learns your network address.",
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["display_name"].widget.attrs["autocomplete"] = "name"
        if not settings.TURN_URLS:
            self.fields["hides_address"].help_text = NO_RELAY


class SetupTokenForm(forms.Form):
    """What the page's script takes out of the link's fragment."""

    token = forms.CharField(widget=forms.HiddenInput, required=False)

    def clean_token(self) -> str:
        token: str = self.cleaned_data["token"]
        if not first_admin.is_good(token):
            raise forms.ValidationError(
                "This setup link is not valid or too old. Start Parley again for a new one."
            )
        return token


class FirstAdminForm(SignUpForm, SetupTokenForm):
    """An account and the link, for who has no account yet."""

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean()
        # allauth tells the owner of a taken address by mail; who holds the link may know at once.
        if self.account_already_exists and "token" in cleaned:
            self.add_error("email", get_adapter().error_messages["email_taken"])
        return cleaned
