"""The open questions of docs/corrections.md, and the kit's verdict on each.

A row is open whose last column says `unknown`, `inferred`, `seen` or `documented once`; its name
stands behind that in brackets. A verdict is `confirmed`, `refuted: what was seen`, or
`not tried: why`; none has a value of a claim in it.
"""

import re

from cloud import ROOT

OPEN = re.compile(r"\b(unknown|inferred|seen|documented once)\b")
NAME = re.compile(r" \(`([a-z0-9-]+)`\)$")
# The kit makes neither of these.
REPLICA = "the kit makes no replica"
BALANCER = "the kit makes no load balancer"
NOT_TRIED = {
    "replica-issuer": REPLICA, "replica-region": REPLICA, "replica-trigger": REPLICA,
    "replica-iss": REPLICA,
    "balancer-token-use": BALANCER, "balancer-list": BALANCER, "balancer-claims": BALANCER,
    "second-factor": "the kit's people have no second factor",
    "exchange-source": "the kit exchanges no tokens",
    "metadata-document": "the kit has no client with a metadata document",
    "rest-jwt": "Terraform's provider 5 has no such authorizer",
    "logged-token": "an advice, nothing to see",
}
# Names that Cognito's documentation reserves, and what else would hurt.
RESERVED = ["sub", "iss", "aud", "exp", "iat", "auth_time", "token_use", "client_id", "username",
            "cognito:username", "jti", "origin_jti", "event_id", "act"]


def rows():
    """Name (None if a row has none) and text of each open row."""
    text = (ROOT / "docs/corrections.md").read_text()
    # The table of the words themselves has two columns.
    for line in text.splitlines():
        cells = [cell.strip() for cell in line.strip("| ").split(" | ")]
        if line.startswith("| ") and len(cells) == 3 and OPEN.search(cells[2]):
            name = NAME.search(cells[2])
            yield name and name[1], cells[0]


def verdict(confirmed, seen):
    return "confirmed" if confirmed else f"refuted: {seen}"


def people(run, version=None, kind="recorder"):
    return [it for it in run["sign_ins"] if it.get("claims") and it["kind"] == kind
            and (version in (None, it["version"]))
            and not it["source"].endswith("ClientCredentials")]


def token_ids(run):
    machines = [it["claims"]["access"] for it in run["sign_ins"] if it.get("claims")
                and it["source"].endswith("ClientCredentials")]
    if not machines:
        return "not tried: no machine got a token"
    without = [it for it in machines if "jti" not in it or "origin_jti" in it]
    return verdict(not without, "a machine's token has `origin_jti`, or no `jti`")


def v3_people(run):
    versions = {it["event"]["version"] for it in people(run, "V3_0") if it.get("event")}
    if not versions:
        return "not tried: no event of V3_0 for a person"
    return verdict(versions == {"3"}, f"versions {', '.join(sorted(versions))}")


def attributes(run):
    found = {name for it in people(run) if it.get("event")
             for name in it["event"]["request"]["userAttributes"] if name.startswith("cognito:")}
    if not found:
        return "not tried: no event has an attribute that begins with `cognito:`"
    written = {name for it in people(run) for name in it["claims"].get("id", {})} & found
    return verdict(not written, f"in ID tokens are {', '.join(sorted(written))}")


def reserved_claims(run):
    """Open is what Cognito does. That it ignores them is what is often said."""
    tries = {claim: it for claim, it in run["tries"].items() if claim in RESERVED}
    if not tries:
        return "not tried: no sign-in"
    changed = sorted(f"{claim} ({', '.join(it)})" for claim, it in tries.items()
                     if isinstance(it, list) and it)
    refused = sorted(f"{claim} ({it})" for claim, it in tries.items() if isinstance(it, str))
    if not changed and not refused:
        return "confirmed"
    return "refuted: " + "; ".join(
        f"{what} {', '.join(claims)}"
        for what, claims in (("changed were", changed), ("no token for", refused)) if claims)


def scp(run):
    """Whether an added `scp` opens a route that asks for a scope."""
    status = run["scp"]
    if not isinstance(status, int):
        return f"not tried: {status}"
    return verdict(status == 200, f"status {status} at a route that asks for a scope")


def audience_list(run):
    status = run["unlisted"]
    if not isinstance(status, int):
        return f"not tried: {status}"
    return verdict(status == 401, f"status {status} for a client that isn't listed")


def handler(run, door):
    return (run["handlers"].get(door) or {}).get("authorizer") or {}


def http_lists(run):
    claims = handler(run, "HTTP API, JWT authorizer").get("jwt", {}).get("claims", {})
    if "cognito:groups" not in claims:
        return "not tried: no groups came"
    return verdict(re.fullmatch(r"\[\S+ \S+\]", str(claims["cognito:groups"])) is not None,
                   f"a {type(claims['cognito:groups']).__name__} of another form")


def http_scopes(run):
    jwt = handler(run, "HTTP API, JWT authorizer without scopes").get("jwt")
    if jwt is None:
        return "not tried: the door didn't open"
    with_scopes = handler(run, "HTTP API, JWT authorizer").get("jwt", {}).get("scopes")
    if not isinstance(with_scopes, list):
        return f"refuted: a {type(with_scopes).__name__} where the route asks for scopes"
    return verdict(jwt.get("scopes") is None,
                   f"a {type(jwt.get('scopes')).__name__} where the route asks for none")


def no_authorizer(run):
    seen = run["handlers"].get("HTTP API, no authorizer")
    if not seen:
        return "not tried: the door didn't open"
    return verdict(not seen["there"] or seen["authorizer"] in ({}, {"lambda": None}),
                   "an `authorizer` of another form")


def rest_claims(run):
    return handler(run, "REST API, COGNITO_USER_POOLS").get("claims", {})


def rest_groups(run):
    groups = rest_claims(run).get("cognito:groups")
    if groups is None:
        return "not tried: no groups came"
    return verdict(isinstance(groups, str) and re.fullmatch(r"[^\[\],]+,[^\[\],]+", groups)
                   is not None, f"a {type(groups).__name__} of another form")


def rest_scope(run):
    status = run["doors"].get("REST API, COGNITO_USER_POOLS", {}).get("wrong scope")
    if status is None:
        return "not tried: no token for it"
    return verdict(status == 401, f"status {status}")


def rest_exp(run):
    exp = rest_claims(run).get("exp")
    if exp is None:
        return "not tried: no `exp` came"
    form = "digits" if str(exp).isdigit() else "another form"
    return verdict(re.fullmatch(r"[A-Z][a-z]{2} [A-Z][a-z]{2} \d\d \d\d:\d\d:\d\d \w+ \d{4}",
                                str(exp)) is not None, f"a {type(exp).__name__} of {form}")


COVERED = {
    "token-ids": token_ids, "v3-people": v3_people, "attributes": attributes,
    "reserved-claims": reserved_claims, "scp": scp, "audience-list": audience_list,
    "http-lists": http_lists, "http-scopes": http_scopes, "no-authorizer": no_authorizer,
    "rest-groups": rest_groups, "rest-scope": rest_scope, "rest-exp": rest_exp,
}


def verdicts(run):
    return {name: COVERED[name](run) if name in COVERED else f"not tried: {NOT_TRIED[name]}"
            for name, _ in rows()}
