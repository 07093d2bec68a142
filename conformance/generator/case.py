"""One case of the corpus, and its line."""

import json

_NAMES: set[str] = set()


def written(subject: str, cases) -> str:
    """The lines of one file. A name that is used twice is a mistake, and so is a case that asks nothing."""
    lines = []
    for case in cases:
        name = f"{subject}/{case['name']}"
        if name in _NAMES:
            raise ValueError(f"two cases are called {name}")
        _NAMES.add(name)
        if not (case.get("reads") or case.get("guards") or isinstance(case["opens"], dict)):
            raise ValueError(f"{name} asks nothing")
        lines.append(text({**case, "name": name}) + "\n")
    return "".join(lines)


def text(value) -> str:
    """JSON with sorted names, without blanks, in ASCII: the same bytes on every machine."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=True, allow_nan=False)


def case(name: str, door: str, event, opens=None, reads=(), guards=(), **more):
    """A case that opens, unless `opens` says otherwise. `more`: comma_free_groups, token, secrets."""
    made = {"name": name, "door": door, "event": event, **more}
    made["opens"] = opens if opens is not None else OPENS.get(door, door)
    if reads:
        made["reads"] = list(reads)
    if guards:
        made["guards"] = list(guards)
    return made


# Payloads and texts of tokens have no front door: their claims are a token's.
OPENS = {"verified": "token", "alb": "token", "decode": "token"}


def value(claim: str, kind: str, expected, **more):
    return {"claim": claim, "as": kind, "value": expected, **more}


def error(claim: str, kind: str, code: str, **more):
    made = {"claim": claim, "as": kind, "error": code, **more}
    if code in ("missing", "unexpected", "ambiguous"):
        made.setdefault("about", claim)
    return made


def method(name: str, expected, **more):
    return {"method": name, "value": expected, **more}


def failing(name: str, code: str, about: str | None = None, **more):
    made = {"method": name, "error": code, **more}
    if about is not None:
        made["about"] = about
    return made


def features(on=(), asked=None):
    return {"on": sorted(on), "asked": dict(asked or {})}


def words(listed=(), whole=True, asked=None):
    return {"words": list(listed), "whole": whole, "asked": dict(asked or {})}


def organisations(listed=(), whole=True, asked=None):
    return {"organisations": list(listed), "whole": whole, "asked": dict(asked or {})}
