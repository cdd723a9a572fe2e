"""Django admin in words that say what is meant, and moments that leave no question."""

from __future__ import annotations

import re
from html import unescape

import pytest
from django.test import Client

from rooms import actions
from rooms.models import Access, Knock, Membership

pytestmark = pytest.mark.django_db

ROOMS = ["room", "membership", "invitation", "knock", "call", "participant", "worker", "auditentry"]
LISTS = [f"/admin/rooms/{name}/" for name in ROOMS] + [
    f"/admin/{name}/" for name in ("accounts/user", "accounts/device", "usersessions/usersession")
]
# As in "22 Nov 2026, 21:09 UTC".
MOMENT = re.compile(r"\b\d{1,2} [A-Z][a-z]{2} \d{4}, \d\d:\d\d( UTC)?")
DJANGOS_OWN = re.compile(r"\b[ap]\.m\.|\bnoon\b|\bmidnight\b")


@pytest.fixture
def everything(owner: Membership, member: Membership, charlie, seat) -> None:
    """One row for every list."""
    seat(owner.room, owner.user)
    actions.invite(owner.room, by=owner)
    actions.configure_room(owner.room, by=owner, access=Access.OPEN, hides_addresses=True)
    Knock.objects.create(room=owner.room, user=charlie)


def headings(text: str) -> list[str]:
    columns = re.findall(r'<th scope="col".*?<div class="text">(.*?)</div>', text, re.S)
    filters = re.findall(r"<summary[^>]*>(.*?)</summary>", text, re.S)
    return [" ".join(re.sub("<[^>]*>", " ", one).split()) for one in columns + filters]


@pytest.mark.parametrize("path", LISTS)
def test_every_moment_has_one_form_with_its_time_zone_named(admin: Client, everything, path):
    listing = admin.get(path)
    row = listing.context["cl"].result_list[0]
    page = admin.get(f"{path}{row.pk}/change/")
    text = listing.text + (page.text if page.status_code == 200 else "")
    assert not DJANGOS_OWN.search(text)
    zones = {found.group(1) for found in MOMENT.finditer(text)}
    assert zones == {" UTC"}


@pytest.mark.parametrize("path", LISTS)
def test_no_heading_is_the_name_of_a_column_in_the_database(admin: Client, everything, path):
    found = headings(admin.get(path).text)
    assert found
    bare = [one for one in found if re.search(r"^by .* ?at$|^at$|^by$", one, re.IGNORECASE)]
    assert bare == []


def test_the_record_says_what_was_done_in_the_words_of_the_pages(admin: Client, everything):
    text = unescape(admin.get("/admin/rooms/auditentry/").text)
    assert headings(text)[:6] == ["When", "What was done", "Who", "Whom", "Room", "Detail"]
    assert "who may enter, hidden addresses" in text
