"""The form of claims in the context of a Lambda authorizer: one flat object of texts.

A REST API takes scalars only and hands them on as text, AppSync takes no nesting, and an HTTP API hands on
what it got. So everything is text, at every door alike:

- text: itself;
- a number, a boolean: its JSON text, `1604085585`, `true`;
- a list of plain words: the words, parted by commas, `a,b`;
- any other list, an object: its JSON text, `["x,admin"]`, `{"a":1}`;
- null: left out.

A plain word can't begin with a bracket, so the two forms of a list can't be mistaken for each other. The
result of an authorizer has at most 8 KB, policy included: choose the claims.
"""

from __future__ import annotations

import json
from collections.abc import Mapping

from .encoding import is_list_word
from .json_text import NoJson, copied, is_list


def encode(claims: Mapping[str, object]) -> dict[str, str]:
    """Writes claims into the form of the context. `Claims.from_lambda_authorizer` and
    `Claims.from_appsync_lambda` read them back.

    SPEC: AWS, "Output from an API Gateway Lambda authorizer": values are text, numbers or booleans, and the key
    `claims` is reserved, so a claim of that name is left out.

    Raises `TypeError` that names a claim which is no JSON.
    """
    context: dict[str, str] = {}
    for name, value in claims.items():
        text = _text(value)
        if isinstance(text, NoJson):
            del value, context, claims
            raise TypeError(f"claim `{name}` is no JSON")
        if text is not None and name != "claims":
            context[name] = text
    return context


def _text(value: object) -> str | NoJson | None:
    try:
        value = copied(value)
    except NoJson:
        return NoJson()
    if value is None or isinstance(value, str):
        return value
    if is_list(value):
        words = [element for element in value if isinstance(element, str) and is_list_word(element)]
        if len(words) == len(value):
            return ",".join(words)
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False)
