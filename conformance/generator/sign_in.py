"""Which token, of which client, for whom, how somebody signed in, and who acts for them."""

from . import doors
from .case import case, error, failing, method, value

NAME = "sign_in"
UNEXPECTED, MISSING, AMBIGUOUS = "unexpected", "missing", "ambiguous"


def cases():
    yield from token_uses()
    yield from clients()
    yield from identities()
    yield from scopes()
    yield from levels_and_methods()
    yield from actors()


def token_uses():
    for door in doors.ALL:
        for word in ("access", "id"):
            token = {"sub": "s", "token_use": word}
            yield case(f"{door}/token_use {word}", door, doors.event(door, token), reads=[method("token_use", word)])
    # Two words, in their one case. An object that names one is an enum's form in some languages.
    for place, (what, wrong) in enumerate(
        {
            "refresh": "refresh",
            "Access": "Access",
            "ID": "ID",
            "a blank": "access ",
            "empty": "",
            "a number": 1,
            "true": True,
            "a list": ["access"],
            "an object": {"access": None},
            "constructor": "constructor",
            "__proto__": "__proto__",
            "both": "access,id",
        }.items()
    ):
        for door in doors.KEEP_JSON[place % 2 :: 2]:
            event = doors.at(door, {"sub": "s", "token_use": wrong})
            yield case(
                f"{door}/token_use is {what}",
                door,
                event,
                reads=[failing("token_use", UNEXPECTED, "token_use"), failing("client_id", UNEXPECTED, "token_use")],
            )
    for place, what in enumerate(("[access]", "access id", "map[access:1]")):
        yield case(
            f"http_api/token_use {place}",
            doors.HTTP_API,
            doors.at(doors.HTTP_API, {"sub": "s", "token_use": what}),
            reads=[failing("token_use", UNEXPECTED, "token_use")],
        )


def clients():
    tokens = (
        ("an access token", {"token_use": "access", "client_id": "web", "aud": "other"}, method("client_id", "web")),
        ("an ID token", {"token_use": "id", "aud": "web", "client_id": "other"}, method("client_id", "web")),
        (
            "the audience of an access token",
            {"token_use": "access", "aud": "web"},
            failing("client_id", MISSING, "client_id"),
        ),
        ("the client_id of an ID token", {"token_use": "id", "client_id": "web"}, failing("client_id", MISSING, "aud")),
        ("nobody knows which token", {"client_id": "web", "aud": "web"}, failing("client_id", MISSING, "token_use")),
    )
    for what, token, read in tokens:
        for door in doors.ALL:
            yield case(f"{door}/client of {what}", door, doors.event(door, token), reads=[read])
    for place, wrong in enumerate((["web"], {"id": "web"}, 1.5)):
        door = doors.KEEP_JSON[place]
        event = doors.at(door, {"token_use": "id", "aud": wrong})
        yield case(f"{door}/an audience that is no text", door, event, reads=[failing("client_id", UNEXPECTED, "aud")])


