"""The READ of one claim behind one door, by the rules."""

from .case import error, value
from .doors import shown
from .list_rules import LISTS, a_list
from .rules import MISSING, SCALARS, good


def expected(door: str, token: dict, claim: str, kind: str):
    """What is read, as {"value": …} or {"error": …}, or None if the corpus leaves it out."""
    truth = token.get(claim)
    if truth is None:
        if kind.startswith("optional "):
            return good(None)
        return LISTS[kind](door, claim, None, None) if kind in LISTS else MISSING
    kind = kind.removeprefix("optional ")
    show = shown(door, token)[claim]
    if kind in LISTS:
        return LISTS[kind](door, claim, truth, show)
    if kind.startswith("list of "):
        return a_list(door, claim, truth, show, kind.removeprefix("list of "))
    return SCALARS[kind](door, truth, show)


def read(door: str, token: dict, claim: str, kind: str):
    """The READ of one claim, or None."""
    answer = expected(door, token, claim, kind)
    if answer is None:
        return None
    if "error" in answer:
        return error(claim, kind, answer["error"])
    return value(claim, kind, answer["value"])


def reads(door: str, token: dict, claim: str, kinds) -> list:
    all_of_them = (read(door, token, claim, kind) for kind in kinds)
    return [one for one in all_of_them if one is not None]
