"""The rooms app."""

from django.apps import AppConfig


class RoomsConfig(AppConfig):
    name = "rooms"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        # Both make themselves known.
        from rooms import converters, receivers  # noqa: F401, PLC0415
