"""What stands for a number in an address."""

from __future__ import annotations

from django.urls import register_converter
from django.urls.converters import IntConverter


class IdConverter(IntConverter):
    """No longer than what a database takes for an id."""

    regex = "[0-9]{1,18}"


register_converter(IdConverter, "id")
