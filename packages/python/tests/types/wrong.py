"""What type checkers must refuse: each line that ends in `# wrong`, and no other."""

from __future__ import annotations

from cognito_claims import Catalogue, Claims, Feature, Guard, OrgId, Words
from cognito_claims.dangerous import UnverifiedClaims

claims = Claims.from_event({})
unverified = UnverifiedClaims.decode("")


def takes(_: Claims) -> None: ...


takes(unverified)  # wrong
Guard.access_token().check(unverified)  # wrong
Claims.from_verified(unverified)  # wrong
Claims.from_verified("token")  # wrong
Guard.access_token().any_scope(["orders/read"])  # wrong
Guard.access_token().org(None)  # wrong
Guard.access_token().issued_within("60")  # wrong
Guard.access_token().feature_in("a", ["a"])  # wrong
org: OrgId = "acme"  # wrong
seats: int = claims.optional("seats", int)  # wrong
text: str = claims.claim("seats", int)  # wrong
listed: bool = claims.permissions().contains("a")  # wrong
on: bool = claims.feature("a")  # wrong
feature: Feature = claims.role("a")  # wrong
words: Words = claims.features()  # wrong
catalogue: list[str] = Catalogue(["a"])  # wrong
level: str = claims.authentication_level()  # wrong
names: list[str] = claims.scopes()  # wrong
unverified.org_id()  # wrong
claims.door = None  # wrong
claims.rolls()  # wrong
