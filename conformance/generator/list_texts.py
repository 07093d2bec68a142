"""Texts that stand in a list's place: words that are parted, and JSON text."""

from . import doors, reading
from .case import case

NAME = "list_texts"
TEXTS = (
    "a,b",
    "a b",
    "a",
    "a, b",
    "a ,b",
    "a,,b",
    ",a",
    "a,",
    ",",
    " ",
    "  ",
    " a",
    "a ",
    "a  b",
    "a\tb",
    "a\nb",
    "a,b c",
    "a;b",
    "a\u00a0b",
    "a\u3000b",
    "[a b]",
    "[a]",
    "[a  b]",
    "[a b",
    "a b]",
    "[ a]",
    "[a ]",
    "[ ]",
    "[[a b] c]",
    "[map[k:v]]",
    '["a" b]',
    "[a,b]",
    "{a=b}",
    "{a}",
    "map[a:b]",
    '"a","b"',
    "a\\,b",
    "x,{y}",
    "[]a",
    "[a][b]",
    "a[0]",
    "[",
)


def cases():
    yield from texts_as_lists()
    yield from json_texts()


def texts_as_lists():
    """Text in a list's place: words parted by commas or blanks, or what nobody can part for certain."""
    for place, text in enumerate(TEXTS):
        for door in doors.each_form(place):
            token = {"sub": "s", "permissions": text}
            asked = reading.reads(door, token, "permissions", ("list of text", "words"))
            if "error" in asked[-1]:
                asked = asked[place % 2 :][:1]
            yield case(
                f"{door}/text {place} {text.encode('unicode_escape').decode()}",
                door,
                doors.event(door, token),
                reads=asked,
            )


def json_texts():
    """JSON text: what version 1 of the trigger's event makes of a list that isn't of words."""
    texts = (
        '[{"id":"a","name":"A, \\"the\\" [one]"},{"id":"b"}]',
        '[{"a":1}]',
        "[1,2,3]",
        '["x,admin","b"]',
        '[["a"],["b"]]',
        "[]",
        '["a"]',
        '[ "a" , "b" ]',
        '[{"a":1}',
        '[{"a":NaN}]',
        '[{"a":1}]x',
        '[{"a":1},]',
        '["a",]',
        "['a']",
        '["a" "b"]',
        "[NaN]",
        "[Infinity]",
        "[1]//",
        '["\\ud83d\\ude00"]',
        '{"a":1},{"b":2}',
        '{"a":1}',
        '{"a":1},',
        'x,{"a":1}',
        '{"a":1}{"b":2}',
        "{}",
        "[{}]",
        "[true]",
        "[null]",
        '["a\nb"]',
        "[01]",
        "[+1]",
        "[.5]",
        "[1.]",
        "[0x1]",
        '[{"a":1,"a":2}]',
        '["\\x41"]',
        '["\\ud800"]',
        '{"a":"\\udc00\\ud800"}',
        "[1e999]",
        '{"a":-1e999}',
        # Deeper, and the case itself would be too deep for some reader's runner.
        "[" * 120 + "]" * 120,
        "[" * 128 + "]" * 128,
        '{"a":' * 120 + "1" + "}" * 120,
        '{"a":' * 128 + "1" + "}" * 128,
        '{"a":"' + "[{" * 200 + '"}',
    )
    kinds = ("list of json", "list of text", "list of integer", "object")
    for place, text in enumerate(texts):
        for door in doors.each_form(place):
            token = {"sub": "s", "x": text}
            asked = reading.reads(door, token, "x", kinds)
            if all("error" in one for one in asked):
                asked = asked[:2]
            yield case(
                f"{door}/JSON text {place} {text[:40].encode('unicode_escape').decode()}",
                door,
                doors.event(door, token),
                reads=asked,
            )
