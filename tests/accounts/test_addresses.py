"""Where a request comes from is what our own proxies saw, and nothing that anybody claims."""

from __future__ import annotations

import pytest

from accounts.addresses import address, neighbourhood, socket_ip


@pytest.mark.parametrize(
    ("peer", "forwarded", "trusted", "seen"),
    [
        ("192.0.2.1", "", 0, "192.0.2.1"),
        ("192.0.2.1", "203.0.113.9", 0, "192.0.2.1"),
        ("10.0.0.1", "203.0.113.9", 1, "203.0.113.9"),
        ("10.0.0.1", "6.6.6.6, 203.0.113.9", 1, "203.0.113.9"),
        ("10.0.0.1", "6.6.6.6,203.0.113.9 , 10.0.0.2", 2, "203.0.113.9"),
        # Fewer than our own proxies add: it came past them.
        ("10.0.0.1", "203.0.113.9", 2, "10.0.0.1"),
        ("10.0.0.1", "", 1, "10.0.0.1"),
        ("10.0.0.1", "203.0.113.9, nonsense", 1, "10.0.0.1"),
        ("10.0.0.1", "203.0.113.9, ", 1, "10.0.0.1"),
        ("10.0.0.1", "203.0.113.9:4711", 1, "10.0.0.1"),
        ("::ffff:192.0.2.1", "", 0, "192.0.2.1"),
        ("::1", "::ffff:203.0.113.9", 1, "203.0.113.9"),
        ("::1", "2001:DB8::1", 1, "2001:db8::1"),
        # PostgreSQL takes no zone.
        ("fe80::1%eth0", "", 0, "fe80::1"),
        ("::1", "fe80::1%eth0", 1, "fe80::1"),
        ("", "", 0, "0.0.0.0"),
        ("", "203.0.113.9", 1, "203.0.113.9"),
    ],
)
def test_an_address_is_what_the_outermost_proxy_of_ours_saw(peer, forwarded, trusted, seen):
    assert address(peer, forwarded, trusted) == seen


def test_a_socket_comes_from_where_a_request_comes_from(settings):
    settings.TRUSTED_PROXY_COUNT = 1
    lines = [(b"x-forwarded-for", b"6.6.6.6"), (b"x-forwarded-for", b"203.0.113.9")]
    scope = {"headers": lines, "client": ("10.0.0.1", 1)}
    assert socket_ip(scope) == "203.0.113.9"
    settings.TRUSTED_PROXY_COUNT = 0
    assert socket_ip(scope) == "10.0.0.1"
    assert socket_ip({"headers": [], "client": None}) == "0.0.0.0"


def test_all_addresses_of_one_network_are_one():
    assert neighbourhood("2001:db8:1:2::1") == neighbourhood("2001:db8:1:2:ffff::9")
    assert neighbourhood("2001:db8:1:2::1") != neighbourhood("2001:db8:1:3::1")
    assert neighbourhood("192.0.2.1") == "192.0.2.1"
