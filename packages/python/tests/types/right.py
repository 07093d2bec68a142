"""What type checkers must take, in their strictest settings."""

from __future__ import annotations

import enum
from dataclasses import dataclass, field
from typing import Annotated, Any, Literal

from aws_lambda_powertools.event_handler import APIGatewayHttpResolver, APIGatewayRestResolver
from fastapi import Depends, FastAPI

from cognito_claims import (
    Catalogue,
    Claims,
    Client,
    Feature,
    Features,
    Guard,
    Listed,
    OrgId,
    Organisations,
    ReadError,
    Refusal,
    Tier,
    User,
    Words,
    fastapi,
    named,
    powertools,
)
from cognito_claims.context import encode
from cognito_claims.dangerous import UnverifiedClaims
from cognito_claims.testing import Token

CATALOGUE = Catalogue(["a", "b"])


class Plan(enum.Enum):
    FREE = "free"
    PRO = "pro"


@dataclass(frozen=True, kw_only=True)
class OrderClaims:
    org_id: OrgId
    groups: list[str] = named("cognito:groups")
    plan: Plan = named("org_tier")
    feature_flags: Annotated[Features, CATALOGUE]
    permissions: Words
    organisations: Organisations
    word: Literal["free", "pro"]
    seats: int | None
    settings: dict[str, object]
    tags: list[str] = field(default_factory=list[str])


@dataclass(frozen=True)
class Last:
    org_id: OrgId
    groups: list[str] = named("cognito:groups")


def handler(event: dict[str, Any], _: object) -> dict[str, object]:
    guard = Guard.access_token().any_scope("orders/read").tier_at_least("pro", ["free", "pro"])
    try:
        claims = Claims.from_event(event)
        guard.check(claims)
        orders = claims.read(OrderClaims)
        last: Last = claims.read(Last)
    except ReadError as error:
        return Refusal.of(error).proxy_response()
    except Refusal as refusal:
        return refusal.proxy_response()
    seats: int = claims.claim("seats", int)
    names: list[str] = claims.claim("names", list[str])
    plan: Plan = claims.claim("plan", Plan)
    maybe: str | None = claims.optional("note", str)
    settings: dict[str, object] = claims.claim("settings", dict[str, object])
    anything: object = claims.claim("settings", object)
    org: str = claims.org_id()
    tier: Tier = claims.tier()
    identity = claims.identity()
    who = identity.username if isinstance(identity, User) else identity.client_id
    client: Client | None = identity if isinstance(identity, Client) else None
    on: bool = claims.feature("export") is Feature.ON
    listed: bool = orders.permissions.contains("orders:read") is Listed.YES
    named_: list[str] = [each.name or each.id for each in orders.organisations]
    return {
        "body": [seats, names, plan, maybe, settings, anything, org, tier, who, client, on, listed, named_, last],
        "more": [orders.groups, orders.plan is Plan.PRO, orders.seats, orders.feature_flags.on()],
    }


def made() -> OrderClaims:
    token = Token.access().claim("org_id", "acme")
    context: dict[str, str] = encode(token.payload)
    unverified = UnverifiedClaims.decode(token.unsigned()).read_unverified(Last)
    return OrderClaims(
        org_id=OrgId("acme"),
        groups=unverified.groups,
        plan=Plan.PRO,
        feature_flags=Features.unknown(),
        permissions=Words.unknown(),
        organisations=Organisations.unknown(),
        word="pro",
        seats=len(context),
        settings={},
    )


http = APIGatewayHttpResolver()
rest = APIGatewayRestResolver()
powertools.refuse(http)
powertools.refuse(rest)
org: OrgId = powertools.claims(http).org_id()
answer: dict[str, Any] = powertools.resolve(http, {}, None)
app = FastAPI()
fastapi.refuse(app)


@app.get("/orders")
async def orders(
    claims: Annotated[Claims, Depends(fastapi.claims(Guard.access_token()))],
    typed: Annotated[Last, Depends(fastapi.reading(Last, Guard.access_token(), Claims.from_appsync))],
) -> dict[str, str]:
    return {"org": claims.org_id(), "typed": typed.org_id}
