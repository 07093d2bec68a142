"""Lists behind every door: words, numbers, lists in lists, objects, JSON text of event version 1."""

from . import doors, reading
from .case import case, error, method, value, words

NAME = "lists"

LISTS = {
    "words": ["orders:read", "orders:write"],
    "one word": ["admin"],
    "many words": [f"w{place}" for place in range(40)],
    "a word twice": ["a", "b", "a"],
    "in the token's order": ["b", "a", "C", "ä", "B"],
    "words beyond ASCII": ["ä", "日本", "\U0001f600", "e\u0301"],
    "words with odd marks": ["(x)", "a=b;c", "https://a.example/x?y=1&z", "it's", "<b>", "`", "#", "%2C", "*"],
    "words that look like values": ["true", "1", "null", "0.5", "-1"],
    "words with a colon": ["map:a", "k:v"],
    "words of no width": ["\ufeffa", "a\u200bb", "\u180e", "\u2060"],
    "a word with a quote": ['a"b', "c"],
    "a word with a backslash": ["a\\b", "c"],
    "a word in brackets": ["[a]", "b"],
    "a word with a brace": ["{a}", "b"],
    "a word that begins with a bracket": ["a", "[b"],
    "a word that ends with a bracket": ["a]", "b"],
    "a word with a comma": ["x,admin", "b"],
    "words with blanks": ["two words", "b"],
    "an empty word": ["a", "", "b"],
    "only an empty word": [""],
    "an empty word at the end": ["a", ""],
    "numbers": [1, 2, 3],
    "one number": [5],
    "negative numbers": [-1, 0, 7],
    "fractions": [0.5, 1.5],
    "booleans": [True, False],
    "numbers in texts": ["1", "2"],
    "booleans in texts": ["true", "False"],
    "words and numbers": ["a", 1],
    "lists": [["a", "b"], ["c"]],
    "lists of numbers": [[1, 2], [3]],
    "words and lists": ["a", ["b"]],
    "empty lists": [[], []],
    "objects": [{"a": 1}, {"b": "x,y"}],
    "one object": [{"id": "a", "deep": {"k": [1, "[", None]}}],
    "objects and words": ["x", {"a": 1}],
    "words with nulls": ["a", None],
    "numbers with nulls": [1, None, 3],
    "none": [],
}
KINDS = ("list of text", "list of integer", "list of json", "list of list of text", "words", "text")
MORE = {
    "fractions": ("list of number",),
    "numbers": ("list of number", "integer", "list of optional integer"),
    "one number": ("integer", "list of boolean"),
    "booleans": ("list of boolean", "boolean"),
    "booleans in texts": ("list of boolean",),
    "numbers in texts": ("list of number", "list of optional integer"),
    "objects": ("list of object", "object"),
    "one object": ("list of object", "object"),
    "objects and words": ("list of object",),
    "lists of numbers": ("list of list of integer",),
    "words with nulls": ("list of optional text",),
    "numbers with nulls": ("list of optional integer",),
    "none": ("object", "optional list of text", "list of object"),
    "words": ("optional list of text", "object", "integer", "boolean"),
    "one word": ("boolean", "number"),
}


def cases():
    yield from every_list_at_every_door()
    yield from every_letter()
    yield from cut_and_omitted()
    yield from named_claims()


def every_list_at_every_door():
    for place, (what, truth) in enumerate(LISTS.items()):
        for door in doors.each_form(place):
            token = {"sub": "s", "custom:teams": truth}
            asked = reading.reads(door, token, "custom:teams", KINDS + MORE.get(what, ()))
            if what == "many words":
                asked = [one for one in asked if "value" in one][:1] + asked[-1:]
            if door not in doors.CONTEXT:
                yield case(f"{door}/{what}", door, doors.event(door, token), reads=asked)
                continue
            # The language's own `context.encode` must write what this one did, but for the order of members.
            asked = [one for one in asked if one["as"] != "text"]
            yield case(f"{door}/{what}", door, doors.event(door, token), token=token, reads=asked)


def every_letter():
    """Which letters a word may have: no white space and no control character, as Unicode says."""
    refused = sorted(doors.BLANKS - {0x20}) + [ord(mark) for mark in sorted(doors.MARKS - {","})]
    # Neighbours of these, and what some languages take for white space.
    taken = (
        0x21,
        0x27,
        0x7E,
        0xA1,
        0xAD,
        0x180E,
        0x200B,
        0x200C,
        0x200D,
        0x200E,
        0x202A,
        0x2060,
        0x3164,
        0xFEFF,
        0xFFFD,
        0xE000,
        0x1F600,
        0x167F,
        0x1681,
        0x2027,
        0x202E,
        0x2030,
        0x205E,
        0x2FFF,
        0x3001,
    )
    for place, letter in enumerate([*refused, *taken]):
        token = {"sub": "s", "roles": ["a", f"x{chr(letter)}y"]}
        for door in (doors.HTTP_API, doors.VERIFIED) if place % 4 == 0 else (doors.HTTP_API,):
            asked = reading.reads(door, token, "roles", ("words",))
            if door == doors.VERIFIED:
                asked.append(method("role", "yes" if "value" in asked[0] else "unknown", of="a"))
            yield case(f"{door}/a word with U+{letter:04X}", door, doors.event(door, token), reads=asked)


