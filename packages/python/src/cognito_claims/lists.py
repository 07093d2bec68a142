"""A list that a front door has flattened into text, undone by the claim's name. Pure text."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from .door import Form, Source
from .encoding import is_list_word, is_unbroken
from .errors import ambiguous, unexpected
from .json_text import NoJson, is_list, parse

LIST: Final = "a list"
"""What a text is not."""

GROUPS: Final = "cognito:groups"
"""SPEC: AWS, Cognito API reference, GroupNameType: no white space; commas and brackets may be."""

SCOPE: Final = "scope"
"""SPEC: RFC 6749 section 3.3: parted by blanks."""


def words(claim: str, text: str, source: Source) -> Iterator[str]:
    """The words of a flattened list.

    Lists are undone by name where Cognito's own rules for the name are known; every other list
    follows the contract, `is_list_word`.
    """
    inner, separator = _inner(claim, text, source)
    if not inner:
        return
    allowed = is_unbroken if claim in (GROUPS, SCOPE) else is_list_word
    for word in inner.split(separator):
        if not allowed(word):
            raise ambiguous(
                "an element is empty or holds a mark with which lists are parted or wrapped"
            )
        yield word


def _inner(claim: str, text: str, source: Source) -> tuple[str, str]:
    form, separator = source.form, "," if "," in text else " "
    if not text:
        return text, separator
    if claim == SCOPE:
        return text, " "
    if form is Form.GO:
        if len(text) > 1 and text[0] == "[" and text[-1] == "]":
            return text[1:-1], " "
        if claim == GROUPS:
            raise unexpected(LIST)
        return text, separator
    if claim != GROUPS:
        return text, separator
    if form is Form.JSON:
        raise unexpected(LIST)
    if form is Form.JAVA and separator == "," and not source.comma_free_groups:
        raise ambiguous("a comma parts groups here and may also stand in a group's name")
    return text, ","


def json_list(claim: str, text: str, form: Form) -> list[object] | None:
    """JSON text in the place of a list, where the form of the front door has such."""
    if claim == SCOPE or not text:
        return None
    if form is Form.CONTEXT:
        # The authorizer's own choice for elements that are no plain words.
        if text[0] != "[":
            return None
    elif claim == GROUPS:
        return None
    elif form is Form.JSON:
        # Version 1 of the trigger event carries a JSON claim as its text, and no front door changes
        # that. A flattened list begins so at none: no plain word has a brace.
        if text[0] != "[":
            return None
    elif form is Form.JAVA and text[0] == "{":
        # A list of objects, such as `identities`: their JSON texts, without the brackets.
        text = f"[{text}]"
    elif not text.startswith('[{"'):
        return None
    try:
        parsed = parse(text)
    except NoJson:
        parsed = None
    if not is_list(parsed):
        raise ambiguous("the list has neither plain words nor JSON text in it")
    return parsed
