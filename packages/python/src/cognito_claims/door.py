"""The front doors through which claims reach a handler, and how each flattens values.

Pure data: knows neither where a door puts the claims in an event nor how its text is undone.
"""

from __future__ import annotations

import enum
from collections.abc import Mapping
from typing import Final

from . import names


class Form(enum.Enum):
    """How a door writes a claim that is not text in the token."""

    GO = "go"
    """Go's `%v`: lists as `[a b]`, objects as `map[k:v]`."""
    JAVA = "java"
    """The REST authorizer's Java text: lists as `a,b`."""
    CONTEXT = "context"
    """The text of `cognito_claims.context`."""
    JSON = "json"
    """Not at all: JSON stays JSON."""


class Door(enum.Enum):
    """Where claims came from, and so in which form their values stand."""

    HTTP_API = "http_api"
    """API Gateway HTTP API with a JWT authorizer, payload format 2.0 or 1.0: all is text."""
    REST_COGNITO = "rest_cognito"
    """API Gateway REST API with a Cognito user pool authorizer: all is text, times are Java's."""
    REST_JWT = "rest_jwt"
    """API Gateway REST API with a JWT authorizer: JSON values as in the token."""
    LAMBDA_AUTHORIZER = "lambda_authorizer"
    """The context that a Lambda authorizer returned, in the form of `cognito_claims.context`."""
    APPSYNC = "appsync"
    """AppSync with a Cognito user pool or an OpenID Connect provider: JSON values."""
    APPSYNC_LAMBDA = "appsync_lambda"
    """AppSync with a Lambda authorizer: `resolverContext`, in the form of `cognito_claims.context`."""
    TOKEN = "token"
    """The payload of a token itself: JSON values."""

    def __str__(self) -> str:
        """The name as error texts show it."""
        return _TITLES[self]


_TITLES: Final = {
    Door.HTTP_API: "HTTP API JWT authorizer",
    Door.REST_COGNITO: "REST API Cognito authorizer",
    Door.REST_JWT: "REST API JWT authorizer",
    Door.LAMBDA_AUTHORIZER: "Lambda authorizer context",
    Door.APPSYNC: "AppSync identity",
    Door.APPSYNC_LAMBDA: "AppSync resolver context",
    Door.TOKEN: "token",
}

_FORMS: Final = {
    Door.HTTP_API: Form.GO,
    Door.REST_COGNITO: Form.JAVA,
    Door.REST_JWT: Form.JSON,
    Door.LAMBDA_AUTHORIZER: Form.CONTEXT,
    Door.APPSYNC: Form.JSON,
    Door.APPSYNC_LAMBDA: Form.CONTEXT,
    Door.TOKEN: Form.JSON,
}


class Source:
    """The claims of one door by name, and what the application promised about them.

    Its `repr` shows the door alone. Nothing is copied: the entries are the event's own.
    """

    __slots__ = ("comma_free_groups", "door", "entries", "form")

    def __init__(
        self, door: Door, entries: Mapping[str, object], *, comma_free_groups: bool = False
    ) -> None:
        self.door = door
        self.form = _FORMS[door]
        self.entries = entries
        self.comma_free_groups = comma_free_groups

    def is_cut(self, name: str) -> bool:
        """Whether `claims_cut` names a claim. A marker that can't be read may name any."""
        marker = self.entries.get(names.CLAIMS_CUT)
        if marker is None:
            return False
        return not isinstance(marker, str) or (name != "" and name in marker.split(","))

    def __repr__(self) -> str:
        return f"Source({self.door.value})"
