"""The settings page answers where one asked: each part says what became of it, and is in view."""

from __future__ import annotations

import re

import pytest
from django.test import Client
from django.utils import timezone

from rooms import actions
from rooms.models import Membership, Role, Room

PARTS = ("room", "entry", "link", "chat", "members", "banned", "invitations")


@pytest.fixture
def page(browser, room, alice) -> Client:
    client: Client = browser(alice)
    return client


@pytest.fixture
def dave(room, charlie) -> Membership:
    """Somebody else who belongs to the room."""
    return Membership.objects.create(room=room, user=charlie)


def path(room: Room, section: str = "settings/") -> str:
    return f"/rooms/{room.slug}/{section}"


def said_in(text: str) -> dict[str, str]:
    """What each part of the page has to say, and under "" what the page itself has."""
    found = re.findall(r'id="(\w+)-said">(.*?)<h2', text, re.S)
    found += re.findall(r'<main[^>]*>()(.*?)<a class="back"', text, re.S)
    said = {part: " ".join(re.sub("<[^>]*>", " ", markup).split()) for part, markup in found}
    return {part: words for part, words in said.items() if words}


@pytest.mark.parametrize(
    ("section", "posted", "part", "words"),
    [
        ("settings/", {"name": "Orchard", "capacity": "4"}, "room", "Saved."),
        ("entry/", {"access": "open"}, "entry", "Saved."),
        ("chat/", {"chat_days": "7"}, "chat", "Saved."),
        ("lock/", {"locked": "true"}, "link", "The room is locked."),
        ("link/", {}, "link", "The room has a new link. The old one leads nowhere."),
    ],
)
def test_what_was_saved_is_said_in_its_own_part(page, room, section, posted, part, words):
    answer = page.post(path(room, section), posted)
    room.refresh_from_db()
    assert answer.url == f"{path(room)}#{part}"
    assert said_in(page.get(answer.url).text) == {part: words}
    assert said_in(page.get(answer.url).text) == {}


@pytest.mark.parametrize(
    ("deed", "posted", "words"),
    [
        ("role/", {"role": "moderator"}, "Bob is now moderator."),
        ("owner/", {}, "Bob owns the room now. You are a moderator."),
        ("remove/", {}, "Bob is out of the room."),
        ("ban/", {}, "Bob is banned, and does not come back."),
    ],
)
def test_what_was_done_to_a_member_is_said_among_the_members(page, room, bob, deed, posted, words):
    answer = page.post(path(room, f"members/{bob.pk}/{deed}"), posted)
    assert answer.url == f"{path(room)}#members"
    assert said_in(page.get(answer.url).text) == {"members": words}


def test_a_lifted_ban_is_said_among_the_bans_for_as_long_as_there_are_any(page, room, member, dave):
    room.memberships.exclude(role=Role.OWNER).update(banned_at=timezone.now())
    for place, part in ((member, "banned"), (dave, "members")):
        answer = page.post(path(room, f"bans/{place.user_id}/lift/"))
        assert answer.url == f"{path(room)}#{part}"
        said = said_in(page.get(answer.url).text)
        assert said == {part: f"{place.user.name} may be invited and let in again."}


def test_a_link_that_was_turned_off_is_said_among_the_invitations(page, room, owner):
    invitation, _ = actions.invite(room, by=owner)
    answer = page.post(path(room, f"invitations/{invitation.pk}/revoke/"))
    assert answer.url == f"{path(room)}#invitations"
    assert said_in(page.get(answer.url).text) == {"invitations": "That link no longer works."}


def test_a_link_that_may_not_be_renewed_now_is_said_beside_it(page, room, bob, seat):
    seat(room, bob)
    answer = page.post(path(room, "link/"))
    assert answer.url == f"{path(room)}#link"
    [(part, words)] = said_in(page.get(answer.url).text).items()
    assert (part, words.partition(".")[0]) == ("link", "Somebody is inside")


@pytest.mark.parametrize(
    ("section", "posted", "part"),
    [
        ("settings/", {"name": "", "capacity": "6"}, "room"),
        ("entry/", {"access": "everybody"}, "entry"),
        ("chat/", {"chat_days": "2"}, "chat"),
        ("invitations/", {"max_uses": "0"}, "invitations"),
    ],
)
def test_what_was_refused_is_said_in_its_own_part_and_shown_first(
    page, room, section, posted, part
):
    text = page.get(path(room)).text
    # A browser keeps the fragment for the page that answers, and goes there.
    assert f'action="{path(room, section)}#{part}"' in text
    refused = page.post(path(room, section), posted)
    assert refused.status_code == 200
    said = said_in(refused.text)
    assert said == {part: "Nothing was changed yet. Look at what is marked below."}
    assert page.get(path(room, section)).status_code == (200 if section == "settings/" else 302)


def test_every_part_that_one_comes_back_to_takes_the_focus_and_has_a_name(page, room, member):
    Membership.objects.filter(pk=member.pk).update(banned_at=timezone.now())
    text = page.get(path(room)).text
    for part in PARTS:
        [tag] = re.findall(rf'<(?:form|section) [^>]*\bid="{part}"[^>]*>', text)
        assert 'tabindex="-1"' in tag
        for attribute in ("aria-labelledby", "aria-describedby"):
            [wanted] = re.findall(rf'{attribute}="([^"]+)"', tag)
            assert f'id="{wanted}"' in text


def test_what_another_page_has_to_say_stands_on_top(page, room):
    other = actions.create_room(name="Den", by=room.memberships.get(role=Role.OWNER).user)
    page.post(path(other, "close/"))
    assert said_in(page.get(path(room)).text) == {"": "Den is deleted."}


@pytest.mark.parametrize(
    ("section", "posted", "words"),
    [
        ("settings/", {"name": "Orchard", "capacity": "4"}, "Saved."),
        ("entry/", {"access": "open"}, "Saved."),
        ("chat/", {"chat_days": "7"}, "Saved."),
    ],
)
def test_what_has_lost_its_part_meanwhile_stands_on_top(page, room, owner, section, posted, words):
    page.post(path(room, section), posted)
    Membership.objects.filter(pk=owner.pk).update(role=Role.MEMBER)
    assert said_in(page.get(path(room)).text) == {"": words}


def test_a_part_that_is_shown_says_it_itself(page, room, owner, member):
    """The page knows of each of its parts whether it is there."""
    Membership.objects.filter(pk=member.pk).update(banned_at=timezone.now())
    for role in (Role.OWNER, Role.MODERATOR, Role.MEMBER):
        Membership.objects.filter(pk=owner.pk).update(role=role)
        answer = page.get(path(room))
        assert sorted(answer.context["parts"]) == sorted(
            re.findall(r'id="(\w+)-said"', answer.text)
        )
