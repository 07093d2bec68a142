"""The claims of the tokens, typed.

Made by `claimsmith types --language python`.
Don't edit it: change the policy and run that again.
"""

from dataclasses import dataclass
from typing import Annotated

from cognito_claims import Catalogue, Features, OrgId, Words, named

FLAGS_CATALOGUE = Catalogue(
    [
        "items",
        "export",
        "webhooks",
        "audit-log",
        "single-sign-on",
        "beta-dashboard",
        "custom-branding",
        "new-editor",
    ]
)
"""What decodes the claim `flags`. Deploy a longer one to the readers first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AccessClaims:
    """The claims of access tokens: `claims.read(AccessClaims)`."""

    custom_cost_center: str | None = named("custom:cost_center")
    """A text."""

    flags: Annotated[Features, FLAGS_CATALOGUE]
    """A set of flags."""

    nickname: str | None
    """A text."""

    org: object | None
    """Any JSON value, as the front door shows it."""

    org_id: OrgId | None
    """The organisation that the token acts in. Missing only where claims_omitted
    names it.
    """

    permissions: Words
    """A list of words."""

    place: str | None
    """A text."""

    region: str | None
    """A text."""

    roles: Words
    """A list of words."""


@dataclass(frozen=True, slots=True, kw_only=True)
class IdClaims:
    """The claims of ID tokens: `claims.read(IdClaims)`."""

    entra_roles: Words
    """A list of words."""

    flags: Annotated[Features, FLAGS_CATALOGUE]
    """A set of flags."""

    nickname: str | None
    """A text."""

    org: object | None
    """Any JSON value, as the front door shows it."""

    org_id: OrgId | None
    """The organisation that the token acts in. Missing only where claims_omitted
    names it.
    """

    org_name: str | None
    """A text."""

    organisations: list[dict[str, object]] | None
    """A list of objects. Each object has what is there of id, roles. At most 2;
    claims_cut names the claim if there are more.
    """

    permissions: Words
    """A list of words."""

    roles: Words
    """A list of words."""
