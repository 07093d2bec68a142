"""The organisations of a person: ids, or objects with an id and perhaps a name."""

import json

from . import doors, reading
from .case import case, error, failing, method, organisations, value

NAME = "organisations"
CLAIM = "organisations"

LISTS = {
    "ids": ["acme", "globex"],
    "one id": ["acme"],
    "objects": [{"id": "acme", "name": "Acme"}, {"id": "globex", "name": "Globex"}],
    "one object": [{"id": "acme", "name": "Acme"}],
    "objects without names": [{"id": "a"}, {"id": "b"}],
    "names with marks": [{"id": "acme", "name": 'Acme, "the" [one] {1} \\'}],
    "a name of null": [{"id": "a", "name": None}],
    "an empty name": [{"id": "a", "name": ""}],
    "more members": [{"id": "a", "role": "owner", "since": [1, {"id": "x"}]}],
    "a number": [{"id": 42, "name": "x"}],
    "number ids": [7, 8],
    "ids and objects": ["a", {"id": "b"}],
    "ids of two words": [{"id": "two words"}, {"id": "a,b"}],
    "ids beyond ASCII": ["Zürich", "日本"],
    "twice": ["a", "a"],
    "none": [],
    "no id": [{"name": "Acme"}],
    "an empty id": [{"id": ""}],
    "a null id": [{"id": None}],
    "a list id": [{"id": ["acme"]}],
    "a true id": [{"id": True}],
    "a negative id": [{"id": -7}],
    "half an id": [{"id": 0.5}],
    "a number for a name": [{"id": "acme", "name": 7}],
    "a list for a name": [{"id": "acme", "name": ["x"]}],
    "true": [True],
    "minus seven": [-7],
    "half": [0.5],
    "two words": ["two words"],
    "an empty text": [""],
    "null": [None],
    "lists": [["acme"]],
    "one object of several without id": [{"id": "a"}, {}],
}


def cases():
    for place, (what, truth) in enumerate(LISTS.items()):
        for door in doors.each_form(place):
            token = {"sub": "s", CLAIM: truth}
            read = reading.expected(door, token, CLAIM, "organisations")
            if read is None:
                continue
            if "error" in read:
                asked = [failing("organisations", read["error"], CLAIM), error(CLAIM, "organisations", read["error"])]
            else:
                listed = read["value"]["organisations"]
                read = organisations(
                    listed, True, {**{one["id"]: "yes" for one in listed}, "initech": "no", "acm": "no", "": "no"}
                )
                asked = [method("organisations", read), value(CLAIM, "optional organisations", read)]
            yield case(f"{door}/{what}", door, doors.event(door, token), reads=asked)
        if isinstance(truth[0] if truth else None, dict):
            yield from in_event_version_1(place, what, truth)
    yield from cut_and_absent()
    yield from no_lists()


def in_event_version_1(place, what, truth):
    """Version 1 of the trigger's event carries text only: a list of objects is its JSON text."""
    door = doors.each_form(place)[place % 4]
    token = {"sub": "s", CLAIM: json.dumps(truth, separators=(",", ":"))}
    asked = reading.reads(door, token, CLAIM, ("organisations",))
    yield case(f"{door}/version 1/{what}", door, doors.event(door, token), reads=asked)


def cut_and_absent():
    for door in doors.each_form(1):
        listed = [{"id": "acme"}]
        token = {"sub": "s", CLAIM: ["acme"], "claims_cut": CLAIM}
        cut = organisations(listed, False, {"acme": "yes", "globex": "unknown"})
        yield case(
            f"{door}/cut",
            door,
            doors.event(door, token),
            reads=[method(CLAIM, cut), value(CLAIM, "organisations", cut), method("is_cut", True, of=CLAIM)],
        )
        token = {"sub": "s", CLAIM: ["acme"], "claims_cut": "roles"}
        whole = organisations(listed, True, {"acme": "yes", "globex": "no"})
        yield case(f"{door}/another is cut", door, doors.event(door, token), reads=[method(CLAIM, whole)])
        for what, empty in (("an empty text", ""), ("an empty list", [])):
            yield case(
                f"{door}/{what} is no organisation",
                door,
                doors.event(door, {"sub": "s", CLAIM: empty}),
                reads=[
                    method(CLAIM, organisations(asked={"a": "no"})),
                ],
            )
        absent = organisations(whole=False, asked={"acme": "unknown"})
        yield case(
            f"{door}/absent",
            door,
            doors.event(door, {"sub": "s"}),
            reads=[
                method(CLAIM, absent),
                value(CLAIM, "organisations", absent),
                value(CLAIM, "optional organisations", None),
            ],
        )


def no_lists():
    for place, (truth, kind) in enumerate(
        (
            ({"id": "acme"}, "unexpected"),
            (7, "unexpected"),
            (True, "unexpected"),
            ("a,,b", "ambiguous"),
            ("[a", "ambiguous"),
        )
    ):
        door = doors.KEEP_JSON[place % 3]
        yield case(
            f"{door}/no list {place}",
            door,
            doors.at(door, {"sub": "s", CLAIM: truth}),
            reads=[failing(CLAIM, kind, CLAIM), error(CLAIM, "organisations", kind)],
        )
