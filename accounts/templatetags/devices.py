"""What the pages say of devices and sessions."""

from __future__ import annotations

import datetime as dt

from django import template
from django.utils import timezone
from django.utils.timesince import timesince

from accounts.models import Device, DeviceKind
from accounts.user_agents import device_name, is_handheld

register = template.Library()

_NOW = dt.timedelta(minutes=2)


@register.filter
def ago(moment: dt.datetime) -> str:
    """For example "just now", or "3 weeks ago"."""
    if timezone.now() - moment < _NOW:
        return "just now"
    return f"{timesince(moment, depth=1)} ago"


@register.filter
def browser(user_agent: str) -> str:
    return device_name(user_agent)


@register.filter
def browser_icon(user_agent: str) -> str:
    return "smartphone" if is_handheld(device_name(user_agent)) else "laptop"


@register.filter
def device_icon(device: Device) -> str:
    if device.kind == DeviceKind.CLIENT:
        return "terminal"
    return "smartphone" if is_handheld(device.name) else "laptop"
