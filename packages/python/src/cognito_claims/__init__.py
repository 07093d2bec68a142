"""Typed claims of Amazon Cognito tokens for API handlers, the same behind every AWS front door."""

from .bits import BitsError, Catalogue, CatalogueError
from .claims import Claims
from .door import Door
from .errors import ClaimsError, ReadError
from .features import Feature, Features
from .guard import CLOCK_LEEWAY, Guard
from .org import OrgId, Tier
from .organisations import Organisation, Organisations
from .people import Actor, Client, TokenUse, User
from .plan import named
from .refusal import Reason, Refusal
from .words import Listed, Words

__all__ = [
    "CLOCK_LEEWAY",
    "Actor",
    "BitsError",
    "Catalogue",
    "CatalogueError",
    "Claims",
    "ClaimsError",
    "Client",
    "Door",
    "Feature",
    "Features",
    "Guard",
    "Listed",
    "OrgId",
    "Organisation",
    "Organisations",
    "ReadError",
    "Reason",
    "Refusal",
    "Tier",
    "TokenUse",
    "User",
    "Words",
    "named",
]
