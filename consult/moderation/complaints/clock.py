"""The clock of a complaint about libel: 48 hours in which weekends and bank holidays do not count (pure).

Defamation Act 2013, section 5; Defamation (Operators of Websites) Regulations 2013 (SI 2013/3028), Schedule: periods
of 48 hours disregard time on days that are no business days in England and Wales, and the writer has until the end of
the fifth day after the day on which they were asked. Bank holidays: Banking and Financial Dealings Act 1971, section 1
and schedule 1; Good Friday and Christmas Day by common law. Easter: the Gregorian computus of Meeus, Jones and Butcher.
"""

from datetime import date, datetime, time, timedelta
from functools import cache
from zoneinfo import ZoneInfo

LONDON, UTC = ZoneInfo("Europe/London"), ZoneInfo("UTC")
SATURDAY, SUNDAY = 5, 6
PROCLAIMED = {
    date(2020, 5, 8), date(2022, 6, 2), date(2022, 6, 3), date(2022, 9, 19), date(2023, 5, 8),
}  # fmt: skip
"""Days that were bank holidays by proclamation alone. A new one is added here, when the King proclaims it."""
MOVED_AWAY = {date(2020, 5, 4), date(2022, 5, 30)}
"""Mondays that would have been bank holidays, had theirs not been moved to another day."""


def easter_sunday(year: int) -> date:
    golden, (century, of_century) = year % 19, divmod(year, 100)
    leaps, rest = divmod(century, 4)
    moon = (19 * golden + century - leaps - (century - (century + 8) // 25 + 1) // 3 + 15) % 30
    week = (32 + 2 * rest + 2 * (of_century // 4) - moon - of_century % 4) % 7
    shift = (golden + 11 * moon + 22 * week) // 451
    month, day = divmod(moon + week - 7 * shift + 114, 31)
    return date(year, month, day + 1)


@cache
def bank_holidays(year: int) -> frozenset[date]:
    """All weekdays in a year on which banks in England and Wales are closed by law or custom."""
    easter = easter_sunday(year)
    found = {
        _next_weekday(date(year, 1, 1)),
        easter - timedelta(days=2),
        easter + timedelta(days=1),
        _first_monday(year, 5),
        _last_monday(year, 5),
        _last_monday(year, 8),
        *_christmas(year),
    }
    return frozenset((found - MOVED_AWAY) | {day for day in PROCLAIMED if day.year == year})


def _next_weekday(day: date) -> date:
    while day.weekday() in {SATURDAY, SUNDAY}:
        day += timedelta(days=1)
    return day


def _first_monday(year: int, month: int) -> date:
    first = date(year, month, 1)
    return first + timedelta(days=-first.weekday() % 7)


def _last_monday(year: int, month: int) -> date:
    last = date(year, month, 31)
    return last - timedelta(days=last.weekday())


def _christmas(year: int) -> tuple[date, date]:
    """Christmas Day and Boxing Day, or the weekdays that take their place."""
    christmas = _next_weekday(date(year, 12, 25))
    boxing = _next_weekday(date(year, 12, 26))
    return christmas, boxing if boxing != christmas else boxing + timedelta(days=1)


def is_business_day(day: date) -> bool:
    """Christmas Day counts for none even on a weekend, when a weekday stands in for it: it is a weekend then."""
    return day.weekday() not in {SATURDAY, SUNDAY} and day not in bank_holidays(day.year)


def after_business_hours(begins: datetime, hours: int = 48) -> datetime:
    """When so many hours have passed, of which none fell on a weekend or a bank holiday in England and Wales.

    The days are London's; the hours are real ones, so that a change of the clocks neither gives nor takes any.
    """
    left, at = timedelta(hours=hours), begins.astimezone(UTC)
    while True:
        day = at.astimezone(LONDON).date()
        midnight = datetime.combine(day + timedelta(days=1), time(0), LONDON).astimezone(UTC)
        if is_business_day(day):
            if at + left <= midnight:
                return at + left
            left -= midnight - at
        at = midnight


def end_of_fifth_day_after(asked: datetime) -> datetime:
    """The midnight at which the writer's time to answer ends."""
    day = asked.astimezone(LONDON).date() + timedelta(days=6)
    return datetime.combine(day, time(0), LONDON).astimezone(UTC)
