"""Where allauth asks for our ways with second factors: names, words, and how secrets are kept."""

from __future__ import annotations

from base64 import urlsafe_b64encode
from functools import lru_cache
from urllib.parse import urlsplit

from allauth.core import context
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser

from accounts.user_agents import device_name

_PURPOSE = b"parley second factor"


class MFAAdapter(DefaultMFAAdapter):
    """Secrets are encrypted in the database: a copy of it alone passes nobody's second step."""

    error_messages = {
        **DefaultMFAAdapter.error_messages,
        "incorrect_code": "This was not accepted. Try once more.",
        "cannot_generate_recovery_codes": "Add a passkey or set up an app first.",
        "unreadable": "Your codes cannot be read any more. Ask whoever runs this server for help.",
    }

    def encrypt(self, text: str) -> str:
        return (
            _box(settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)
            .encrypt(text.encode())
            .decode()
        )

    def decrypt(self, encrypted_text: str) -> str:
        box = _box(settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)
        try:
            return box.decrypt(encrypted_text).decode()
        except InvalidToken:
            # SECRET_KEY was changed and the old one not kept.
            raise self.validation_error("unreadable") from None

    def get_totp_label(self, user: AbstractBaseUser) -> str:
        return user.get_username()

    def generate_authenticator_name(self, user: AbstractBaseUser, type: Authenticator.Type) -> str:
        """A passkey is first called after the browser that it is made in."""
        return device_name(context.request.headers.get("User-Agent", ""))

    def get_public_key_credential_rp_entity(self) -> dict[str, str]:
        # Of this host alone, and over https; fido2 takes http from localhost, as browsers do.
        return {"id": urlsplit(settings.PARLEY_URL).hostname or "", "name": "Parley"}

    def get_public_key_credential_user_entity(
        self, user: AbstractBaseUser
    ) -> dict[str, str | bytes]:
        entity: dict[str, str | bytes] = super().get_public_key_credential_user_entity(user)
        return {**entity, "name": user.get_username(), "display_name": str(user)}


@lru_cache
def _box(*secrets: str) -> MultiFernet:
    """Encrypts with the first of the secrets; the others still open what they once closed."""
    return MultiFernet([Fernet(urlsafe_b64encode(_derived(secret))) for secret in secrets])


def _derived(secret: str) -> bytes:
    return HKDF(SHA256(), length=32, salt=None, info=_PURPOSE).derive(secret.encode())
