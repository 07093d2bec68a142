"""Every requirement of a guard: met, not met, and where nobody can say; and what is answered.

What isn't certain denies: a claim that is missing, cut, ambiguous or of another type, and an empty list
of what is wanted.
"""

from . import doors
from .case import case
from .flags import FIVE, bits
from .refusals import refusal

NAME = "guards"
NOW = 1_900_000_000
MOST = 2**53 - 1

TOKEN = {
    "token_use": "access",
    "sub": "91ad6a3e",
    "username": "ada",
    "client_id": "web",
    "scope": "openid orders/read",
    "iat": NOW - 100,
    "auth_time": NOW - 500,
    "org_id": "acme",
    "org_tier": "pro",
    "feature_flags": "export,beta",
    "roles": ["admin", "editor"],
    "permissions": ["orders:read", "orders:write"],
    "cognito:groups": ["admin"],
    "acr": "urn:cognito:loa:2",
    "amr": ["mfa", "pwd"],
}


def passes(*requirements, now=NOW):
    return {"guard": [list(one) for one in requirements], "now": now, "passes": True}


def refuses(reason, *requirements, now=NOW, **parameters):
    return {"guard": [list(one) for one in requirements], "now": now, "refusal": refusal(reason, **parameters)}


ANY = ("either_token",)
LEVELS = ["urn:cognito:loa:2", "urn:cognito:loa:3"]
LEVEL = {"acr_values": " ".join(LEVELS)}

# The requirement; the claim that it looks at; when it is met and not met by TOKEN; the refusal.
REQUIREMENTS = (
    ("client", "client_id", [(["web"],), (["app", "web"],)], [(["app"],), ([],), (["we"],), (["Web"],)], "client"),
    (
        "any_scope",
        "scope",
        [(["openid"],), (["x", "orders/read"],)],
        [(["orders"],), (["orders/read-all"],), (["OpenID"],)],
        "scope",
    ),
    (
        "all_scopes",
        "scope",
        [(["openid"],), (["orders/read", "openid"],)],
        [(["openid", "orders"],), (["x"],)],
        "scope",
    ),
    (
        "any_group",
        "cognito:groups",
        [(["admin"],), (["x", "admin"],)],
        [(["adm"],), ([],), (["Admin"],), (["admin,admin"],)],
        "group",
    ),
    ("all_groups", "cognito:groups", [(["admin"],), (["admin", "admin"],)], [(["admin", "x"],), ([],)], "group"),
    ("org", "org_id", [("acme",)], [("",), ("acm",), ("Acme",), ("acme ",)], "org"),
    (
        "tier_at_least",
        "org_tier",
        [("pro", ["free", "pro"]), ("free", ["free", "pro", "enterprise"])],
        [
            ("enterprise", ["free", "pro", "enterprise"]),
            ("free", []),
            ("free", ["free"]),
            ("entreprise", ["free", "pro"]),
            ("pro", ["free", "enterprise"]),
        ],
        "tier",
    ),
    (
        "any_role",
        "roles",
        [(["editor"],), (["x", "admin"],)],
        [(["owner"],), ([],), (["edit"],), (["admin,editor"],)],
        "role",
    ),
    ("all_roles", "roles", [(["editor", "admin"],)], [(["admin", "owner"],), ([],)], "role"),
    (
        "any_permission",
        "permissions",
        [(["orders:read"],), (["x", "orders:write"],)],
        [(["orders"],), ([],), (["orders:*"],)],
        "permission",
    ),
    (
        "all_permissions",
        "permissions",
        [(["orders:write", "orders:read"],)],
        [(["orders:read", "x"],), ([],)],
        "permission",
    ),
    ("feature", "feature_flags", [("export",), ("beta",)], [("expor",), ("",), ("export,beta",), ("Beta",)], "feature"),
    ("issued_within", "iat", [(100,), (3600,), (MOST,)], [(99,), (0,)], "issued_too_long_ago"),
    ("authenticated_within", "auth_time", [(500,), (MOST,)], [(499,), (0,)], "authenticated_too_long_ago"),
    (
        "authentication",
        "acr",
        [(LEVELS,), (["urn:cognito:loa:2"],)],
        [(["urn:cognito:loa:3"],), (["urn:cognito:loa"],)],
        "authentication",
    ),
    ("any_method", "amr", [(["mfa"],), (["hwk", "pwd"],)], [(["hwk"],), ([],), (["mfa pwd"],)], "authentication"),
    ("all_methods", "amr", [(["mfa", "pwd"],), (["mfa"],)], [(["mfa", "hwk"],), ([],)], "authentication"),
)


