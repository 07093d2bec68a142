"""Features: on, off or unknown, in each form; and the compact form `bits` with its catalogue."""

from . import doors, reading
from .case import case, error, failing, features, method, value
from .refusals import refusal

NAME = "features"
CLAIM = "feature_flags"


def bits(catalogue, on, version="1") -> str:
    """`version.count.fingerprint.number`: bit i of the number is flag i of the catalogue. The
    fingerprint is FNV-1a of 32 bits over the names, each with a line feed."""
    fingerprint = 0x811C9DC5
    for byte in "".join(f"{name}\n" for name in catalogue).encode():
        fingerprint = (fingerprint ^ byte) * 0x01000193 % 2**32
    number = sum(1 << place for place, name in enumerate(catalogue) if name in on)
    return f"{version}.{len(catalogue)}.{fingerprint:08x}.{number:x}"


def cases():
    yield from forms()
    yield from no_flags()
    yield from decoded()
    yield from newer_and_older()
    yield from texts_that_are_no_bits()
    yield from not_in_bits()
    yield from catalogues()


def forms():
    sets = {
        "comma": "audit-log,export",
        "space": "audit-log export",
        "list": ["audit-log", "export"],
        "unsorted": ["export", "audit-log"],
        "twice": "export,audit-log,export",
        "one": "export",
        "one in a list": ["export"],
        "empty text": "",
        "empty list": [],
        "dots": "v2.export,9_lives,A-b",
        "longest": "f" * 64,
        "digits": ["1", "2"],
        "like four parts": "a.b.c.d",
        "almost bits": "1.2.3a4fcd2.5",
        "like a fraction": "1.5",
    }
    for place, (what, form) in enumerate(sets.items()):
        for door in doors.ALL if what in ("comma", "space", "list") else doors.each_form(place):
            for cut in (False, True) if what in ("comma", "list", "empty list") else (False,):
                token = {"sub": "s", CLAIM: form, **({"claims_cut": f"a,{CLAIM}"} if cut else {})}
                listed = [
                    word for word in (form if isinstance(form, list) else form.replace(" ", ",").split(",")) if word
                ]
                off = "unknown" if cut else "off"
                expected = features(
                    set(listed), {**{word: "on" for word in listed}, "beta": off, "expor": off, "": off}
                )
                yield case(
                    f"{door}/{what}{' cut' if cut else ''}",
                    door,
                    doors.event(door, token),
                    reads=[
                        method("features", expected),
                        value(CLAIM, "features", expected),
                        value(CLAIM, "features", expected, catalogue=["a", "beta"]),
                        method("feature", off, of="beta"),
                        *(method("feature", "on", of=word) for word in listed[:1]),
                    ],
                )
    for door in doors.ALL:
        for what, token in (
            ("absent", {"sub": "s"}),
            ("null", {"sub": "s", CLAIM: None}),
            ("cut and absent", {"sub": "s", "claims_cut": CLAIM}),
        ):
            nothing = features(asked={"beta": "unknown"})
            yield case(
                f"{door}/{what}",
                door,
                doors.event(door, token),
                reads=[
                    method("features", nothing),
                    value(CLAIM, "features", nothing),
                    value(CLAIM, "optional features", None),
                    method("feature", "unknown", of="beta"),
                    method("features_in", nothing, catalogue=["beta"]),
                ],
            )


def no_flags():
    """Words that are no flags, and what is no set at all: every feature is unknown."""
    sets = (
        "a/b",
        "a/b,c",
        "-a",
        ".a",
        "_a",
        "ä",
        "a:b",
        "f" * 65,
        ["a", "b/c"],
        ["Ä"],
        "a b,c",
        "a,,b",
        "[a",
        "a\tb",
        "{a}",
        '"a"',
        ["a", ""],
        ["a b", "c"],
        "a\ufeff",
        "ａ",
    )
    for place, form in enumerate(sets):
        for door in doors.each_form(place):
            token = {"sub": "s", CLAIM: form}
            asked = reading.reads(door, token, CLAIM, ("features",))
            if not asked or "error" not in asked[0]:
                continue
            asked.append(method("feature", "unknown", of="c"))
            yield case(f"{door}/no set {place}", door, doors.event(door, token), reads=asked)
    for place, form in enumerate((True, 5, {"export": True}, [["export"]], [None], [{"a": 1}], 0.5)):
        for door in doors.KEEP_JSON[place % 3 :][:1]:
            yield case(
                f"{door}/no set of JSON {place}",
                door,
                doors.event(door, {"sub": "s", CLAIM: form}),
                reads=[
                    failing("features", "unexpected", CLAIM),
                    error(CLAIM, "features", "unexpected"),
                    method("feature", "unknown", of="export"),
                ],
            )


