"""The claims of the tokens, typed.

Made by `claimsmith types --language python`.
Don't edit it: change the policy and run that again.
"""

from dataclasses import dataclass
from typing import Annotated

from cognito_claims import Catalogue, Features, OrgId, Tier, Words, named

FLAGS_CATALOGUE = Catalogue(
    [
        "beta",
        "export",
    ]
)
"""What decodes the claim `flags`. Deploy a longer one to the readers first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AccessClaims:
    """The claims of access tokens: `claims.read(AccessClaims)`."""

    a_name_of_more_than_sixty_four_characters_is_too_long_for_some_rules: str | None
    """A text. Missing only where claims_omitted names it."""

    branding: object | None
    """Any JSON value, as the front door shows it."""

    cost_center: str | None = named("cost-center")
    """A text."""

    custom_path: str | None = named("custom:path")
    """A text."""

    feature_flags: Features
    """A set of flags."""

    flags: Annotated[Features, FLAGS_CATALOGUE]
    """A set of flags."""

    org_id: OrgId | None
    """The organisation that the token acts in. Missing only where claims_omitted
    names it.
    """

    org_tier: Tier | None
    """What the organisation has paid for."""

    permissions: Words
    """A list of words."""

    plan: str | None
    """A text."""

    regions: Words
    """A list of words. Missing only where claims_omitted names it."""

    roles: Words
    """A list of words."""

    seats: int | None
    """A whole number."""

    share: float | None
    """A number."""

    trial: bool | None
    """True or false."""


@dataclass(frozen=True, slots=True, kw_only=True)
class IdClaims:
    """The claims of ID tokens: `claims.read(IdClaims)`."""

    a_name_of_more_than_sixty_four_characters_is_too_long_for_some_rules: str | None
    """A text. Missing only where claims_omitted names it."""

    branding: object | None
    """Any JSON value, as the front door shows it."""

    cost_center: str | None = named("cost-center")
    """A text."""

    custom_path: str | None = named("custom:path")
    """A text."""

    feature_flags: Features
    """A set of flags."""

    flags: Annotated[Features, FLAGS_CATALOGUE]
    """A set of flags."""

    nickname: str | None
    """A text."""

    org_id: OrgId | None
    """The organisation that the token acts in. Missing only where claims_omitted
    names it.
    """

    org_tier: Tier | None
    """What the organisation has paid for."""

    permissions: Words
    """A list of words."""

    regions: Words
    """A list of words. Missing only where claims_omitted names it."""

    roles: Words
    """A list of words."""

    seats: int | None
    """A whole number."""

    share: float | None
    """A number."""

    trial: bool | None
    """True or false."""
