"""What people type about a room, on its pages."""

from __future__ import annotations

from typing import Any

from django import forms

from accounts.forms import OurSentences
from rooms.models import CAPACITY_MOST, Access, Membership, Role, Room
from rooms.policy import GIVEN_ROLES, Actor, may_invite

MAX_USES_MOST = 1000
_CHOOSE = f"Choose 2 to {CAPACITY_MOST}."
_CHOOSE_USES = f"Choose 1 to {MAX_USES_MOST}."
_ONE_OF_THESE = "Choose one of these."
# What each choice means for the room's link.
_ACCESS = {
    Access.MEMBERS: (
        "users",
        "People come in whom somebody has invited. The room's link alone lets nobody in.",
    ),
    Access.KNOCK: (
        "door-closed",
        "The link is what leads here: whoever is signed in and has it may knock, and a moderator "
        "lets them in.",
    ),
    Access.OPEN: (
        "door-open",
        "The link is what lets in: whoever is signed in and has it enters at once, as a guest for "
        "this one call.",
    ),
}
_KEPT = {0: "For the call", 1: "1 day", 7: "7 days", 30: "30 days", 90: "90 days", 365: "365 days"}


class NewRoomForm(OurSentences, forms.ModelForm):  # type: ignore[type-arg]
    class Meta:
        model = Room
        fields = ("name",)


class Cards(forms.RadioSelect):
    """Who may enter, each choice with the sentence that says what it means."""

    template_name = "rooms/cards.html"

    def create_option(self, name: str, value: Any, *args: Any, **kwargs: Any) -> dict[str, Any]:
        icon, sentence = _ACCESS[Access(value)]
        option = super().create_option(name, value, *args, **kwargs)
        return option | {"icon": icon, "sentence": sentence}


class Section(OurSentences, forms.ModelForm):  # type: ignore[type-arg]
    """One part of a room's settings.

    It brings along what stood there when the page was made: what was not touched on the page is
    not chosen, and so a page that was left open undoes nothing that others did meanwhile.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            field.show_hidden_initial = True
            if isinstance(field, forms.ChoiceField):
                field.error_messages |= dict.fromkeys(("required", "invalid_choice"), _ONE_OF_THESE)

    @property
    def chosen(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in self.changed_data}


class RoomForm(Section):
    class Meta:
        model = Room
        fields = ("name", "capacity")
        help_texts = {
            "capacity": f"At most {CAPACITY_MOST}: everyone sends straight to everyone. "
            "Beyond four cameras the pictures get coarser.",
        }
        error_messages = {
            "capacity": {"invalid": _CHOOSE, "min_value": _CHOOSE, "max_value": _CHOOSE}
        }


class EntryForm(Section):
    access = forms.ChoiceField(  # type: ignore[call-arg]
        label="Who may enter",
        choices=Access.choices,
        widget=Cards,
        template_name="rooms/cards_field.html",
    )

    class Meta:
        model = Room
        fields = ("access", "hides_addresses")
        labels = {"hides_addresses": "Hide addresses"}
        help_texts = {
            "hides_addresses": "Nobody in here learns another's network address: all sound and "
            "picture goes through this server's relay, which must have room for it.",
        }


class ChatForm(Section):
    chat_days = forms.TypedChoiceField(
        label="Keep messages",
        coerce=int,
        help_text="What is older is deleted, for everyone.",
    )

    class Meta:
        model = Room
        fields = ("has_chat", "chat_days")
        labels = {"has_chat": "People can write messages"}
        help_texts = {
            "has_chat": "They pass this server and are kept on it; sound and picture are not.",
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        now = self.instance.chat_days
        # The API takes any number of days; what it was given stays a choice.
        kept = _KEPT if now in _KEPT else _KEPT | {now: f"{now} days"}
        self.fields["chat_days"].choices = sorted(kept.items())  # type: ignore[attr-defined]


class LockForm(forms.ModelForm):  # type: ignore[type-arg]
    """A button that says what it does, whatever the room has come to be meanwhile."""

    class Meta:
        model = Room
        fields = ("locked",)


class RoleForm(forms.ModelForm):  # type: ignore[type-arg]
    role = forms.ChoiceField(choices=[(role.value, role.label) for role in GIVEN_ROLES])

    class Meta:
        model = Membership
        fields = ("role",)


class InvitationForm(forms.Form):
    """Without a word it is a link for members that works until it expires."""

    role = forms.ChoiceField(required=False)
    max_uses = forms.IntegerField(
        required=False,
        min_value=1,
        max_value=MAX_USES_MOST,
        error_messages=dict.fromkeys(("invalid", "min_value", "max_value"), _CHOOSE_USES),
    )

    def __init__(self, *args: object, by: Actor, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        given = [role for role in GIVEN_ROLES if may_invite(by, role)]
        self.fields["role"].choices = [(r.value, r.label) for r in given]  # type: ignore[attr-defined]

    def clean_role(self) -> str:
        return self.cleaned_data["role"] or Role.MEMBER
