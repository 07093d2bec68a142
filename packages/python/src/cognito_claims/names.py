"""Every claim name of the contract, once.

Writer and readers share them; `crates/claims/src/names.rs` is where they come from.
"""

from __future__ import annotations

from typing import Final

ORG_ID: Final = "org_id"
"""The organisation that the token acts in. Text."""

ORG_TIER: Final = "org_tier"
"""What the organisation has paid for. Text; an open set of words."""

FEATURE_FLAGS: Final = "feature_flags"
"""The features that are on, in one of the forms `comma`, `space`, `list` and `bits`."""

ROLES: Final = "roles"
"""What somebody is in the organisation. A list of plain words."""

PERMISSIONS: Final = "permissions"
"""What somebody may do in the organisation. A list of plain words."""

ORGANISATIONS: Final = "organisations"
"""All organisations of a person, for showing: a list of objects with `id` and `name`, or of ids."""

CLAIMS_OMITTED: Final = "claims_omitted"
"""Marker: names of claims that were left out by a fault or the budget, parted by commas."""

CLAIMS_CUT: Final = "claims_cut"
"""Marker: names of list claims of which this token holds only the beginning, parted by commas."""
