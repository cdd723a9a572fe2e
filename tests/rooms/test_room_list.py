"""The list of one's rooms: who is inside, who may enter, and as what one belongs there."""

from __future__ import annotations

import pytest

from accounts.models import User
from rooms import actions
from rooms.models import Access, Membership, Role, Room


def test_the_list_shows_my_rooms_and_who_is_inside(browser, room, alice, bob, seat):
    seat(room, bob)
    response = browser(alice).get("/")
    listed = response.context["rooms"][0]
    assert (listed.name, listed.inside, listed.role, listed.member_count) == (
        "Garden",
        ["Bob"],
        "owner",
        2,
    )
    assert f"/r/{room.slug}/" in response.content.decode()


def test_the_list_parts_rooms_by_who_is_inside_and_marks_ones_own(browser, room, alice, bob, seat):
    den = actions.create_room(name="Den", by=bob)
    Membership.objects.create(room=den, user=alice)
    seat(den, bob)
    response = browser(alice).get("/")
    assert (response.context["live"], response.context["quiet"]) == ([den], [room])
    assert "2 members · yours" in response.content.decode()
    assert "yours" not in browser(bob).get("/").content.decode()


@pytest.mark.parametrize(
    ("count", "said"),
    [
        (1, "<bdi>&lt;b&gt;0</bdi>"),
        (2, "<bdi>&lt;b&gt;0</bdi> and <bdi>&lt;b&gt;1</bdi>"),
        (4, "<bdi>&lt;b&gt;0</bdi>, <bdi>&lt;b&gt;1</bdi> and 2 more"),
    ],
)
def test_the_list_names_who_is_inside(browser, room, alice, seat, count, said):
    for number in range(count):
        seat(room, User.objects.create_user(f"guest{number}", display_name=f"<b>{number}"))
    assert f"<p>{said}</p>" in browser(alice).get("/").text


def test_the_list_of_a_stranger_is_empty(browser, room, charlie):
    response = browser(charlie).get("/")
    assert response.context["rooms"] == []
    assert "Garden" not in response.content.decode()


@pytest.mark.parametrize("access", Access.values)
def test_the_list_says_in_a_word_who_may_enter(browser, room, alice, access):
    words = {"members": "Members only", "knock": "Knock to enter", "open": "Open to the link"}
    Room.objects.update(access=access)
    text = browser(alice).get("/").text
    assert [word for word in words.values() if word in text] == [words[access]]
    assert "Locked" not in text
    Room.objects.update(locked=True)
    assert "Locked" in browser(alice).get("/").text


def test_a_room_where_one_is_a_guest_is_marked_and_has_no_settings(
    browser, room, alice, charlie, seat
):
    Membership.objects.create(room=room, user=charlie, role=Role.GUEST)
    seat(room, charlie)
    text = browser(charlie).get("/").text
    assert "You are a guest" in text
    assert f"/rooms/{room.slug}/settings/" not in text
    assert browser(alice).get("/").context["rooms"][0].member_count == 2
