"""Pages of a list: how many items, and after which one.

The token of the next page holds an id and nothing else. Which organisation is listed comes from the
claims, for each page anew, so that a forged token can't list another organisation.
"""

from __future__ import annotations

import base64
import re
from dataclasses import dataclass

from .item import Id, parse_id
from .problem import Problem

LARGEST_PAGE = 100
"""Most items on a page."""
DEFAULT_PAGE = 25
"""Items on a page unless the caller asks for another number."""


@dataclass(frozen=True)
class Page:
    """One page of a list."""

    limit: int
    after: Id | None
    """The last item of the page before."""


def parse(limit: str | None, next_page: str | None) -> Page:
    """Reads the parameters of a query."""
    return Page(
        limit=DEFAULT_PAGE if limit is None else _limit(limit),
        after=None if next_page is None else _id_of(next_page),
    )


def token(last: Id) -> str:
    """The token of the page after an item."""
    return base64.urlsafe_b64encode(last.encode()).decode().rstrip("=")


def _limit(digits: str) -> int:
    form = re.fullmatch(r"\+?0*([0-9]{1,3})", digits)
    limit = int(form[1]) if form else 0
    if not 1 <= limit <= LARGEST_PAGE:
        raise Problem.bad_request(f"`limit` is not 1 to {LARGEST_PAGE}")
    return limit


def _id_of(next_page: str) -> Id:
    try:
        decoded = base64.urlsafe_b64decode(next_page + "=" * (-len(next_page) % 4)).decode()
    except ValueError:
        decoded = ""
    found = parse_id(decoded)
    # Python decodes leniently: only what we would have written is ours.
    if found is None or token(found) != next_page:
        raise Problem.bad_request("`next` is not from a page before")
    return found
