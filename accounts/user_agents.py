"""A device's first name, guessed from what its browser says of itself."""

from __future__ import annotations

import re

# In this order: Edge and Opera call themselves Chrome too, and Chrome calls itself Safari.
_BROWSERS = {
    "Edg/": "Edge",
    "OPR/": "Opera",
    "Firefox/": "Firefox",
    "FxiOS/": "Firefox",
    "CriOS/": "Chrome",
    "Chromium/": "Chromium",
    "Chrome/": "Chrome",
    "Safari/": "Safari",
}
_SYSTEMS = {
    "iPhone": "iPhone",
    "iPad": "iPad",
    "Android": "Android",
    "CrOS": "ChromeOS",
    "Windows": "Windows",
    "Macintosh": "macOS",
    "Linux": "Linux",
}
_HANDHELD = ("iPhone", "iPad", "Android")


def device_name(user_agent: str) -> str:
    """For example "Firefox on Linux"; what is not recognised is left out."""
    browser = next((name for mark, name in _BROWSERS.items() if mark in user_agent), "Browser")
    system = next((name for mark, name in _SYSTEMS.items() if mark in user_agent), "")
    return f"{browser} on {system}" if system else browser


def is_handheld(name: str) -> bool:
    """As far as a device's name tells."""
    return any(system in name for system in _HANDHELD)


def client_name(user_agent: str) -> str:
    """The program's own name for itself, as "parley-example" in "parley-example/1.0"."""
    said = re.match(r"[A-Za-z0-9._-]{1,40}", user_agent)
    return said[0] if said else "API client"
