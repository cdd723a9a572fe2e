"""The knock of one socket: one answer reaches it, and only its own."""

from __future__ import annotations

from signaling.messages import Denied
from signaling.peers import OwnKnock


async def test_an_answer_reaches_who_knocks_once():
    knock, refused = OwnKnock(), Denied(reason="refused", retry_after=60)
    knock.known_as(7)
    knock.end(7, refused)
    knock.end(7, None)
    assert knock.answer.result() == refused


async def test_the_end_of_an_earlier_knock_is_no_answer_to_this_one():
    early, late = OwnKnock(), OwnKnock()
    expired = Denied(reason="expired", retry_after=0)
    # Before this one was known to the database, and after.
    early.end(6, expired)
    early.known_as(7)
    late.known_as(7)
    late.end(6, expired)
    for knock in (early, late):
        assert not knock.answer.done()
        knock.end(7, None)
        assert knock.answer.result() is None


async def test_an_answer_that_is_here_before_the_knock_is_known_counts():
    knock = OwnKnock()
    knock.end(7, None)
    assert not knock.answer.done()
    knock.known_as(7)
    assert knock.answer.result() is None