def told(name: str, arguments) -> dict:
    """What the challenge says besides."""
    if name in ("any_scope", "all_scopes"):
        return {"scope": " ".join(arguments[0])}
    if name == "authenticated_within":
        return {"max_age": str(arguments[0])}
    return {"acr_values": " ".join(arguments[0])} if name == "authentication" and arguments[0] else {}


def cases():
    for name, claim, met, unmet, reason in REQUIREMENTS:
        guards = [passes(ANY, (name, *arguments)) for arguments in met]
        guards += [refuses(reason, ANY, (name, *arguments), **told(name, arguments)) for arguments in unmet]
        token = {"sub": "s", "token_use": "access", claim: TOKEN[claim]}
        for door in doors.each_form(len(name)):
            yield case(f"{door}/{name}", door, doors.event(door, token), guards=guards, token=token)
        yield from unknown(name, claim, met[0], reason)
    yield from which_token()
    yield from cut()
    yield from features_in_bits()
    yield from in_order()
    yield from empty_scopes()


def unknown(name, claim, arguments, reason):
    """The claim is missing, null, or nothing that can be read."""
    refused = [refuses(reason, ANY, (name, *arguments), **told(name, arguments))]
    without = {"sub": "s", "token_use": "access"}
    for door in doors.each_form(len(name))[len(claim) % 2 :: 2]:
        yield case(f"{door}/{name} without {claim}", door, doors.event(door, without), guards=refused)
    wrong = [
        ("null", None),
        ("an object", {"a": 1}),
        ("a list of lists", [["admin"], ["web"], ["acme"], ["export"], ["mfa"]]),
        ("half", 0.5),
    ]
    for place, (what, value) in enumerate(wrong[len(name) % 2 :: 2]):
        door = doors.KEEP_JSON[(place + len(claim)) % 3]
        yield case(f"{door}/{name} of {what}", door, doors.at(door, {**without, claim: value}), guards=refused)
    if claim in ("roles", "permissions", "amr", "feature_flags", "cognito:groups"):
        # A list of which one element is in ruins: none of it is certain.
        words = {"cognito:groups": "[admin  web]"}.get(
            claim, "[admin [editor] orders:read orders:write mfa pwd export]"
        )
        yield case(
            f"http_api/{name} in ruins",
            doors.HTTP_API,
            doors.at(doors.HTTP_API, {**doors.shown(doors.HTTP_API, without), claim: words}),
            guards=refused,
        )


def which_token():
    uses = {"access": "access", "id": "id", "another": "refresh", "none": None, "upper case": "ACCESS"}
    for place, (what, word) in enumerate(uses.items()):
        for door in doors.each_form(place):
            token = {"sub": "s", "client_id": "web", "token_use": word, "aud": "web"}
            guards = [
                passes(("access_token",)) if word == "access" else refuses("token_use", ("access_token",)),
                passes(("id_token",)) if word == "id" else refuses("token_use", ("id_token",)),
                passes(ANY),
            ]
            known = word in ("access", "id")
            guards.append(passes(ANY, ("client", ["web"])) if known else refuses("client", ANY, ("client", ["web"])))
            yield case(f"{door}/token_use {what}", door, doors.event(door, token), guards=guards)
    # An access token's audience may be anything.
    token = {"token_use": "access", "aud": "web", "sub": "s"}
    for door in doors.ALL:
        yield case(
            f"{door}/the audience is no client",
            door,
            doors.event(door, token),
            guards=[refuses("client", ("access_token",), ("client", ["web"]))],
        )


