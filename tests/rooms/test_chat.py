"""The chat of a room: kept once, in one order, and for as long as its owner says."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from functools import partial
from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command
from django.utils import timezone

from accounts.models import User
from rooms import actions, chat, moderation, signals
from rooms.chat import BadText, ChatOff, IdTaken
from rooms.door import NotAllowed
from rooms.models import TEXT_LENGTH, Membership, Message, Role, Room
from tests.support.race import at_once

WRITERS = 6
EACH = 4

Heard = list[dict[str, Any]]


@pytest.fixture
def heard() -> Iterator[Heard]:
    """What was told of messages, in order."""
    news: Heard = []

    def hear(sender: object, **what: Any) -> None:
        news.append(what)

    signals.message_sent.connect(hear)
    yield news
    signals.message_sent.disconnect(hear)


@pytest.fixture
def aged(room):
    """Makes all that was written so far so many days older."""

    def age(days: float) -> None:
        for message in room.messages.all():
            message.at -= dt.timedelta(days=days)
            message.save()

    return age


def texts(room) -> list[str]:
    return list(room.messages.values_list("text", flat=True))


def test_a_message_is_kept_and_told_with_who_wrote_it_and_when(
    room, bob, heard, django_capture_on_commit_callbacks
):
    with django_capture_on_commit_callbacks(execute=True):
        message = chat.write(room.pk, bob, "m-1", "Roses first?")
    kept = room.messages.get()
    assert (kept.number, kept.user, kept.client_id, kept.text) == (1, bob, "m-1", "Roses first?")
    assert abs(timezone.now() - kept.at) < dt.timedelta(seconds=10)
    [told] = heard
    assert told.pop("signal") is signals.message_sent
    assert told == {"slug": room.slug, "message": message}
    assert (message, message.user) == (kept, bob)


def test_a_message_sent_twice_is_one_and_told_once(
    room, bob, heard, django_capture_on_commit_callbacks
):
    with django_capture_on_commit_callbacks(execute=True):
        first = chat.write(room.pk, bob, "m-1", "Roses first?")
        chat.write(room.pk, bob, "m-2", "Or tulips?")
        again = chat.write(room.pk, bob, "m-1", "Roses first?")
    assert again == first
    assert texts(room) == ["Roses first?", "Or tulips?"]
    assert [told["message"].number for told in heard] == [1, 2]


def test_an_id_stands_for_one_text_and_no_other(room, bob):
    chat.write(room.pk, bob, "m-1", "Roses first?")
    with pytest.raises(IdTaken):
        chat.write(room.pk, bob, "m-1", "Or tulips?")
    assert texts(room) == ["Roses first?"]


def test_the_same_id_of_another_sender_or_room_is_another_message(room, alice, bob):
    other = actions.create_room(name="Cellar", by=bob)
    for where, who in [(room, alice), (room, bob), (other, bob)]:
        chat.write(where.pk, who, "m-1", f"{who.name} here")
    assert texts(room) == ["Alice here", "Bob here"]
    assert texts(other) == ["Bob here"]


@pytest.mark.django_db(transaction=True)
def test_those_who_write_at_once_get_numbers_without_a_gap(room, alice, bob):
    writing = [
        partial(chat.write, room.pk, who, f"{who.username}-{number}", "Hello")
        for number in range(EACH)
        for who in (alice, bob)
    ]
    at_once(writing)
    numbers = list(room.messages.values_list("number", flat=True))
    assert numbers == list(range(1, 2 * EACH + 1))


@pytest.mark.django_db(transaction=True)
def test_one_message_sent_many_times_at_once_is_one(room, bob, heard):
    got = at_once([partial(chat.write, room.pk, bob, "m-1", "Hello")] * WRITERS)
    assert set(got) == {room.messages.get()}
    assert len(heard) == 1


def test_text_is_kept_as_it_was_written(room, bob):
    text = "  <b>=cmd()</b>\r\n\t\u202egnp.exe \U0001fae8 \u200b "
    chat.write(room.pk, bob, "m-1", text)
    assert texts(room) == [text]


@pytest.mark.parametrize(
    "text",
    ["", " \n\t", "\u2003\u200b\u202e", "a\0b", "x" * (TEXT_LENGTH + 1)],
    ids=["empty", "spaces", "unseen", "nul", "too long"],
)
def test_what_nobody_can_read_or_keep_is_refused(room, bob, text):
    with pytest.raises(BadText):
        chat.write(room.pk, bob, "m-1", text)
    assert texts(room) == []


def test_the_longest_message_fits_whatever_its_letters(room, bob):
    chat.write(room.pk, bob, "m-1", "\U0001f339" * TEXT_LENGTH)
    assert [len(text) for text in texts(room)] == [TEXT_LENGTH]


def test_a_room_without_chat_takes_no_message_and_keeps_what_it_has(room, owner, bob):
    chat.write(room.pk, bob, "m-1", "Before")
    actions.configure_room(room, by=owner, has_chat=False)
    with pytest.raises(ChatOff):
        chat.write(room.pk, bob, "m-2", "After")
    actions.configure_room(room, by=owner, has_chat=True)
    assert texts(room) == ["Before"]
    assert chat.write(room.pk, bob, "m-2", "After").number == 2


def test_who_is_banned_removed_or_never_came_writes_nothing(room, owner, member, bob, charlie):
    moderation.ban(member, by=owner)
    for who in (bob, charlie):
        with pytest.raises(NotAllowed):
            chat.write(room.pk, who, "m-1", "Let me in")
    moderation.lift_ban(member, by=owner)
    with pytest.raises(NotAllowed):
        chat.write(room.pk, bob, "m-1", "Let me in")
    assert texts(room) == []


def test_who_is_disabled_writes_nothing(room, bob):
    # Not known to whoever read the row before.
    User.objects.filter(pk=bob.pk).update(is_active=False)
    with pytest.raises(NotAllowed):
        chat.write(room.pk, bob, "m-1", "Hello")


def test_a_room_that_is_gone_takes_no_message(room, owner, bob):
    gone = room.pk
    actions.close_room(room, by=owner)
    with pytest.raises(NotAllowed):
        chat.write(gone, bob, "m-1", "Hello")


def test_what_someone_wrote_stays_when_their_account_goes(room, bob):
    chat.write(room.pk, bob, "m-1", "Hello")
    bob.delete()
    kept = room.messages.get()
    assert (kept.user, kept.text) == (None, "Hello")


def test_each_room_keeps_its_messages_for_its_own_days(room, owner, alice, bob, aged):
    other = actions.create_room(name="Cellar", by=bob)
    actions.configure_room(room, by=owner, chat_days=7)
    chat.write(room.pk, alice, "m-1", "Eight days old")
    chat.write(other.pk, bob, "m-1", "Of the cellar")
    Message.objects.filter(room=other).update(at=timezone.now() - dt.timedelta(days=8))
    aged(2)
    chat.write(room.pk, alice, "m-2", "Six days old")
    aged(6)
    assert chat.sweep() == 1
    assert (texts(room), texts(other)) == (["Six days old"], ["Of the cellar"])


def test_a_number_is_not_given_twice_when_all_before_is_deleted(room, owner, alice, aged):
    actions.configure_room(room, by=owner, chat_days=1)
    chat.write(room.pk, alice, "m-1", "Old")
    aged(2)
    chat.sweep()
    assert chat.write(room.pk, alice, "m-2", "New").number == 2


def test_a_chat_for_the_call_alone_is_emptied_where_nobody_is_inside(room, owner, alice, seat):
    actions.configure_room(room, by=owner, chat_days=0)
    sitting = seat(room, alice)
    chat.write(room.pk, alice, "m-1", "For now")
    assert chat.sweep() == 0
    sitting.call.ended_at = timezone.now()
    sitting.call.save()
    assert chat.sweep() == 1


def test_the_command_says_how_many_messages_it_deleted(room, owner, alice, aged):
    actions.configure_room(room, by=owner, chat_days=1)
    for number in range(3):
        chat.write(room.pk, alice, f"m-{number}", "Old")
    aged(2)
    said = StringIO()
    call_command("delete_old_messages", stdout=said)
    assert said.getvalue() == "Deleted 3 messages.\n"
    assert texts(room) == []


@pytest.fixture
def read(room, browser):
    """What somebody is given who asks for the chat."""

    def ask(who, query: str = "", slug: str = room.slug):
        return browser(who).get(f"/api/rooms/{slug}/messages/{query}")

    return ask


@pytest.fixture
def written(room, bob) -> None:
    """As many messages as make one page and a half."""
    now = timezone.now()
    numbers = range(1, 301)
    Message.objects.bulk_create(
        Message(
            room=room, user=bob, number=number, client_id=f"m-{number}", text=str(number), at=now
        )
        for number in numbers
    )


def spelt(answer) -> tuple[list[int], bool]:
    body = answer.json()
    return [message["id"] for message in body["messages"]], body["more"]


def test_the_chat_is_given_as_the_socket_gave_it(room, alice, bob, read):
    message = chat.write(room.pk, bob, "m-1", "Roses first?")
    answer = read(alice)
    assert answer.status_code == 200
    given = answer.json()["messages"]
    assert dt.datetime.fromisoformat(given[0].pop("at")) == message.at
    assert given == [
        {"id": 1, "client_id": "m-1", "user": bob.pk, "name": "Bob", "text": "Roses first?"}
    ]
    assert answer.json()["chat_days"] == room.chat_days


@pytest.mark.usefixtures("written")
def test_who_was_away_gets_what_lies_between_page_by_page(alice, read):
    assert spelt(read(alice)) == (list(range(101, 301)), True)
    assert spelt(read(alice, "?after=0")) == (list(range(1, 201)), True)
    assert spelt(read(alice, "?after=100")) == (list(range(101, 301)), False)
    assert spelt(read(alice, "?after=298")) == ([299, 300], False)
    assert spelt(read(alice, "?after=300")) == ([], False)


@pytest.mark.parametrize("after", ["-1", "x", "", "1.0", "1_0", "\u0663", str(2**53)])
def test_what_is_no_number_of_a_message_is_refused(alice, read, after):
    answer = read(alice, f"?after={after}")
    assert (answer.status_code, answer.json()["code"]) == (400, "invalid")


def test_the_text_of_who_left_is_nobodys(room, alice, bob, read):
    chat.write(room.pk, bob, "m-1", "Hello")
    bob.delete()
    [given] = read(alice).json()["messages"]
    assert (given["user"], given["name"]) == (None, "")


def test_a_guest_reads_the_chat_and_who_is_banned_or_strange_finds_no_room(
    room, owner, member, bob, charlie, read
):
    Membership.objects.create(room=room, user=charlie, role=Role.GUEST)
    assert read(charlie).status_code == 200
    room.memberships.filter(user=charlie).delete()
    moderation.ban(member, by=owner)
    of_none = read(charlie, slug="of-no-room")
    assert of_none.status_code == 404
    for who in (bob, charlie):
        assert (read(who).status_code, read(who).content) == (404, of_none.content)


def test_a_room_without_chat_shows_none(room, owner, bob, read):
    chat.write(room.pk, bob, "m-1", "Before")
    actions.configure_room(room, by=owner, has_chat=False)
    answer = read(bob)
    assert (answer.status_code, answer.json()["code"]) == (403, "chat_off")


def test_nobody_writes_more_in_a_minute_than_anybody_reads(room, alice, bob, aged):
    chat.write(room.pk, bob, "m-0", "Roses?")
    now = timezone.now()
    Message.objects.bulk_create(
        Message(room=room, number=n + 1, user=bob, client_id=f"m-{n}", text="Roses?", at=now)
        for n in range(1, chat.MOST_A_MINUTE)
    )
    Room.objects.filter(pk=room.pk).update(last_message=chat.MOST_A_MINUTE)
    with pytest.raises(chat.TooMany):
        chat.write(room.pk, bob, "m-more", "Roses?")
    # What is kept already is answered as ever, and nobody else has to wait.
    assert chat.write(room.pk, bob, "m-0", "Roses?").number == 1
    assert chat.write(room.pk, alice, "m-0", "Tulips.").number == chat.MOST_A_MINUTE + 1
    aged(days=1)
    assert chat.write(room.pk, bob, "m-more", "Roses?").number == chat.MOST_A_MINUTE + 2
