"""Groups: Cognito's own list, whose names may hold commas, brackets and quotes, but no white space.

SPEC: AWS, Cognito API reference, GroupNameType.
"""

from . import doors
from .case import case, error, failing, method, value
from .refusals import refusal

NAME = "groups"
CLAIM = "cognito:groups"

GROUPS = {
    "one": ["admin"],
    "two": ["admin", "editor"],
    "three": ["c", "a", "b"],
    "none": [],
    "a comma": ["x,admin"],
    "a comma and another": ["x,admin", "b"],
    "a comma at the end": ["a,"],
    "a comma alone": [","],
    "brackets": ["[x]"],
    "an opening bracket": ["[", "b"],
    "a closing bracket": ["a]"],
    "brackets within": ["a[b]c", "d"],
    "a brace": ["{"],
    "JSON": ['{"a":1}'],
    "a JSON list": ['["a"]'],
    "a JSON list of objects": ['[{"a":1}]', "b"],
    "Go's object": ["map[k:v]"],
    "a quote": ['"a"', "b"],
    "a backslash": ["a\\b"],
    "a pool's own": ["eu-west-1_EXAMPLE_Google"],
    "a colon": ["org:acme:admin"],
    "superadmin": ["superadmin", "admin2"],
    "beyond ASCII": ["Zürich", "日本"],
    "like a number": ["1", "2"],
    "null": ["null"],
    "true": ["true"],
    "no width": ["a\u200bb", "\ufeff"],
    "twice": ["a", "a"],
    "nil": ["<nil>"],
    "an apostrophe": ["it's"],
}


def cases():
    for what, groups in GROUPS.items():
        for place, door in enumerate(doors.ALL):
            if place >= 4 and what not in ("one", "two", "none", "a comma", "brackets"):
                continue
            token = {"sub": "s", CLAIM: groups}
            yield case(
                f"{door}/called {what}",
                door,
                doors.event(door, token),
                reads=reads(door, groups),
                guards=guards(door, groups),
            )
        token = {"sub": "s", CLAIM: groups}
        if not any("," in group for group in groups):
            event = doors.event(doors.REST_COGNITO, token)
            yield case(
                f"promised/{what}",
                doors.REST_COGNITO,
                event,
                comma_free_groups=True,
                reads=kept(groups),
                guards=met(groups),
            )
    yield from promises()
    yield from no_groups()


def kept(groups):
    return [method("groups", groups), value(CLAIM, "list of text", groups)]


def met(groups):
    made = [{"guard": [["either_token"], ["any_group", [group]]], "now": 0, "passes": True} for group in groups[:1]]
    made += [{"guard": [["either_token"], ["all_groups", groups]], "now": 0, "passes": True}] if len(groups) > 1 else []
    if any("admin" in group for group in groups) and "admin" not in groups:
        made.append(denied("any_group", ["admin"]))
    return made


def denied(requirement, wanted):
    return {"guard": [["either_token"], [requirement, wanted]], "now": 0, "refusal": refusal("group")}


def parts_wrongly(door, groups):
    """A comma parts groups at the REST door, and may be a group's own: two tokens look alike."""
    return door == doors.REST_COGNITO and "," in ",".join(groups)


def reads(door, groups):
    if parts_wrongly(door, groups):
        return [failing("groups", "ambiguous", CLAIM), error(CLAIM, "list of text", "ambiguous")]
    return kept(groups)


def guards(door, groups):
    if parts_wrongly(door, groups):
        return [denied("any_group", [groups[0]]), denied("all_groups", groups), denied("any_group", ["admin"])]
    return met(groups)