def cut():
    """What the beginning of a list holds is certain; its end is not, and isn't refused for being no."""
    listed = {name: TOKEN[name] for name in ("roles", "permissions", "feature_flags")}
    token = {**listed, "claims_cut": "feature_flags,permissions,roles"}
    for door in doors.each_form(2):
        yield case(
            f"{door}/cut",
            door,
            doors.event(door, token),
            guards=[
                passes(ANY, ("any_role", ["admin"])),
                refuses("role", ANY, ("any_role", ["owner"])),
                refuses("role", ANY, ("all_roles", ["admin", "owner"])),
                passes(ANY, ("all_permissions", ["orders:read"])),
                refuses("permission", ANY, ("any_permission", ["x"])),
                passes(ANY, ("feature", "export")),
                refuses("feature", ANY, ("feature", "audit")),
            ],
        )


def features_in_bits():
    for door in doors.each_form(1):
        token = {"sub": "s", "feature_flags": bits(FIVE, {"a", "e"})}
        yield case(
            f"{door}/feature_in",
            door,
            doors.event(door, token),
            guards=[
                passes(ANY, ("feature_in", "a", FIVE)),
                passes(ANY, ("feature_in", "e", [*FIVE, "f"])),
                refuses("feature", ANY, ("feature_in", "b", FIVE)),
                refuses("feature", ANY, ("feature_in", "f", [*FIVE, "f"])),
                refuses("feature", ANY, ("feature_in", "zz", FIVE)),
                refuses("feature", ANY, ("feature_in", "a", FIVE[:4])),
                refuses("feature", ANY, ("feature_in", "a", ["b", "a", "c", "d", "e"])),
                refuses("feature", ANY, ("feature", "a")),
                refuses("feature", ANY, ("feature", token["feature_flags"])),
            ],
        )
        yield case(
            f"{door}/feature_in another form",
            door,
            doors.event(door, {"sub": "s", "feature_flags": "export,beta"}),
            guards=[refuses("feature", ANY, ("feature_in", "export", ["export", "beta"]))],
        )


def in_order():
    """The first requirement that isn't met is told, in the order in which they were asked."""
    parts = (
        ("org", "x"),
        ("any_role", ["x"]),
        ("feature", "x"),
        ("tier_at_least", "x", []),
        ("no_actor",),
        ("all_groups", ["x"]),
        ("client", ["x"]),
    )
    reasons = ("org", "role", "feature", "tier", "actor", "group", "client")
    token = {**TOKEN, "act": {"sub": "b"}}
    for door in (doors.HTTP_API, doors.APPSYNC_LAMBDA):
        guards = [refuses(reasons[turn], ANY, *parts[turn:], *parts[:turn]) for turn in range(len(parts))]
        guards.append(refuses("token_use", ("id_token",), *parts))
        guards.append(
            refuses(
                "org",
                ("access_token",),
                ("client", ["web"]),
                ("any_scope", ["openid"]),
                ("org", "x"),
                ("any_role", ["x"]),
            )
        )
        yield case(f"{door}/in order", door, doors.event(door, token), guards=guards)
    for door in doors.each_form(0):
        yield case(
            f"{door}/all at once",
            door,
            doors.event(door, TOKEN),
            token=TOKEN,
            guards=[
                passes(
                    ("access_token",),
                    ("client", ["web"]),
                    ("all_scopes", ["orders/read"]),
                    ("any_group", ["admin"]),
                    ("org", "acme"),
                    ("tier_at_least", "pro", ["free", "pro"]),
                    ("all_roles", ["admin", "editor"]),
                    ("any_permission", ["orders:write"]),
                    ("feature", "export"),
                    ("issued_within", 3600),
                    ("authenticated_within", 3600),
                    ("authentication", LEVELS),
                    ("any_method", ["mfa"]),
                    ("no_actor",),
                )
            ],
        )


def empty_scopes():
    """A list of no scopes is met by none. RFC 6749, section 3.3: there is no scope of no words."""
    for door in (doors.HTTP_API, doors.VERIFIED):
        wanted = [
            refuses("scope", ANY, (name, none)) for name in ("any_scope", "all_scopes") for none in ([], [""], ["a b"])
        ]
        yield case(
            f"{door}/no scopes wanted", door, doors.event(door, {"sub": "s", "scope": "openid a b"}), guards=wanted
        )
