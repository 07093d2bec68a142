"""Guards that ask how fresh a token and a sign-in are, how somebody signed in, and who acts for them."""

from . import doors
from .case import case
from .guards import ANY, LEVEL, LEVELS, MOST, passes, refuses, told

NAME = "step_up"
LEEWAY = 60


def cases():
    yield from times()
    yield from levels()
    yield from actors()


def times():
    """Fresh to the second; what lies in the future by more than the clocks may differ is not fresh."""
    for name, claim, reason in (
        ("issued_within", "iat", "issued_too_long_ago"),
        ("authenticated_within", "auth_time", "authenticated_too_long_ago"),
    ):
        moments = (
            (1000, 300, 1300, True),
            (1000, 300, 1301, False),
            (1000, 300, 1000, True),
            (1000, 0, 1000, True),
            (1000, 0, 1001, False),
            (1000, 300, 1000 - LEEWAY, True),
            (1000, 300, 1000 - LEEWAY - 1, False),
            (1000, 0, 1000 - LEEWAY, True),
            (0, 1000, 0, True),
            (0, 1000, 1000, True),
            (0, 1000, 1001, False),
            (MOST, MOST, 1000, False),
            (1000, MOST, MOST, True),
            (MOST, 0, MOST, True),
            (30, 10, 0, True),
            (61, 10, 0, False),
            (60, 10, 0, True),
            (2_147_483_648, 10, 2_147_483_658, True),
            (4_294_967_296, 10, 4_294_967_307, False),
        )
        for place, (at, seconds, now, fresh) in enumerate(moments if claim == "iat" else moments[:8]):
            door = (doors.HTTP_API, doors.VERIFIED, doors.LAMBDA)[place % 3]
            asked = (name, seconds)
            guard = (
                passes(ANY, asked, now=now) if fresh else refuses(reason, ANY, asked, now=now, **told(name, (seconds,)))
            )
            yield case(
                f"{door}/{name} {at} within {seconds} at {now}",
                door,
                doors.event(door, {"sub": "s", claim: at}),
                guards=[guard],
            )
        for place, wrong in enumerate((-1, 0.5, "soon", True, [1], "")):
            door = doors.KEEP_JSON[place % 3]
            guard = refuses(reason, ANY, (name, 2**40), now=1, **told(name, (2**40,)))
            yield case(f"{door}/{name} of no time {place}", door, doors.at(door, {claim: wrong}), guards=[guard])
    token = {"sub": "s", "iat": 1_611_982_145}
    yield case(
        "rest_cognito/issued_within of a date",
        doors.REST_COGNITO,
        doors.event(doors.REST_COGNITO, token),
        guards=[
            passes(ANY, ("issued_within", 300), now=1_611_982_445),
            refuses("issued_too_long_ago", ANY, ("issued_within", 300), now=1_611_982_446),
        ],
    )


def levels():
    """Step-up in the words of RFC 9470: the levels that would do, or none if methods are asked."""
    for place, acr in enumerate(
        ("urn:cognito:loa:1", "", "URN:cognito:loa:3", ["urn:cognito:loa:3"], {"urn:cognito:loa:3": 1}, None, 3)
    ):
        door = doors.KEEP_JSON[place % 3]
        guards = [
            refuses("authentication", ANY, ("authentication", LEVELS), **LEVEL),
            refuses("authentication", ANY, ("authentication", [])),
        ]
        yield case(f"{door}/authentication of level {place}", door, doors.at(door, {"acr": acr}), guards=guards)
    token = {"acr": "our own level"}
    yield case(
        "verified/authentication with a level of two words",
        doors.VERIFIED,
        token,
        guards=[
            passes(ANY, ("authentication", ["our own level"])),
            # What a header can't hold is left out of it.
            refuses(
                "authentication",
                ANY,
                ("authentication", ["our level", 'a"b', "urn:cognito:loa:3", "a\r\nb"]),
                acr_values="urn:cognito:loa:3",
            ),
            refuses("authentication", ANY, ("authentication", ["our level", ""])),
        ],
    )
    yield case(
        "verified/scopes that would break the header",
        doors.VERIFIED,
        {"scope": "openid orders/read"},
        guards=[
            refuses(
                "scope",
                ANY,
                ("any_scope", ['a"b', "a b", "a\r\nb", "ok", "", "ä", "a\\b", "a\u007fb", "z,z"]),
                scope="ok z,z",
            ),
            refuses("scope", ANY, ("all_scopes", ["openid", 'a"b']), scope="openid"),
        ],
    )


def actors():
    for place, (what, act, nobody) in enumerate(
        (
            ("somebody", {"sub": "b"}, False),
            ("absent", None, True),
            ("text", "b", False),
            ("empty text", "", False),
            ("an empty object", {}, False),
            ("no sub", {"iss": "x"}, False),
            ("an empty list", [], False),
            ("false", False, False),
            ("a number for a sub", {"sub": 5}, False),
        )
    ):
        for door in doors.ALL if place < 2 else doors.each_form(place)[place % 2 :: 2]:
            token = {"sub": "s", "act": act}
            yield case(
                f"{door}/no_actor and {what}",
                door,
                doors.event(door, token),
                guards=[passes(ANY, ("no_actor",)) if nobody else refuses("actor", ANY, ("no_actor",))],
            )
