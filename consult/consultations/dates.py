"""Dates as people say them: “11:59pm on Sunday 8 June 2025” (pure)."""

from datetime import date, datetime

from django.utils import timezone
from django.utils.formats import date_format


def clock(moment: datetime) -> str:
    """5pm, 9:30am, midday, midnight."""
    if moment.minute == 0 and moment.hour in {0, 12}:
        return "midnight" if moment.hour == 0 else "midday"
    hour = moment.hour % 12 or 12
    minutes = f":{moment.minute:02}" if moment.minute else ""
    return f"{hour}{minutes}{'am' if moment.hour < 12 else 'pm'}"


def long_day(day: date) -> str:
    """Sunday 8 June 2025."""
    return date_format(day, "l j F Y")


def moment_in_words(moment: datetime) -> str:
    """11:59pm on Sunday 8 June 2025, in the service's time zone."""
    local = timezone.localtime(moment)
    return f"{clock(local)} on {long_day(local)}"
