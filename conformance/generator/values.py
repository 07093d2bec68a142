"""Values of every type behind every door, asked as every type: never by looks."""

from . import doors, reading
from .case import case, error, method, value

NAME = "values"

# Each with what is asked of it, besides the types in ALWAYS.
ALWAYS = ("text", "integer", "number", "boolean", "json", "object")
TRUTHS = {
    "text": "acme",
    "empty text": "",
    "a blank": " ",
    "text with blanks": "two words",
    "text with a comma": "a,b",
    "text like a list": "[a b]",
    "text like a JSON list": '["a","b"]',
    "text like an object": '{"a":1}',
    "text like half an object": '{"a":1',
    "text like Go's object": "map[a:1]",
    "text in brackets that is no JSON": "[acme globex",
    "text with quotes": 'say "hi"',
    "text beyond ASCII": "Zürich 日本 \U0001f600",
    "text with a line feed": "a\nb",
    "null as text": "null",
    "text true": "true",
    "text True": "True",
    "text FALSE": "FALSE",
    "text yes": "yes",
    "text truex": "truex",
    "text with a blank before true": " true",
    "text one": "1",
    "zero": 0,
    "one": 1,
    "minus one": -1,
    "a seat count": 25,
    "a time": 1_611_978_545,
    "the largest exact integer": 2**53 - 1,
    "the smallest exact integer": -(2**53 - 1),
    "half": 0.5,
    "minus one and a half": -1.5,
    "one thousandth": 0.001,
    "true": True,
    "false": False,
    "null": None,
    "an empty list": [],
    "an empty object": {},
    "an object": {"city": "Rome", "zip": 1},
    "an object with deep values": {"a": {"b": [1, "x", None, {"c": False}]}, "d": None},
    "an object with marks in it": {"k": 'a,b [c] {d} "e" \\ f:g'},
}
# A kelvin sign is lower cased to `k`, and a dotless i to none: only ASCII letters have a case here.
NUMBERS = (
    "0",
    "-0",
    "007",
    "-5",
    "+5",
    "5.",
    ".5",
    "-.5",
    "+.5e-3",
    "0.25",
    "1e3",
    "1E3",
    "1e+3",
    "1e-3",
    "1.5e3",
    "1e308",
    "1e309",
    "-1e999",
    "",
    "-",
    "+",
    ".",
    "e5",
    "1e",
    "1e+",
    "+-1",
    "--1",
    " 1",
    "1 ",
    "1\n",
    "\t1",
    "0x10",
    "0b1",
    "0o7",
    "1_000",
    "1,000",
    "1.2.3",
    "inf",
    "-inf",
    "+inf",
    "Infinity",
    "-Infinity",
    "infinity",
    "nan",
    "NaN",
    "None",
    "null",
    "١٢",
    "１",
    "²",
    "½",
    "1f",
    "1n",
    "1L",
    "1d",
    "0x1p3",
    "true",
    "9007199254740991",
    "-9007199254740991",
    "18446744073709551616",
    "-9223372036854775809",
    "99999999999999999999999",
    "00000000000000000000001",
    "1e0",
    "1.0",
    "5 6",
    "#1",
    "1__0",
    "\u00a01",
    "1\u0000",
    "\ufeff1",
    "−1",
    "0.1e1.5",
)
BOOLEANS = (
    "true",
    "false",
    "True",
    "False",
    "TRUE",
    "FALSE",
    "tRuE",
    "fAlSe",
    "",
    "0",
    "1",
    "yes",
    "no",
    "on",
    "off",
    "t",
    "f",
    "T",
    "F",
    "true ",
    " false",
    "true\n",
    "truthy",
    "falsey",
    "null",
    "ｔｒｕｅ",
    "trUe\u0000",
    "falſe",
    "y",
)


def cases():
    yield from every_value_at_every_door()
    yield from texts_of("numbers", NUMBERS, ("integer", "number"))
    yield from texts_of("booleans", BOOLEANS, ("boolean",))
    yield from numbers_of_json()
    yield from words_of_the_contract()
    yield from names()
    yield from nothing()


def every_value_at_every_door():
    for place, (what, truth) in enumerate(TRUTHS.items()):
        for door in doors.each_form(place):
            token = {"sub": "s", "custom:x": truth}
            yield case(
                f"{door}/{what}", door, doors.event(door, token), reads=reading.reads(door, token, "custom:x", ALWAYS)
            )


