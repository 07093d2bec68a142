"""The claims of the tokens, typed.

Made by `claimsmith types --language python`.
Don't edit it: change the policy and run that again.
"""

from dataclasses import dataclass

from cognito_claims import Features, OrgId, Tier


@dataclass(frozen=True, slots=True, kw_only=True)
class AccessClaims:
    """The claims of access tokens: `claims.read(AccessClaims)`."""

    feature_flags: Features
    """A set of flags."""

    org_id: OrgId | None
    """The organisation that the token acts in. Missing only where claims_omitted
    names it.
    """

    org_tier: Tier | None
    """What the organisation has paid for. Missing only where claims_omitted names
    it.
    """


@dataclass(frozen=True, slots=True, kw_only=True)
class IdClaims:
    """The claims of ID tokens: `claims.read(IdClaims)`."""

    feature_flags: Features
    """A set of flags."""

    org_id: OrgId | None
    """The organisation that the token acts in. Missing only where claims_omitted
    names it.
    """

    org_tier: Tier | None
    """What the organisation has paid for. Missing only where claims_omitted names
    it.
    """