def cut_and_omitted():
    """A list of which the token has only the beginning, a claim that was left out, and their markers."""
    for door in doors.ALL:
        token = {
            "roles": ["admin"],
            "permissions": ["orders:read"],
            "custom:teams": "a,b",
            "claims_cut": "custom:teams,roles",
            "claims_omitted": "feature_flags,org_id",
        }
        yield case(
            f"{door}/cut",
            door,
            doors.event(door, token),
            token=token,
            reads=[
                method("roles", words(["admin"], False, {"admin": "yes", "owner": "unknown"})),
                value("roles", "words", words(["admin"], False, {"admin": "yes", "owner": "unknown"})),
                value("roles", "optional words", words(["admin"], False, {"owner": "unknown"})),
                value("custom:teams", "words", words(["a", "b"], False, {"b": "yes", "c": "unknown"})),
                method("permissions", words(["orders:read"], True, {"orders:read": "yes", "orders:write": "no"})),
                value("roles", "list of text", ["admin"]),
                method("role", "yes", of="admin"),
                method("role", "unknown", of="owner"),
                method("permission", "no", of="orders:write"),
                method("permission", "yes", of="orders:read"),
                method("is_cut", True, of="roles"),
                method("is_cut", True, of="custom:teams"),
                method("is_cut", False, of="permissions"),
                method("is_cut", False, of="role"),
                method("is_cut", False, of="teams"),
                method("is_cut", False, of="custom:teams,roles"),
                method("is_cut", False, of=""),
                method("omitted", True, of="feature_flags"),
                method("omitted", True, of="org_id"),
                method("omitted", False, of="feature"),
                method("omitted", False, of="roles"),
                method("omitted", False, of=""),
            ],
        )
        absent = {"sub": "s"}
        yield case(
            f"{door}/absent",
            door,
            doors.event(door, absent),
            token=absent,
            reads=[
                method("roles", words(whole=False, asked={"a": "unknown"})),
                method("role", "unknown", of="a"),
                method("permissions", words(whole=False, asked={"a": "unknown"})),
                method("permission", "unknown", of="a"),
                error("roles", "list of text", "missing"),
                value("roles", "optional words", None),
                method("is_cut", False, of="roles"),
                method("omitted", False, of="roles"),
            ],
        )
        empty = {"sub": "s", "roles": [], "permissions": ""}
        yield case(
            f"{door}/empty",
            door,
            doors.event(door, empty),
            token=empty,
            reads=[
                method("roles", words(asked={"a": "no"})),
                method("permissions", words(asked={"a": "no"})),
                method("role", "no", of="a"),
                method("permission", "no", of="a"),
                method("role", "no", of=""),
                value("roles", "list of text", []),
                value("permissions", "optional list of text", []),
            ],
        )
        alone = {"sub": "s", "claims_cut": "roles"}
        yield case(
            f"{door}/cut and absent",
            door,
            doors.event(door, alone),
            reads=[
                method("roles", words(whole=False, asked={"a": "unknown"})),
                method("is_cut", True, of="roles"),
            ],
        )
    # A marker that can't be read may name any list; one that is null or empty names none.
    for what, marker, cut in (
        ("a list", ["organisations"], True),
        ("a number", 5, True),
        ("true", True, True),
        ("an object", {"roles": 1}, True),
        ("null", None, False),
        ("empty", "", False),
        ("a blank before it", " roles", False),
        ("parted by blanks", "a roles", False),
        ("another case", "Roles", False),
        ("more commas", ",,roles,,", True),
        ("another", "permissions", False),
    ):
        for door in doors.KEEP_JSON[:2] if cut else doors.KEEP_JSON[2:]:
            token = {"sub": "s", "roles": ["admin"], "claims_cut": marker, "claims_omitted": marker}
            named = marker == ",,roles,,"
            yield case(
                f"{door}/a marker that is {what}",
                door,
                doors.event(door, token),
                reads=[
                    method("is_cut", cut, of="roles"),
                    method("role", "unknown" if cut else "no", of="owner"),
                    method("role", "yes", of="admin"),
                    method("omitted", named, of="roles"),
                ],
            )


def named_claims():
    """Roles and permissions in each form, and what is no list of plain words."""
    forms = {"a list": ["admin", "editor"], "commas": "admin,editor", "blanks": "admin editor"}
    for what, form in forms.items():
        for door in doors.ALL:
            token = {"roles": form, "permissions": form}
            listed = words(
                ["admin", "editor"], True, {"admin": "yes", "admi": "no", "Admin": "no", "admin,editor": "no"}
            )
            yield case(
                f"{door}/roles and permissions in {what}",
                door,
                doors.event(door, token),
                token=token,
                reads=[
                    method("roles", listed),
                    method("permissions", listed),
                    value("roles", "words", listed),
                    method("role", "yes", of="editor"),
                    method("role", "no", of="edit"),
                    method("permission", "yes", of="admin"),
                ],
            )
    for place, odd in enumerate(
        (["Org Admin"], [""], ["a,b"], [["a"]], {"a": 1}, 7, True, [None], 0.5, ["a", "b]"], ["a\u0085b"], ["\u2028"])
    ):
        for door in doors.KEEP_JSON[place % 2 :: 2]:
            token = {"roles": odd, "permissions": odd}
            yield case(
                f"{door}/no roles {place}",
                door,
                doors.event(door, token),
                reads=[
                    {"method": "roles", "error": "unexpected", "about": "roles"},
                    {"method": "permissions", "error": "unexpected", "about": "permissions"},
                    error("roles", "words", "unexpected"),
                    error("roles", "optional words", "unexpected"),
                    method("role", "unknown", of="a"),
                    method("permission", "unknown", of="a"),
                ],
            )