FIVE = ["a", "b", "c", "d", "e"]
# More flags than a double or a 64-bit number has bits.
SEVENTY = [f"f{place}" for place in range(70)]
NAMES = ["Audit", "audit", "v2.export", "9_lives", "a-b", "zz"]


def in_bits(catalogue, on, known, whole=True):
    """Of the known flags those that aren't on are off, if the claim has all; the others are unknown."""
    asked = {
        name: "on" if name in on else "off" if name in known and whole else "unknown"
        for name in [*catalogue[:6], *catalogue[-2:], "zz-unheard-of"]
    }
    return features(on, asked)


def decoded():
    for what, catalogue, on in (
        ("none", FIVE, set()),
        ("the first", FIVE, {"a"}),
        ("two", FIVE, {"a", "c"}),
        ("the last", FIVE, {"e"}),
        ("all", FIVE, set(FIVE)),
        ("names of all kinds", NAMES, {"Audit", "9_lives", "zz"}),
        ("an empty catalogue", [], set()),
        ("one of one", ["a"], {"a"}),
        ("bit 31", SEVENTY[:32], {"f31"}),
        ("bit 32", SEVENTY[:40], {"f32", "f0"}),
        ("bit 53", SEVENTY[:60], {"f53", "f1"}),
        ("bit 63", SEVENTY[:64], {"f63"}),
        ("bit 69", SEVENTY, {"f69", "f64", "f2"}),
        ("every third of many", SEVENTY, set(SEVENTY[::3])),
        ("all of many", SEVENTY, set(SEVENTY)),
    ):
        text = bits(catalogue, on)
        few = doors.each_form(len(what))[len(what) % 4 :][:1] if len(catalogue) > 9 else doors.each_form(len(what))
        for door in doors.ALL if what == "two" else few:
            for cut in (False, True) if what == "two" else (False,):
                token = {"sub": "s", CLAIM: text, **({"claims_cut": CLAIM} if cut else {})}
                read = in_bits(catalogue, on, catalogue, not cut)
                waiting = features(asked={name: "unknown" for name in catalogue[:2]})
                reads = [method("features_in", read, catalogue=catalogue), method("features", waiting)]
                reads += (
                    [value(CLAIM, "features", read, catalogue=catalogue)]
                    if door in (doors.HTTP_API, *doors.KEEP_JSON)
                    else []
                )
                reads.append(method("feature", "unknown", of=text))
                yield case(f"{door}/bits {what}{' cut' if cut else ''}", door, doors.event(door, token), reads=reads)


def newer_and_older():
    """A longer list at the reader leaves the new flags unknown; any other difference leaves all so."""
    text = bits(FIVE, {"a", "c"})
    for place, (what, catalogue, answer) in enumerate(
        (
            ("two more", [*FIVE, "f", "g"], None),
            ("one less", FIVE[:4], "bits_longer_catalogue"),
            ("none", [], "bits_longer_catalogue"),
            ("another order", ["b", "a", "c", "d", "e"], "bits_other_catalogue"),
            ("another name", ["a", "b", "c", "d", "x"], "bits_other_catalogue"),
            ("one before", ["x", *FIVE], "bits_other_catalogue"),
            ("another case", ["A", "b", "c", "d", "e"], "bits_other_catalogue"),
            ("joined names", ["ab", "c", "d", "e", "f"], "bits_other_catalogue"),
        )
    ):
        for door in doors.each_form(place):
            token = {"sub": "s", CLAIM: text}
            if answer is None:
                reads = [
                    method("features_in", in_bits(catalogue, {"a", "c"}, FIVE), catalogue=catalogue),
                    value(CLAIM, "features", in_bits(catalogue, {"a", "c"}, FIVE), catalogue=catalogue),
                ]
            else:
                reads = [
                    failing("features_in", answer, catalogue=catalogue),
                    error(CLAIM, "features", answer, catalogue=catalogue),
                ]
            yield case(f"{door}/bits for {what}", door, doors.event(door, token), reads=reads)


