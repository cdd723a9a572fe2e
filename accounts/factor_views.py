"""Where the pages of passkeys and codes lead elsewhere than allauth's do."""

from __future__ import annotations

from functools import wraps

from allauth.account.utils import passthrough_next_redirect_url
from allauth.mfa.models import Authenticator
from allauth.mfa.utils import is_mfa_enabled
from allauth.mfa.webauthn.views import LoginWebAuthnView, ReauthenticateWebAuthnView
from django.contrib import messages
from django.contrib.auth import REDIRECT_FIELD_NAME
from django.forms import Form
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import redirect
from django.urls import reverse

from accounts.decorators import View

_UNKNOWN = "Parley does not know this passkey. Sign in with your password."
_EMPTY = "A passkey needs JavaScript. Use your password."


class PasskeySignInView(LoginWebAuthnView):
    """A passkey that was not accepted leads back to the form, which still leads on."""

    def form_invalid(self, form: Form) -> HttpResponse:
        messages.error(self.request, _UNKNOWN if self.request.POST.get("credential") else _EMPTY)
        return _on_the_way(self.request, reverse("account_login"))


class FreshPasskeyView(ReauthenticateWebAuthnView):
    """A passkey that was not accepted is tried again here, and then leads on as it would have."""

    def form_invalid(self, form: Form) -> HttpResponse:
        super().form_invalid(form)
        return _on_the_way(self.request, self.request.path)


def only_with(page: View, *kinds: Authenticator.Type) -> View:
    """The page of what one does not have leads to where one gets it."""

    @wraps(page)
    def view(request: HttpRequest) -> HttpResponseBase:
        if request.user.is_authenticated and not is_mfa_enabled(request.user, kinds):
            return redirect("mfa_index")
        return page(request)

    return view


def _on_the_way(request: HttpRequest, path: str) -> HttpResponse:
    return HttpResponseRedirect(passthrough_next_redirect_url(request, path, REDIRECT_FIELD_NAME))
