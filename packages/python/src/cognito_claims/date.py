"""The date text of Java, `Sat Jan 30 04:49:05 UTC 2021`.

The Cognito authorizer of a REST API writes it for `exp` and `iat`. Knows no claims. Only what that
authorizer writes is read: English names and UTC.
"""

from __future__ import annotations

import re
from typing import Final

_MONTHS: Final[tuple[str, ...]] = (
    *("Jan", "Feb", "Mar", "Apr", "May", "Jun"),
    *("Jul", "Aug", "Sep", "Oct", "Nov", "Dec"),
)
_LENGTHS: Final = (31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
_FORM: Final = re.compile(
    r"(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun) ([A-Z][a-z]{2}) ([0-9]{2})"
    r" ([0-9]{2}):([0-9]{2}):([0-9]{2}) (?:UTC|GMT) ([0-9]{4})"
)


def seconds(text: str) -> int | None:
    """Seconds since 1970, or `None` if the text is no such date of 1970 or later.

    SPEC: Java, `java.util.Date.toString`: `EEE MMM dd HH:mm:ss zzz yyyy`.
    """
    parts = _FORM.fullmatch(text)
    name = "" if parts is None else parts[1]
    if parts is None or name not in _MONTHS:
        return None
    month = _MONTHS.index(name)
    day, hour, minute, second, year = map(int, parts.groups()[1:])
    leap = year % 4 == 0 and year % 100 != 0 or year % 400 == 0
    if year < 1970 or not 1 <= day <= _LENGTHS[month] or (month == 1 and day == 29 and not leap):
        return None
    if hour > 23 or minute > 59 or second > 59:
        return None
    return _days_since_1970(year, month + 1, day) * 86_400 + hour * 3600 + minute * 60 + second


def _days_since_1970(year: int, month: int, day: int) -> int:
    """Days of the Gregorian calendar, with years that begin in March so that the leap day is last."""
    year, month = (year, month - 3) if month > 2 else (year - 1, month + 9)
    before_month = (153 * month + 2) // 5
    return year * 365 + year // 4 - year // 100 + year // 400 + before_month + day - 1 - 719_468