def texts_of(what, texts, kinds):
    """Text that is asked as something else, where doors keep JSON and where they show text."""
    for place, text in enumerate(texts):
        for door in (
            (doors.HTTP_API, doors.VERIFIED)
            if place % 2
            else (doors.REST_COGNITO, doors.each_form(place // 2)[2 + place // 2 % 2])
        ):
            token = {"sub": "s", "seats": text}
            name = f"{what}/{door}/{place} {text.encode('unicode_escape').decode()}"
            yield case(name, door, doors.event(door, token), reads=reading.reads(door, token, "seats", kinds))


def numbers_of_json():
    """Numbers that every JSON parser takes alike, where they stand as numbers."""
    truths = (2**53 - 1, -(2**53 - 1), 2**64, -(2**63) - 1, 10**30, 1.5, -0.001, 123456.75, 0, -1, 42)
    for place, truth in enumerate(truths):
        for door in (doors.VERIFIED, doors.KEEP_JSON[place % 2]):
            token = {"iat": truth}
            kinds = ("integer", "text", "number", "boolean", "list of integer", "list of text", "org_id", "object")
            if abs(truth) >= 2**53:
                # As a float it is rounded, and as JSON it is what the parser makes of it.
                kinds = ("integer", "text", "boolean", "org_id")
            yield case(
                f"json numbers/{door}/{truth}",
                door,
                doors.event(door, token),
                reads=reading.reads(door, token, "iat", kinds),
            )


def words_of_the_contract():
    """An organisation and a tier are text that isn't empty."""
    truths = {
        "a word": "acme",
        "empty": "",
        "a blank": " ",
        "two words": "two words",
        "like a list": "[acme globex]",
        "a number": 42,
        "true": True,
        "half": 1.5,
        "null": None,
        "a list": ["acme"],
        "an object": {"id": "acme"},
        "digits": "007",
        "like an object": '{"id":"acme"}',
        "beyond ASCII": "Zürich",
        "null as text": "null",
    }
    for place, (what, truth) in enumerate(truths.items()):
        for door in doors.each_form(place):
            token = {"sub": "s", "org_id": truth, "org_tier": truth}
            asked = reading.reads(door, token, "org_id", ("org_id",)) + reading.reads(
                door, token, "org_tier", ("optional tier", "tier")[place % 2 :][:1]
            )
            for one in asked if truth is not None else asked[:1]:
                called = "org_id" if one["claim"] == "org_id" else "tier"
                asked = [*asked, {"method": called, **{k: v for k, v in one.items() if k not in ("claim", "as")}}]
            if asked:
                yield case(f"words of the contract/{door}/{what}", door, doors.event(door, token), reads=asked)


def names():
    """Claims whose names mean something to a language, and names that differ by little."""
    odd = (
        "__proto__",
        "constructor",
        "toString",
        "hasOwnProperty",
        "valueOf",
        "prototype",
        "__class__",
        "__dict__",
        "length",
        "then",
        "toJSON",
        "get",
        "custom:a.b",
        "https://example.com/claim",
        "a b",
        "a/b",
        "Org_Id",
        "ORG_ID",
        "org_id ",
        "ö",
        "o\u0308",
        "\U0001f600",
        "$where",
        "0",
        "",
    )
    for place, name in enumerate(odd):
        for door in doors.each_form(place)[place % 2 :: 2]:
            there, absent = {"sub": "s", name: "own"}, {"sub": "s", "other": "x"}
            yield case(
                f"names/{door}/{name.encode('unicode_escape').decode()} there",
                door,
                doors.event(door, there),
                reads=[
                    value(name, "text", "own"),
                    method("contains", True, of=name),
                ],
            )
            yield case(
                f"names/{door}/{name.encode('unicode_escape').decode()} absent",
                door,
                doors.event(door, absent),
                reads=[
                    error(name, "json", "missing"),
                    value(name, "optional text", None),
                    method("contains", False, of=name),
                ],
            )
    inside = {"sub": "s", "x": {"__proto__": {"admin": True}, "constructor": 1, "a": {"toString": None}}}
    for door in (doors.VERIFIED, doors.REST_COGNITO, doors.LAMBDA):
        asked = reading.reads(door, inside, "x", ("object", "json"))
        yield case(f"names/{door}/of members", door, doors.event(door, inside), reads=asked)


def nothing():
    """Null is missing, and missing is nothing that is false, zero or empty."""
    kinds = (
        "text",
        "integer",
        "number",
        "boolean",
        "json",
        "object",
        "org_id",
        "tier",
        "list of text",
        "list of object",
        "words",
        "features",
        "organisations",
    )
    for place, door in enumerate(doors.ALL):
        for what, token in (("absent", {"sub": "s"}), ("null", {"sub": "s", "x": None})):
            asked = reading.reads(
                door, token, "x", (*kinds[place % 2 :: 2], *(f"optional {kind}" for kind in kinds[1 - place % 2 :: 2]))
            )
            asked.append(method("contains", False, of="x"))
            yield case(f"nothing/{door}/{what}", door, doors.event(door, token), reads=asked)
        # A door that shows null all the same: as the emulators do.
        yield case(
            f"nothing/{door}/null that is shown",
            door,
            doors.at(door, {"sub": "s", "x": None}),
            reads=[
                error("x", "text", "missing"),
                value("x", "optional text", None),
                method("contains", False, of="x"),
            ],
        )
        token = {"sub": "s", "a": "", "b": 0, "c": False, "d": []}
        yield case(
            f"nothing/{door}/is not what is empty",
            door,
            doors.event(door, token),
            reads=[method("contains", True, of=name) for name in "abcd"],
        )