def identities():
    user = {"user": {"sub": "91ad", "username": "ada"}}
    client = {"client": {"client_id": "web"}}
    access = {"token_use": "access", "sub": "91ad", "client_id": "web", "username": "ada"}
    id_token = {"token_use": "id", "sub": "91ad", "aud": "web", "cognito:username": "ada"}
    tokens = (
        ("a user's access token", access, user),
        ("a user's ID token", id_token, user),
        ("a client", {"token_use": "access", "sub": "web", "client_id": "web"}, client),
        (
            "a client with a null username",
            {"token_use": "access", "sub": "web", "client_id": "web", "username": None},
            client,
        ),
        ("an ID token with another username", {**id_token, "username": "eve"}, user),
        ("an access token with the other username", {**access, "cognito:username": "eve"}, user),
        (
            "an ID token whose sub is its client",
            {**id_token, "sub": "web"},
            {"user": {"sub": "web", "username": "ada"}},
        ),
        ("an empty username", {**access, "username": ""}, {"user": {"sub": "91ad", "username": ""}}),
        (
            "numbers",
            {"token_use": "access", "sub": 5, "client_id": 6, "username": 7},
            {"user": {"sub": "5", "username": "7"}},
        ),
        # A person's `sub` is never a client's id, and a client's `sub` is: anything else could give one the other's rights.
        ("a user whose sub is the client", {**access, "sub": "web"}, (AMBIGUOUS, "sub")),
        ("a client with another sub", {"token_use": "access", "sub": "a1", "client_id": "b2"}, (AMBIGUOUS, "sub")),
        ("an empty sub", {**access, "sub": ""}, (UNEXPECTED, "sub")),
        ("an empty sub and client", {"token_use": "access", "sub": "", "client_id": ""}, (UNEXPECTED, "sub")),
        ("no sub", {"token_use": "access", "client_id": "web", "username": "ada"}, (MISSING, "sub")),
        ("a null sub", {**access, "sub": None}, (MISSING, "sub")),
        ("no client", {"token_use": "access", "sub": "91ad", "username": "ada"}, (MISSING, "client_id")),
        (
            "an ID token without username",
            {"token_use": "id", "sub": "91ad", "username": "ada"},
            (MISSING, "cognito:username"),
        ),
        ("no token_use", {"sub": "91ad", "client_id": "web", "username": "ada"}, (MISSING, "token_use")),
        ("a wrong token_use", {**access, "token_use": "refresh"}, (UNEXPECTED, "token_use")),
    )
    for place, (what, token, expected) in enumerate(tokens):
        for door in doors.ALL if place < 3 else doors.each_form(place)[place % 2 :: 2]:
            read = method("identity", expected) if isinstance(expected, dict) else failing("identity", *expected)
            yield case(f"{door}/identity of {what}", door, doors.event(door, token), reads=[read])


def scopes():
    texts = {
        "two": ("openid orders/read", ["openid", "orders/read"]),
        "unsorted": ("z a m", ["a", "m", "z"]),
        "twice": ("a b a", ["a", "b"]),
        "one": ("openid", ["openid"]),
        "a comma": ("a,b orders/read-all", ["a,b", "orders/read-all"]),
        "a comma alone": ("a,b", ["a,b"]),
        "brackets": ("[a b]", ["[a", "b]"]),
        "a URL": ("https://api.example.com/items.read", ["https://api.example.com/items.read"]),
        "empty": ("", []),
        "a brace": ('{"a":1}', ['{"a":1}']),
        "capitals": ("b B a A", ["A", "B", "a", "b"]),
        "beyond ASCII": ("ä z \uff01 \U0001f600", ["z", "ä", "\uff01", "\U0001f600"]),
        "a JSON list": ('["a","b"]', ['["a","b"]']),
    }
    for place, (what, (text, expected)) in enumerate(texts.items()):
        for door in doors.ALL if what == "two" else doors.each_form(place):
            event = doors.event(door, {"sub": "s", "scope": text})
            yield case(
                f"{door}/scopes {what}",
                door,
                event,
                reads=[
                    method("scopes", expected),
                    value("scope", "text", text),
                    *([value("scope", "list of text", text.split(" "))] if text else []),
                ],
            )
    for place, text in enumerate((" ", "a  b", " a", "a ", "a\tb", "a\nb", "a \u00a0b", "a\u2003b")):
        door = doors.each_form(place)[place % 4]
        yield case(
            f"{door}/scopes white space {place}",
            door,
            doors.event(door, {"sub": "s", "scope": text}),
            reads=[failing("scopes", AMBIGUOUS, "scope")],
        )
    for door in doors.ALL:
        # The scopes that an HTTP API puts beside the claims are the route's.
        event = doors.event(door, {"sub": "s", "scp": "openid"})
        if door == doors.HTTP_API:
            event["requestContext"]["authorizer"]["jwt"]["scopes"] = ["openid"]
        yield case(f"{door}/no scopes", door, event, reads=[failing("scopes", MISSING, "scope")])
    for place, wrong in enumerate((5, True, {"openid": True}, [["openid"]], [None])):
        door = doors.KEEP_JSON[place % 3]
        yield case(
            f"{door}/scopes that are none {place}",
            door,
            doors.at(door, {"scope": wrong}),
            reads=[failing("scopes", UNEXPECTED, "scope")],
        )


