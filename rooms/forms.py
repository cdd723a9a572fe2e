"""What people type about a room, on its pages."""

from __future__ import annotations

from django import forms

from accounts.forms import OurSentences
from rooms.models import CAPACITY_MOST, Membership, Role, Room
from rooms.policy import GIVEN_ROLES, Actor, may_invite

MAX_USES_MOST = 1000
_CHOOSE = f"Choose 2 to {CAPACITY_MOST}."
_CHOOSE_USES = f"Choose 1 to {MAX_USES_MOST}."


class NewRoomForm(OurSentences, forms.ModelForm):  # type: ignore[type-arg]
    class Meta:
        model = Room
        fields = ("name",)


class RoomForm(OurSentences, forms.ModelForm):  # type: ignore[type-arg]
    class Meta:
        model = Room
        fields = ("name", "capacity", "locked")
        labels = {"locked": "Locked"}
        help_texts = {
            "locked": "Nobody new comes in but the owner and moderators. Who is inside stays.",
            "capacity": f"At most {CAPACITY_MOST}: everyone sends straight to everyone.",
        }
        error_messages = {
            "capacity": {"invalid": _CHOOSE, "min_value": _CHOOSE, "max_value": _CHOOSE}
        }


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
