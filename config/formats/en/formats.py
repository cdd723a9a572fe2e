"""Moments as Django admin shows them: one form everywhere, with its time zone named."""

DATETIME_FORMAT = "j M Y, H:i e"
DATE_FORMAT = "j M Y"
MONTH_DAY_FORMAT = "j F"