def levels_and_methods():
    token = {"sub": "s", "acr": "urn:cognito:loa:2", "amr": ["pwd", "otp", "mfa"]}
    for door in doors.ALL:
        yield case(
            f"{door}/level and methods",
            door,
            doors.event(door, token),
            token=token,
            reads=[
                method("authentication_level", "urn:cognito:loa:2"),
                method("authentication_methods", ["mfa", "otp", "pwd"]),
                value("amr", "list of text", token["amr"]),
            ],
        )
        yield case(
            f"{door}/no level and no methods",
            door,
            doors.event(door, {"sub": "s"}),
            reads=[
                method("authentication_level", None),
                method("authentication_methods", []),
            ],
        )
    for place, (acr, amr, level, methods) in enumerate(
        (
            ("", [], "", []),
            ("our own level", ["mfa"], "our own level", ["mfa"]),
            (2, ["pwd", "pwd"], "2", ["pwd"]),
            (True, "pwd", "true", ["pwd"]),
            (["a"], {"pwd": 1}, (UNEXPECTED, "acr"), (UNEXPECTED, "amr")),
            ({"a": 1}, 5, (UNEXPECTED, "acr"), (UNEXPECTED, "amr")),
            (0.5, [["pwd"]], (UNEXPECTED, "acr"), (UNEXPECTED, "amr")),
        )
    ):
        door = doors.KEEP_JSON[place % 3]
        reads = [
            failing(name, *read) if isinstance(read, tuple) else method(name, read)
            for name, read in (("authentication_level", level), ("authentication_methods", methods))
        ]
        yield case(f"{door}/odd level and methods {place}", door, doors.at(door, {"acr": acr, "amr": amr}), reads=reads)
    for text in ("[otp mfa]", "[otp", "[[a] b]", ""):
        reads = method("authentication_methods", sorted(text[1:-1].split()) if text in ("[otp mfa]", "") else None)
        if reads["value"] is None:
            reads = failing("authentication_methods", AMBIGUOUS, "amr")
        yield case(f"http_api/methods {text}", doors.HTTP_API, doors.at(doors.HTTP_API, {"amr": text}), reads=[reads])


def actors():
    issuer = "https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_EXAMPLE"
    good = (
        ("one", {"sub": "b"}, {"sub": "b", "issuer": None}),
        ("an issuer", {"sub": "b", "iss": issuer}, {"sub": "b", "issuer": issuer}),
        ("an earlier one", {"sub": "b", "act": {"sub": 5}}, {"sub": "b", "issuer": None}),
        ("a null issuer", {"sub": "b", "iss": None}, {"sub": "b", "issuer": None}),
        ("more members", {"client_id": "x", "sub": "b", "amr": ["a"]}, {"sub": "b", "issuer": None}),
    )
    for what, act, actor in good:
        for door in doors.ALL:
            token = {"sub": "s", "act": act}
            read = failing("actor", AMBIGUOUS, "act") if door == doors.HTTP_API else method("actor", actor)
            yield case(f"{door}/actor {what}", door, doors.event(door, token), reads=[read])
    # Anything but an object with a `sub` is an error and never nobody.
    for place, act in enumerate(
        (
            "",
            "b",
            {},
            {"sub": ""},
            {"sub": 5},
            {"sub": None},
            [],
            ["b"],
            5,
            True,
            False,
            {"iss": issuer},
            {"sub": ["b"]},
            {"sub": "b", "iss": 5},
            [{"sub": "b"}],
            {"Sub": "b"},
        )
    ):
        door = doors.KEEP_JSON[place % 3]
        yield case(
            f"{door}/actor that is none {place}",
            door,
            doors.at(door, {"sub": "s", "act": act}),
            reads=[failing("actor", UNEXPECTED, "act")],
        )
    for door in doors.ALL:
        yield case(
            f"{door}/nobody acts",
            door,
            doors.event(door, {"sub": "s", "may_act": {"sub": "b"}}),
            reads=[method("actor", None), error("act", "json", MISSING)],
        )
    for place, text in enumerate(("map[sub:b]", "map[]", '{"sub":"b"', "{sub=b}")):
        door = (doors.HTTP_API, doors.HTTP_API, doors.REST_COGNITO, doors.REST_COGNITO)[place]
        yield case(
            f"{door}/actor in ruins {place}",
            door,
            doors.at(door, {"sub": "s", "act": text}),
            reads=[failing("actor", AMBIGUOUS, "act")],
        )
    event = doors.at(doors.HTTP_API, {"sub": "s", "act": '{"sub":"b"}'})
    yield case(
        "http_api/actor as JSON text", doors.HTTP_API, event, reads=[method("actor", {"sub": "b", "issuer": None})]
    )
