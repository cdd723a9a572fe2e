"""What people may be called: nothing in a name may hide or reorder the text around it."""

from __future__ import annotations

import unicodedata

from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator

NAME_LENGTH = 64

# Cc control, Cs lone surrogate, Zl and Zp line breaks.
_REFUSED_CATEGORIES = {"Cc", "Cs", "Zl", "Zp"}
# Marks, embeddings, overrides and isolates that change the direction of the text after them.
_BIDI = set("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


def validate_plain_text(value: str) -> None:
    """Refuses control characters, those that turn the text around them, and what nobody can see."""
    # Letters, numbers, punctuation and symbols leave ink on the page.
    if not any(unicodedata.category(char)[0] in "LNPS" for char in value):
        raise ValidationError("Use at least one character that can be seen.", code="invisible")
    if any(char in _BIDI or unicodedata.category(char) in _REFUSED_CATEGORIES for char in value):
        raise ValidationError("Leave out invisible characters.", code="invisible")


validate_username = RegexValidator(
    r"^[\w.-]+\Z",
    "Use letters, digits, dots, hyphens and underscores, without spaces.",
)
