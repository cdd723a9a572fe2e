"""Buckets and strikes, with a clock of the test's own."""

from __future__ import annotations

import pytest

from signaling.limits import Bucket, Strikes


@pytest.fixture
def bucket() -> Bucket:
    return Bucket(capacity=10, refill=2, at=100)


def test_a_full_bucket_gives_all_of_it_at_once_and_no_more(bucket: Bucket):
    assert all(bucket.take(1, 100) for _ in range(10))
    assert not bucket.take(1, 100)


def test_a_bucket_fills_with_time(bucket: Bucket):
    assert bucket.take(10, 100)
    assert not bucket.take(1, 100.49)
    assert bucket.take(1, 100.5)
    assert bucket.take(4, 102.5)
    assert not bucket.take(1, 102.5)


def test_a_bucket_never_holds_more_than_its_capacity(bucket: Bucket):
    assert not bucket.take(11, 10_000)
    assert bucket.take(10, 10_000)
    assert not bucket.take(1, 10_000)


def test_what_is_refused_costs_nothing(bucket: Bucket):
    assert bucket.take(8, 100)
    assert not bucket.take(3, 100)
    assert bucket.take(2, 100)


def test_the_third_strike_in_ten_seconds_is_one_too_many():
    strikes = Strikes()
    assert [strikes.strike(now) for now in (0, 4, 9.9)] == [False, False, True]


def test_a_strike_is_forgotten_after_ten_seconds():
    strikes = Strikes()
    assert not any(strikes.strike(now) for now in range(0, 60, 5))
    assert strikes.strike(56)


def test_memory_does_not_grow_with_strikes():
    strikes = Strikes()
    for now in range(1_000):
        strikes.strike(now)
    assert len(strikes.times) == 10
