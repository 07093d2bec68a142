"""Why claims can't be read.

An error names the claim, the front door and what was expected, and never a value, so that its text
may be logged and shown. The same holds for everything that a reporter of errors finds around it:
`args`, the chain of causes, and the variables of this package's frames in the traceback.
For the last two a reading function never raises from where it holds a value: it catches the error
that comes from below and raises a fresh one after the handler.
"""

from __future__ import annotations

from typing import Literal

from .door import Door

ReadErrorCode = Literal["missing", "unexpected", "ambiguous", "no_claims", "ambiguous_door"]
"""What went wrong, without the particulars.

- `missing`: the claim is not there, or is null.
- `unexpected`: the claim is there, but not of the type that was asked for.
- `ambiguous`: the door flattened the claim so that more than one value could have been meant.
- `no_claims`: the event or text holds no claims where this front door puts them.
- `ambiguous_door`: the event could come from more than one front door.
"""

_BEGINNINGS = {
    "no_claims": "no claims: expected ",
    "ambiguous_door": "ambiguous front door: ",
    "missing": "is missing",
    "unexpected": "is not ",
    "ambiguous": "is ambiguous: ",
}


class ClaimsError(Exception):
    """Whatever this package raises at a request: `ReadError`, `BitsError` or `Refusal`.

    `Refusal.of` makes the answer of any. A mistake of the application is none of them.
    """


class ReadError(ClaimsError):
    """Why claims, or one claim, can't be read.

    The text is safe for logs and callers: no claim value is in it.
    """

    code: ReadErrorCode
    """What went wrong."""
    claim: str | None
    """The claim's name, if the error is about one claim."""
    door: Door | None
    """The front door, if it is known."""

    def __init__(
        self,
        code: ReadErrorCode,
        detail: str = "",
        claim: str | None = None,
        door: Door | None = None,
    ) -> None:
        """`detail` says what was expected, or why a form can't be undone: never with a value."""
        text = _BEGINNINGS[code] + detail
        if code in ("missing", "unexpected", "ambiguous"):
            text = f"the claims {text}" if claim is None else f"claim `{claim}` {text}"
        super().__init__(text if door is None else f"{text} ({door})")
        self.code, self.claim, self.door, self._detail = code, claim, door, detail

    def about(self, claim: str, door: Door) -> ReadError:
        """The same error at a place, fresh: without traceback and chain."""
        return ReadError(self.code, self._detail, claim, door)

    def __reduce__(self) -> tuple[type[ReadError], tuple[str, str, str | None, Door | None]]:
        return ReadError, (self.code, self._detail, self.claim, self.door)


def missing() -> ReadError:
    """The claim is not there, or is null."""
    return ReadError("missing")


def unexpected(expected: str) -> ReadError:
    """The claim is not what was expected."""
    return ReadError("unexpected", expected)


def ambiguous(reason: str) -> ReadError:
    """The claim's form can't be undone."""
    return ReadError("ambiguous", reason)
