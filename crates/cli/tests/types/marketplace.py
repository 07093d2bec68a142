"""The claims of the tokens, typed.

Made by `claimsmith types --language python`.
Don't edit it: change the policy and run that again.
"""

from dataclasses import dataclass

from cognito_claims import OrgId, Words


@dataclass(frozen=True, slots=True, kw_only=True)
class AccessClaims:
    """The claims of access tokens: `claims.read(AccessClaims)`."""

    commission: int | None
    """A whole number."""

    org_id: OrgId | None
    """The organisation that the token acts in. Missing only where claims_omitted
    names it.
    """

    org_name: str | None
    """A text."""

    roles: Words
    """Cognito makes the text \"[Catalog.Write, Orders.Read]\" of the list"""


@dataclass(frozen=True, slots=True, kw_only=True)
class IdClaims:
    """The claims of ID tokens: `claims.read(IdClaims)`."""

    org_id: OrgId | None
    """The organisation that the token acts in. Missing only where claims_omitted
    names it.
    """

    org_name: str | None
    """A text."""

    roles: Words
    """Cognito makes the text \"[Catalog.Write, Orders.Read]\" of the list"""