def promises():
    """The promise is about one door's commas, and about nothing else."""
    for door in doors.ALL:
        if door != doors.REST_COGNITO:
            token = {"sub": "s", CLAIM: ["x,admin", "b"], "roles": ["a"]}
            event = doors.event(door, token)
            yield case(
                f"promised/{door}/changes nothing", door, event, comma_free_groups=True, reads=kept(token[CLAIM])
            )
    for what, shown in (
        ("an empty one", "a,,b"),
        ("a blank", "a,b c"),
        ("one at the end", "a,"),
        ("a comma alone", ","),
    ):
        event = doors.at(doors.REST_COGNITO, {"sub": "s", CLAIM: shown})
        yield case(
            f"promised/{what}",
            doors.REST_COGNITO,
            event,
            comma_free_groups=True,
            reads=[
                failing("groups", "ambiguous", CLAIM),
                error(CLAIM, "list of text", "ambiguous"),
            ],
            guards=[denied("any_group", ["a"]), denied("any_group", [""])],
        )
    # Only Cognito's own claim: other lists are of plain words, and commas part them without a promise.
    token = {"sub": "s", "custom:groups": ["a", "b"]}
    yield case(
        "other lists need no promise",
        doors.REST_COGNITO,
        doors.event(doors.REST_COGNITO, token),
        reads=[
            value("custom:groups", "list of text", ["a", "b"]),
        ],
    )


def no_groups():
    """No claim is no group; text in a list's place is no list, where the door shows lists apart."""
    for door in doors.ALL:
        for what, token in (("absent", {"sub": "s"}), ("null", {"sub": "s", CLAIM: None})):
            yield case(
                f"{door}/{what}",
                door,
                doors.event(door, token),
                reads=[
                    method("groups", []),
                    error(CLAIM, "list of text", "missing"),
                    value(CLAIM, "optional list of text", None),
                ],
                guards=[denied("any_group", ["admin"]), denied("any_group", []), denied("all_groups", [])],
            )
    for door in (doors.HTTP_API, *doors.KEEP_JSON):
        for place, text in enumerate(("admin", "admin,editor", "[admin", "admin]", "admin editor", "{admin}")):
            yield case(
                f"{door}/text {place}",
                door,
                doors.at(door, {"sub": "s", CLAIM: text}),
                reads=[
                    failing("groups", "unexpected", CLAIM),
                    error(CLAIM, "list of text", "unexpected"),
                    value(CLAIM, "text", text),
                ],
                guards=[denied("any_group", ["admin"])] if place == 0 else [],
            )
    for door in doors.KEEP_JSON:
        yield case(
            f"{door}/JSON text",
            door,
            doors.at(door, {"sub": "s", CLAIM: '["admin"]'}),
            reads=[
                failing("groups", "unexpected", CLAIM),
            ],
            guards=[denied("any_group", ["admin"])],
        )
        for what, wrong in (
            ("an object", {"admin": True}),
            ("a number", 5),
            ("true", True),
            ("lists", [["admin"]]),
            ("objects", [{"a": 1}]),
            ("nulls", [None]),
        ):
            yield case(
                f"{door}/{what}",
                door,
                doors.at(door, {"sub": "s", CLAIM: wrong}),
                reads=[failing("groups", "unexpected", CLAIM)],
            )
    for place, text in enumerate(
        (
            "[a  b]",
            "[ ]",
            "[a ]",
            "[a\tb]",
            "[a\u00a0b]",
            "[a\u3000b]",
            "[a\u2028b]",
            "[a\u0085b]",
            "[a\nb]",
            "[\u2003]",
        )
    ):
        # No group has white space, so that another door or another hand has written this.
        yield case(
            f"http_api/white space {place}",
            doors.HTTP_API,
            doors.at(doors.HTTP_API, {"sub": "s", CLAIM: text}),
            reads=[
                failing("groups", "ambiguous", CLAIM),
            ],
            guards=[denied("any_group", ["a"])] if place == 0 else [],
        )
    for place, text in enumerate(("a b", "a,,b", ",", "[admin", '["a"', '["a",]')):
        for door in doors.CONTEXT:
            yield case(
                f"{door}/text {place}",
                door,
                doors.at(door, {"sub": "s", CLAIM: text}),
                reads=[
                    failing("groups", "ambiguous", CLAIM),
                ],
                guards=[denied("any_group", ["a"])],
            )
