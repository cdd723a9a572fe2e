"""What people may be called: nothing in a name may hide or reorder the text around it."""

from __future__ import annotations

import unicodedata

from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator

NAME_LENGTH = 64

# Cc control, Cf format (those that turn the text, and spaces without width), Cs lone surrogate,
# Zl and Zp line breaks.
_REFUSED_CATEGORIES = {"Cc", "Cf", "Cs", "Zl", "Zp"}
# By category letters or symbols, and yet blank: the fillers of Hangul, and Braille without a dot.
_BLANK = set("\u115f\u1160\u3164\uffa0\u2800")
_JOINERS = set("\u200c\u200d")
_EMOJI_STYLE = "\ufe0f"
_VIRAMA = 9
# With one of its own a name would step out of the isolation around it.
_ISOLATES = dict.fromkeys(range(0x2066, 0x206A))


def validate_plain_text(value: str) -> None:
    """Refuses what turns the text around it, what breaks the line, and what nobody can see."""
    if any(_is_hidden(value, place) for place in range(len(value))):
        raise ValidationError("Leave out invisible characters.", code="invisible")
    # Letters, numbers, punctuation and symbols leave ink on the page.
    if not any(unicodedata.category(char)[0] in "LNPS" for char in value):
        raise ValidationError("Use at least one character that can be seen.", code="invisible")


def _is_hidden(text: str, place: int) -> bool:
    char = text[place]
    if char in _JOINERS and 0 < place < len(text) - 1:
        return not _may_be_joined(text[place - 1], text[place + 1])
    return char in _BLANK or unicodedata.category(char) in _REFUSED_CATEGORIES


def _may_be_joined(before: str, after: str) -> bool:
    """Emoji, Persian and the scripts of India are written with joiners; elsewhere they hide."""
    if unicodedata.category(after) == "So":
        return before == _EMOJI_STYLE or unicodedata.category(before) in {"So", "Sk"}
    is_script = (
        unicodedata.bidirectional(before) == "AL" or unicodedata.combining(before) == _VIRAMA
    )
    return is_script and unicodedata.category(after)[0] == "L"


def isolated(name: str) -> str:
    """For plain text: a name from before it was validated turns nothing but itself."""
    return f"\N{FIRST STRONG ISOLATE}{name.translate(_ISOLATES)}\N{POP DIRECTIONAL ISOLATE}"


validate_username = RegexValidator(
    r"^[\w.-]+\Z",
    "Use letters, digits, dots, hyphens and underscores, without spaces.",
)
