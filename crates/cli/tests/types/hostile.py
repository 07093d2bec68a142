"""The claims of the tokens, typed.

Made by `claimsmith types --language python`.
Don't edit it: change the policy and run that again.
"""

from dataclasses import dataclass

from cognito_claims import Words, named


@dataclass(frozen=True, slots=True, kw_only=True)
class AccessClaims:
    """The claims of access tokens: `claims.read(AccessClaims)`."""

    claim: Words = named("%")
    """A list of words. Missing only where claims_omitted names it."""

    claim_2: Words = named("*")
    """�DETCEJNI� is INJECTED backwards; a zero�width space, and a soft�hyphen

    Missing only where claims_omitted names it.
    """

    claim_2fa: bool | None = named("2fa")
    """- a list 1. of https://a.example/INJECTED items, long enough to be broken into
    several lines, the second of # which begins so: * [ ] 12) INJECTED 3. and this
    one

    Missing only where claims_omitted names it.
    """

    access_claims: str | None = named("AccessClaims")
    """A text. Missing only where claims_omitted names it."""

    claims: str | None = named("Claims")
    """A text. Missing only where claims_omitted names it."""

    custom_plan_2: str | None = named("CustomPlan")
    """A text. Missing only where claims_omitted names it."""

    self_: str | None = named("Self")
    """A text. Missing only where claims_omitted names it."""

    claim_3: str | None = named("_")
    """A text. Missing only where claims_omitted names it."""

    init: str | None = named("__init__")
    """A text. Missing only where claims_omitted names it."""

    proto: str | None = named("__proto__")
    """`INJECTED` ${INJECTED} {@link INJECTED} @ts-ignore @deprecated
    user@example.com

    Missing only where claims_omitted names it.
    """

    a_b: str | None = named("a*/b")
    """*/ export const INJECTED = 1; /*

    Missing only where claims_omitted names it.
    """

    class_: str | None = named("class")
    """\"\"\" INJECTED = 1 \\

    Missing only where claims_omitted names it.
    """

    constructor: int | None
    """``` INJECTED [link](https://a.example) <script> # heading

    Missing only where claims_omitted names it.
    """

    custom_plan_3: str | None = named("custom.plan")
    """A text. Missing only where claims_omitted names it."""

    custom_plan_4: str | None = named("custom:plan")
    """A text. Missing only where claims_omitted names it."""

    custom_plan: str | None
    """A text. Missing only where claims_omitted names it."""

    dict_: float | None = named("dict")
    """A number. Missing only where claims_omitted names it."""

    https_a_example_plan: str | None = named("https://a.example/plan")
    """-- INJECTED // INJECTED /* INJECTED

    Missing only where claims_omitted names it.
    """

    id: str | None
    """A text. Missing only where claims_omitted names it."""

    list_: str | None = named("list")
    """A text. Missing only where claims_omitted names it."""

    named_: str | None = named("named")
    """A text. Missing only where claims_omitted names it."""

    read: str | None
    """A text. Missing only where claims_omitted names it."""

    self_2: str | None = named("self")
    """A text. Missing only where claims_omitted names it."""

    str_: str | None = named("str")
    """'''INJECTED''' \\\"\"\" \\\\\"\"\" \\u0022\\u0022\\u0022

    Missing only where claims_omitted names it.
    """

    to_string: str | None = named("toString")
    """A text. Missing only where claims_omitted names it."""

    type: str | None
    """A text. Missing only where claims_omitted names it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class IdClaims:
    """The claims of ID tokens: `claims.read(IdClaims)`."""

    claim: Words = named("%")
    """A list of words. Missing only where claims_omitted names it."""

    claim_2: Words = named("*")
    """�DETCEJNI� is INJECTED backwards; a zero�width space, and a soft�hyphen

    Missing only where claims_omitted names it.
    """

    claim_2fa: bool | None = named("2fa")
    """- a list 1. of https://a.example/INJECTED items, long enough to be broken into
    several lines, the second of # which begins so: * [ ] 12) INJECTED 3. and this
    one

    Missing only where claims_omitted names it.
    """

    access_claims: str | None = named("AccessClaims")
    """A text. Missing only where claims_omitted names it."""

    claims: str | None = named("Claims")
    """A text. Missing only where claims_omitted names it."""

    custom_plan_2: str | None = named("CustomPlan")
    """A text. Missing only where claims_omitted names it."""

    self_: str | None = named("Self")
    """A text. Missing only where claims_omitted names it."""

    claim_3: str | None = named("_")
    """A text. Missing only where claims_omitted names it."""

    init: str | None = named("__init__")
    """A text. Missing only where claims_omitted names it."""

    proto: str | None = named("__proto__")
    """`INJECTED` ${INJECTED} {@link INJECTED} @ts-ignore @deprecated
    user@example.com

    Missing only where claims_omitted names it.
    """

    a_b: str | None = named("a*/b")
    """*/ export const INJECTED = 1; /*

    Missing only where claims_omitted names it.
    """

    class_: str | None = named("class")
    """\"\"\" INJECTED = 1 \\

    Missing only where claims_omitted names it.
    """

    constructor: int | None
    """``` INJECTED [link](https://a.example) <script> # heading

    Missing only where claims_omitted names it.
    """

    custom_plan_3: str | None = named("custom.plan")
    """A text. Missing only where claims_omitted names it."""

    custom_plan_4: str | None = named("custom:plan")
    """A text. Missing only where claims_omitted names it."""

    custom_plan: str | None
    """A text. Missing only where claims_omitted names it."""

    dict_: float | None = named("dict")
    """A number. Missing only where claims_omitted names it."""

    https_a_example_plan: str | None = named("https://a.example/plan")
    """-- INJECTED // INJECTED /* INJECTED

    Missing only where claims_omitted names it.
    """

    id: str | None
    """A text. Missing only where claims_omitted names it."""

    list_: str | None = named("list")
    """A text. Missing only where claims_omitted names it."""

    named_: str | None = named("named")
    """A text. Missing only where claims_omitted names it."""

    read: str | None
    """A text. Missing only where claims_omitted names it."""

    self_2: str | None = named("self")
    """A text. Missing only where claims_omitted names it."""

    str_: str | None = named("str")
    """'''INJECTED''' \\\"\"\" \\\\\"\"\" \\u0022\\u0022\\u0022

    Missing only where claims_omitted names it.
    """

    to_string: str | None = named("toString")
    """A text. Missing only where claims_omitted names it."""

    type: str | None
    """A text. Missing only where claims_omitted names it."""
