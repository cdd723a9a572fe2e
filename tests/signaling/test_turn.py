"""Credentials that coturn takes, and when the next ones are due."""

from __future__ import annotations

from dataclasses import replace

import pytest

from signaling import turn
from signaling.messages import IceServer
from signaling.turn import HALF_LIFE, LIFETIME, Relay

COTURN = Relay(
    provider="coturn",
    stun_urls=("stun:relay.example.org:3478",),
    turn_urls=("turn:relay.example.org:3478?transport=udp", "turns:relay.example.org:443"),
    secrets=("new", "old"),
)
NAME = "6fd0c1b2a3e4f596"
NOW = 1_767_225_600.0


def login(relay: Relay, now: float = NOW, name: str = NAME) -> IceServer:
    return turn.grant(relay, name, now).servers[-1]


def expiry(server: IceServer) -> int:
    return int(str(server.username).split(":")[0])


def renewed(now: float, name: str = NAME) -> float:
    renew_at = turn.grant(COTURN, name, now).renew_at
    assert renew_at is not None
    return renew_at


def test_a_credential_is_the_one_that_coturn_computes():
    # echo -n 1767226200:6fd0c1b2a3e4f596 | openssl dgst -sha1 -hmac north -binary | base64
    username, password = turn.credential("north", NAME, 1_767_226_200)
    assert (username, password) == (f"1767226200:{NAME}", "7SOiNmaQbNt8yuk4Yl2JGxOaLwc=")


def test_the_servers_are_those_of_the_settings():
    stun, relay = turn.grant(COTURN, NAME, NOW).servers
    assert stun == IceServer(urls=["stun:relay.example.org:3478"])
    assert relay.urls == list(COTURN.turn_urls)


def test_the_first_secret_signs():
    ours = login(COTURN)
    assert ours == login(replace(COTURN, secrets=("new",)))
    assert ours.credential == turn.credential("new", NAME, expiry(ours))[1]
    assert ours.credential != login(replace(COTURN, secrets=("old", "new"))).credential


def test_a_credential_stays_the_same_until_its_half_life():
    half_life = renewed(NOW)
    assert NOW < half_life <= NOW + HALF_LIFE
    given = turn.grant(COTURN, NAME, NOW)
    assert turn.grant(COTURN, NAME, half_life - 0.001) == given
    assert turn.grant(COTURN, NAME, half_life).servers != given.servers
    assert renewed(half_life) == half_life + HALF_LIFE


@pytest.mark.parametrize("later", [0, 0.5, 149, 299.5, 300, 601])
def test_a_credential_is_good_for_half_its_life_at_least(later: float):
    now = NOW + later
    left = expiry(login(COTURN, now)) - now
    assert HALF_LIFE < left <= LIFETIME
    assert expiry(login(COTURN, now)) == renewed(now) + HALF_LIFE


def test_not_everybody_asks_at_the_same_moment():
    names = [turn.pseudonym("key", user, "room") for user in range(100)]
    assert len({renewed(NOW, name) for name in names}) > 50


def test_a_pseudonym_is_stable_and_says_nothing():
    name = turn.pseudonym("key", 7, "garden")
    assert name == turn.pseudonym("key", 7, "garden")
    others = {("other", 7, "garden"), ("key", 8, "garden"), ("key", 7, "orchard")}
    assert name not in {turn.pseudonym(*other) for other in others}
    assert len(name) == 16 and int(name, 16) and "garden" not in name


def test_a_static_relay_has_one_login_for_all():
    relay = replace(
        COTURN, provider="static", secrets=(), static_username="us", static_password="pass"
    )
    server = login(relay)
    assert (server.username, server.credential) == ("us", "pass")
    assert server == login(relay, NOW + LIFETIME, "00000000000000ff")


@pytest.mark.parametrize(
    "without",
    [
        replace(COTURN, secrets=()),
        replace(COTURN, provider="static"),
        replace(COTURN, provider="elsewhere"),
    ],
)
def test_a_relay_without_a_login_is_not_given_out(without: Relay):
    with pytest.raises(turn.RelayUnavailable):
        turn.grant(without, NAME, NOW)


def test_without_a_relay_there_is_nothing_to_log_in_to():
    given = turn.grant(Relay(provider="coturn", stun_urls=("stun:a.example",)), NAME, NOW)
    assert given.servers == [IceServer(urls=["stun:a.example"])]
    assert given.renew_at is None
    assert turn.grant(Relay(provider="coturn"), NAME, NOW).servers == []
