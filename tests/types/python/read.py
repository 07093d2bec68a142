"""Reads tokens behind every front door by the generated types, a line for each.

    python3 read.py POLICY FILE

FILE is what `claimsmith simulate --json` prints. read.ts prints the same.
"""

import dataclasses
import json
import sys
from pathlib import Path

from cognito_claims import Claims, Features, Organisations, OrgId, ReadError, Words
from cognito_claims.testing import Token

import b2b
import everything


def plain(value: object) -> object:
    """A value as both languages write it."""
    if isinstance(value, Words):
        return {"whole": value.is_whole(), "words": list(value)}
    if isinstance(value, Features):
        return {"on": value.on()}
    if isinstance(value, Organisations):
        return [[each.id, each.name] for each in value]
    return value


def read(claims: Claims, kind: type[object]) -> str:
    """All claims of a token by their names, or why there are none."""
    try:
        found = claims.read(kind)
    except ReadError as error:
        return f"{error.code} {error.claim}"
    members: dict[str, object] = {}
    for field in dataclasses.fields(found):  # type: ignore[arg-type]
        # What `named` has left there.
        name = next(iter(field.metadata.values()), field.name)
        members[name] = getattr(found, field.name)
    pairs = [[name, plain(members[name])] for name in sorted(members)]
    return json.dumps(pairs, separators=(",", ":"), ensure_ascii=False)


def uses_types(claims: everything.AccessClaims) -> str:
    """What a checker knows of each field."""
    org: OrgId | None = claims.org_id
    center: str | None = claims.custom_cost_center
    on: tuple[str, ...] = tuple(claims.flags.on())
    return f"{org} {center} {on} {claims.roles.contains('admin').value}"


def main(policy: str, file: str) -> None:
    """Prints a line for each token and front door."""
    kinds: dict[str, dict[str, type[object]]] = {
        "b2b": {"access": b2b.AccessClaims, "id": b2b.IdClaims},
        "everything": {"access": everything.AccessClaims, "id": everything.IdClaims},
    }
    lines = Path(file).read_text(encoding="utf-8").splitlines()
    tokens: list[dict[str, dict[str, dict[str, object]]]] = [
        json.loads(line).get("tokens") or {} for line in lines
    ]
    for use in ("access", "id"):
        # Of a token with the most claims.
        most = max((token[use]["claims"] for token in tokens if token.get(use)), key=len)
        token = Token.access() if use == "access" else Token.id()
        for name, value in most.items():
            token = token.claim(name, value)
        doors = {
            "http_api": Claims.from_http_api(token.http_api()),
            "rest_cognito": Claims.from_rest_cognito(token.rest_cognito()),
            "rest_jwt": Claims.from_rest_jwt(token.rest_jwt()),
            "rest_lambda_authorizer": Claims.from_lambda_authorizer(token.rest_lambda_authorizer()),
            "http_lambda_authorizer": Claims.from_lambda_authorizer(token.http_lambda_authorizer()),
            "websocket": Claims.from_lambda_authorizer(token.websocket()),
            "appsync": Claims.from_appsync(token.appsync()),
            "appsync_lambda": Claims.from_appsync_lambda(token.appsync_lambda()),
            "verified": Claims.from_verified(token.payload),
        }
        for door, claims in doors.items():
            print(use, door, read(claims, kinds[policy][use]))
            if (policy, use) == ("everything", "access"):
                uses_types(claims.read(everything.AccessClaims))


if __name__ == "__main__":
    main(*sys.argv[1:])
