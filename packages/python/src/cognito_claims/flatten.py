"""How front doors flatten claims: a model of AWS, not of our reader.

Written from recorded events. Knows nothing but JSON.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Final

from .json_text import is_list, is_object

_DAYS: Final = ("Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed")
_MONTHS: Final = (
    *(("Jan", 31), ("Feb", 28), ("Mar", 31), ("Apr", 30), ("May", 31), ("Jun", 30)),
    *(("Jul", 31), ("Aug", 31), ("Sep", 30), ("Oct", 31), ("Nov", 30), ("Dec", 31)),
)


def http_api(payload: Mapping[str, object]) -> dict[str, object]:
    """HTTP API with a JWT authorizer: Go's `%v` of each value; null is left out."""
    return {name: _go(value) for name, value in payload.items() if value is not None}


def rest_cognito(payload: Mapping[str, object]) -> dict[str, object]:
    """REST API with a Cognito authorizer: lists joined by commas, `exp` and `iat` as Java dates."""
    return {
        name: _java_date(value)
        if name in ("exp", "iat") and isinstance(value, int) and value >= 0
        else _java(value)
        for name, value in payload.items()
        if value is not None
    }


def _go(value: object) -> str:
    if value is None:
        return "<nil>"
    if isinstance(value, str):
        return value
    if is_list(value):
        return f"[{' '.join(map(_go, value))}]"
    if is_object(value):
        return f"map[{' '.join(f'{name}:{_go(value[name])}' for name in sorted(value))}]"
    return json.dumps(value)


def _java(value: object) -> str:
    if isinstance(value, str):
        return value
    if is_list(value):
        return ",".join(map(_java, value))
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False)


def _java_date(seconds: int) -> str:
    """`Sat Jan 30 04:49:05 UTC 2021`."""
    day, of_day = divmod(seconds, 86_400)
    weekday, year = _DAYS[day % 7], 1970
    while day >= 365 + _is_leap(year):
        day -= 365 + _is_leap(year)
        year += 1
    month = ""
    for month, length in _MONTHS:
        length += _is_leap(year) if month == "Feb" else 0
        if day < length:
            break
        day -= length
    hour, minute, second = of_day // 3600, of_day // 60 % 60, of_day % 60
    return f"{weekday} {month} {day + 1:02} {hour:02}:{minute:02}:{second:02} UTC {year}"


def _is_leap(year: int) -> bool:
    return year % 4 == 0 and year % 100 != 0 or year % 400 == 0
