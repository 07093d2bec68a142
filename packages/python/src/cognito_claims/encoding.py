"""How a set of flags, or a list of plain words, stands in one claim.

Words are restricted so that each form can be undone behind every front door. The rules are those of
`crates/claims/src/encoding.rs`, with the characters written out: what Python's `str.isspace` and
`\\s` take for white space is not quite what Unicode's property White_Space says.
"""

from __future__ import annotations

import re
from typing import Final

# SPEC: Unicode, PropList.txt, White_Space.
_BLANKS: Final = r"\x09-\x0d\x20\x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000"
# Half of a pair is no character; no other reader gets it past its JSON parser.
_HALVES: Final = r"\ud800-\udfff"

_LIST_WORD: Final = re.compile(rf'[^,\[\]{{}}"\\\x00-\x1f\x7f-\x9f{_BLANKS}{_HALVES}]+')
_UNBROKEN: Final = re.compile(rf"[^{_BLANKS}{_HALVES}]+")
_FLAG: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,63}")
_HALF: Final = re.compile(rf"[{_HALVES}]")

# `fullmatch`: `$` would let a line feed at the end through.
is_list_word: Final = _LIST_WORD.fullmatch
"""Whether a word may stand in a list claim: no blank and none of the marks with which a front door
parts or wraps elements (comma, brackets, braces, quotes, backslash), nothing invisible, not empty."""

is_unbroken: Final = _UNBROKEN.fullmatch
"""Whether a text is not empty and has no white space."""

is_flag: Final = _FLAG.fullmatch
"""Whether a flag may be written: a letter or digit, then letters, digits, `_`, `.` or `-`, at most 64
bytes. Such a name survives every encoding and every front door."""


def is_unicode(text: str) -> bool:
    """Whether a text is made of whole characters, so that it can be written as UTF-8."""
    return text.isascii() or _HALF.search(text) is None
