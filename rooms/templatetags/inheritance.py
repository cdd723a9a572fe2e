"""What becomes of one's rooms, for the page on which an account ends."""

from __future__ import annotations

from django import template

from rooms.inheritance import bequests

register = template.Library()
register.simple_tag(bequests)
