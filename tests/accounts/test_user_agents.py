"""Browsers pretend to be one another; the name is the one their owner would use."""

from __future__ import annotations

import pytest

from accounts.user_agents import device_name

CHROME = "AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0 Safari/537.36"


@pytest.mark.parametrize(
    ("user_agent", "name"),
    [
        (f"Mozilla/5.0 (Windows NT 10.0; Win64; x64) {CHROME}", "Chrome on Windows"),
        (f"Mozilla/5.0 (Windows NT 10.0; Win64; x64) {CHROME} Edg/140.0", "Edge on Windows"),
        (f"Mozilla/5.0 (Linux; Android 15) {CHROME} Mobile", "Chrome on Android"),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 18_0) Version/18.0 Safari/604.1", "Safari on iPhone"),
        (
            "Mozilla/5.0 (Macintosh; Intel Mac OS X 14.0; rv:140.0) Firefox/140.0",
            "Firefox on macOS",
        ),
        ("curl/8.0", "Browser"),
        ("", "Browser"),
    ],
)
def test_a_device_is_called_after_its_browser_and_system(user_agent, name):
    assert device_name(user_agent) == name
