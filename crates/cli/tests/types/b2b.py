"""The claims of the tokens, typed.

Made by `claimsmith types --language python`.
Don't edit it: change the policy and run that again.
"""

from dataclasses import dataclass

from cognito_claims import OrgId, Tier, Words


@dataclass(frozen=True, slots=True, kw_only=True)
class AccessClaims:
    """The claims of access tokens: `claims.read(AccessClaims)`."""

    org_id: OrgId | None
    """The organisation that the token acts in. Missing only where claims_omitted
    names it.
    """

    org_name: str | None
    """A text."""

    org_tier: Tier | None
    """What the organisation has paid for. Missing only where claims_omitted names
    it.
    """

    permissions: Words
    """A list of words."""

    roles: Words
    """A list of words."""


@dataclass(frozen=True, slots=True, kw_only=True)
class IdClaims:
    """The claims of ID tokens: `claims.read(IdClaims)`."""

    org_id: OrgId | None
    """The organisation that the token acts in. Missing only where claims_omitted
    names it.
    """

    org_name: str | None
    """A text."""

    org_tier: Tier | None
    """What the organisation has paid for. Missing only where claims_omitted names
    it.
    """

    organisations: list[dict[str, object]] | None
    """A list of objects. Each object has what is there of id, name. Missing only
    where claims_omitted names it.
    """

    permissions: Words
    """A list of words."""

    roles: Words
    """A list of words."""