def texts_that_are_no_bits():
    """Only the text that a writer writes is read: one set has one text."""
    right = bits(FIVE, {"a", "c"})
    head = right.rsplit(".", 1)[0]
    _, _, fingerprint, _ = right.split(".")
    wrong = [
        "",
        "1",
        head,
        f"{right}.",
        f"{right}.5",
        f"{head}.",
        f"{head}.05",
        f"{head}.0x5",
        f"{head}.20",
        f"{head}.100",
        f"{head}.-5",
        f"{head}.+5",
        f"{head}.5 ",
        f"{head}.g",
        f"{head}.F",
        f"{head}.00",
        f"{head}.٥",
        f"{head}.1e5",
        f"{head}.1_5",
        f"1.05.{fingerprint}.5",
        f"1.+5.{fingerprint}.5",
        f"1.5 .{fingerprint}.5",
        f"1.0x5.{fingerprint}.5",
        f"1..{fingerprint}.5",
        f"1.-5.{fingerprint}.5",
        f"1.5.{fingerprint.upper()}.5",
        f"1.5.{fingerprint[1:]}.5",
        f"1.5.0{fingerprint}.5",
        f"1.5.{fingerprint[:-1]}g.5",
        "1.5..5",
        f"1.5.0x{fingerprint[2:]}.5",
        f"1.５.{fingerprint}.5",
        f"{head}.ffffffffffffffffffff",
        f"{head}.5\n",
        f"{head}.3f",
    ]
    for place, text in enumerate(wrong):
        door = doors.each_form(place)[place % 4]
        yield case(
            f"no bits/{place} {text.encode('unicode_escape').decode()}",
            door,
            doors.event(door, {"sub": "s", CLAIM: text}),
            reads=[
                failing("features_in", "bits_form", catalogue=FIVE),
            ],
            guards=[denied("a")] if place % 8 == 0 else [],
        )
    for place, version in enumerate(("2", "0", "10", "11", "x")):
        door = doors.each_form(place)[place % 4]
        text = bits(FIVE, {"a"}, version)
        yield case(
            f"no bits/version {version}",
            door,
            doors.event(door, {"sub": "s", CLAIM: text}),
            reads=[
                failing("features_in", "bits_version", catalogue=FIVE),
                *([error(CLAIM, "features", "bits_version", catalogue=FIVE)] if version.isdigit() else []),
                method("feature", "unknown" if version.isdigit() else "off", of="a"),
            ],
        )
    for text in ("1.5.00000000.5", f"1.4.{fingerprint}.5", f"1.0.{fingerprint}.0"):
        yield case(
            f"no bits/{text}",
            doors.VERIFIED,
            {CLAIM: text},
            reads=[failing("features_in", "bits_other_catalogue", catalogue=FIVE)],
            guards=[denied("a")],
        )


def denied(name):
    return {"guard": [["either_token"], ["feature_in", name, FIVE]], "now": 0, "refusal": refusal("feature")}


def not_in_bits():
    """The other forms are none of a catalogue's business."""
    for place, form in enumerate(("a,c", "a", "", ["a", "c"], [], True, {"a": 1}, ["1.5"])):
        for door in doors.KEEP_JSON[place % 3 :][:1]:
            yield case(
                f"{door}/no bits {place}",
                door,
                doors.event(door, {"sub": "s", CLAIM: form}),
                reads=[
                    failing("features_in", "bits_form", catalogue=FIVE),
                ],
                guards=[denied("a")],
            )


def catalogues():
    """A list of names that no writer can have."""
    event = {CLAIM: bits(FIVE, {"a"})}
    for place, (catalogue, answer) in enumerate(
        (
            (["a", "b c"], "catalogue_not_plain"),
            ([""], "catalogue_not_plain"),
            (["-a"], "catalogue_not_plain"),
            (["ä"], "catalogue_not_plain"),
            (["f" * 65], "catalogue_not_plain"),
            (["a,b"], "catalogue_not_plain"),
            (["a/b"], "catalogue_not_plain"),
            (["a\n"], "catalogue_not_plain"),
            ([".a"], "catalogue_not_plain"),
            (["_a"], "catalogue_not_plain"),
            (["a:b"], "catalogue_not_plain"),
            (["١"], "catalogue_not_plain"),
            (["a", "b", "a"], "catalogue_duplicate"),
            (["a", "a"], "catalogue_duplicate"),
            ([f"{number:x}" for number in range(1025)], "catalogue_too_many"),
        )
    ):
        yield case(
            f"catalogue {place}", doors.VERIFIED, event, reads=[failing("features_in", answer, catalogue=catalogue)]
        )
    most = [f"{number:x}" for number in range(1024)]
    yield case(
        "catalogue with the most names",
        doors.VERIFIED,
        {CLAIM: bits(most, {"3ff", "0"})},
        reads=[
            method("features_in", features({"0", "3ff"}, {"3fe": "off", "400": "unknown"}), catalogue=most),
        ],
    )
    yield case(
        "catalogue with the longest name",
        doors.VERIFIED,
        {CLAIM: bits(["f" * 64], {"f" * 64})},
        reads=[
            method("features_in", features({"f" * 64}), catalogue=["f" * 64]),
        ],
    )
