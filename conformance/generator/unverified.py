"""Tokens that nobody has verified: their text, and a load balancer's event with one in a header.

SPEC: RFC 7515, sections 2 and 7.1: three segments of base64url without padding. RFC 6750, section 2.1, and
RFC 9110, section 11.1: `Bearer`, in any case, and one blank.
"""

import base64

from .case import case, error, text, value
from .refusals import NO_CLAIMS, NO_TOKEN

NAME = "unverified"
HEADER = "x-amzn-oidc-accesstoken"
CLAIMS = {"sub": "91ad", "org_id": "Zürich", "seats": 5, "roles": ["a", "b"], "iat": 1_611_982_145}
READS = [
    value("org_id", "text", "Zürich"),
    value("seats", "integer", 5),
    value("roles", "words", {"words": ["a", "b"], "whole": True, "asked": {"c": "no"}}),
    value("iat", "integer", 1_611_982_145),
    value("x", "optional text", None),
    error("x", "text", "missing"),
    error("roles", "text", "unexpected"),
]


def segment(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).decode().rstrip("=")


def token(payload, header: str = segment(b'{"alg":"RS256"}'), signature: str = "c2ln") -> str:
    content = payload if isinstance(payload, bytes) else text(payload).encode()
    return f"{header}.{segment(content)}.{signature}"


def cases():
    good = token(CLAIMS)
    yield from texts(good)
    yield from payloads()
    yield from alphabet()
    yield from headers(good)


def texts(good):
    yield case("decode/a token", "decode", good, reads=READS, token=CLAIMS)
    for scheme in ("Bearer ", "bearer ", "BEARER ", "bEaReR "):
        yield case(f"decode/after {scheme}", "decode", scheme + good, reads=READS[:2])
    yield case("decode/no signature", "decode", token(CLAIMS, signature=""), reads=READS[:1])
    # The signature isn't looked at, and so it may be anything without a dot.
    yield case("decode/a signature of anything", "decode", token(CLAIMS, signature="=?&"), reads=READS[:1])
    yield case("decode/an empty header", "decode", token(CLAIMS, header=""), reads=READS[:1])
    wrong = {
        "nothing": "",
        "one segment": "e30",
        "two segments": "e30.e30",
        "four segments": f"{good}.x",
        "dots": "..",
        "a dot before": f".{good}",
        "a dot after": f"{good}.",
        "five segments, as of an encrypted token": "a.b.c.d.e",
        "another scheme": f"Basic {good}",
        "two blanks": f"Bearer  {good}",
        "a tab": f"Bearer\t{good}",
        "a blank before": f" {good}",
        "a blank before the scheme": f" Bearer {good}",
        "the scheme twice": f"Bearer Bearer {good}",
        "a line feed in the payload": good.replace(".", ".\n", 1),
        "only the scheme": "Bearer ",
        "a scheme alone": "Bearer",
        "a colon": f"Bearer: {good}",
        "DPoP": f"DPoP {good}",
        "a list of tokens in the payload": f"e30.{segment(CLAIMS['sub'].encode())}, {good}",
    }
    for what, wrong_text in wrong.items():
        yield case(f"decode/{what}", "decode", wrong_text, opens=NO_TOKEN if what == "nothing" else NO_CLAIMS)


def payloads():
    wrong = {
        "a list": b"[]",
        "text": b'"x"',
        "a number": b"5",
        "null": b"null",
        "nothing": b"",
        "half an object": b'{"a":1',
        "more than an object": b'{"a":1}x',
        "two objects": b"{}{}",
        "single quotes": b"{'a':1}",
        "no quotes": b"{a:1}",
        "a comma at the end": b'{"a":1,}',
        "a comment": b'{"a":1}//',
        "NaN": b'{"a":NaN}',
        "Infinity": b'{"a":-Infinity}',
        "a leading zero": b'{"a":01}',
        "a plus": b'{"a":+1}',
        "hexadecimal": b'{"a":0x1}',
        "True": b'{"a":True}',
        "a line feed in a text": b'{"a":"\n"}',
        "no Unicode": b'{"a":"\xff"}',
        "half a letter": b'{"a":"\xc3"}',
        "a surrogate in UTF-8": b'{"a":"\xed\xa0\x80"}',
        "too long a form": b'{"a":"\xc0\xaf"}',
        "a wrong escape": b'{"a":"\\x41"}',
        "UTF-16": '{"a":1}'.encode("utf-16-le"),
        "no number": b'{"a":1.}',
        "a dot before": b'{"a":.5}',
        "a vertical tab between": b'{\x0b"a":1}',
        "a no-break space between": b'{\xc2\xa0"a":1}',
        "a NUL at the end": b'{"a":1}\x00',
        "half a letter as escape": rb'{"a":"\ud800"}',
        "a number that no double holds": b'{"a":1e999}',
        "too many objects in each other": b'{"a":' * 128 + b"1" + b"}" * 128,
    }
    for what, payload in wrong.items():
        yield case(f"decode/payload of {what}", "decode", token(payload), opens=NO_CLAIMS)
    good = {
        "an empty object": (b"{}", [error("a", "text", "missing")]),
        "blanks around": (b' \t\r\n{ "a" : "x" }\n', [value("a", "text", "x")]),
        "a member twice": (b'{"a":"first","a":"last"}', [value("a", "text", "last")]),
        "escapes": (rb'{"a":"\u00e4\ud83d\ude00\n\"\\\/"}', [value("a", "text", 'ä\U0001f600\n"\\/')]),
        "letters of four bytes": ('{"a":"\U0001f600"}'.encode(), [value("a", "text", "\U0001f600")]),
        "a NUL as escape": (rb'{"a":"x\u0000y"}', [value("a", "text", "x\0y")]),
        "an escaped name": (rb'{"\u0061":"x"}', [value("a", "text", "x")]),
        "numbers": (
            b'{"a":0.5e1,"b":-12,"c":1E-2}',
            [value("a", "number", 5), value("b", "integer", -12), value("c", "number", 0.01)],
        ),
        "as many objects in each other as can be": (b'{"a":' * 127 + b"1" + b"}" * 127, [error("b", "text", "missing")]),
        "odd names": (
            b'{"__proto__":{"a":"x"},"constructor":"y","":"z"}',
            [
                value("constructor", "text", "y"),
                error("a", "text", "missing"),
                value("", "text", "z"),
                value("__proto__", "object", {"a": "x"}),
            ],
        ),
    }
    for what, (payload, reads) in good.items():
        yield case(f"decode/payload with {what}", "decode", token(payload), reads=reads)


def alphabet():
    """base64url, strictly: another alphabet or padding is another text."""
    payload = segment('{"a":"ü?>~~???"}'.encode())
    assert "-" in payload and "_" in payload
    one, two = segment(b'{"a":"x"} '), segment(b'{"a":"x"}  ')
    yield case("decode/both special letters", "decode", f"e30.{payload}.c2ln", reads=[value("a", "text", "ü?>~~???")])
    rows = {
        "a plus": payload.replace("-", "+"),
        "a slash": payload.replace("_", "/"),
        "padding": two + "=",
        "padding that isn't needed": one + "==",
        "a blank": two[:4] + " " + two[4:],
        "a line feed at the end": two + "\n",
        "one letter more": two + "A" * ((5 - len(two)) % 4),
        "a dollar": two[:-1] + "$",
        "another letter": two[:-1] + "ä",
        "percent": two[:-1] + "%3D",
        "a NUL": two + "\0",
    }
    for what, wrong in rows.items():
        yield case(f"decode/base64url with {what}", "decode", f"e30.{wrong}.c2ln", opens=NO_CLAIMS)
    for what, header in (
        ("padding", "e30="),
        ("the other alphabet", "+/+/"),
        ("one letter", "e"),
        ("a blank", "e3 0"),
        ("five letters", "e30e3"),
    ):
        yield case(f"decode/a header with {what}", "decode", f"{header}.e30.c2ln", opens=NO_CLAIMS)


def headers(good):
    def alb(**members):
        return {
            "requestContext": {
                "elb": {"targetGroupArn": "arn:aws:elasticloadbalancing:eu-west-1:123456789012:targetgroup/example/0"}
            },
            **members,
        }

    yield case("alb/a token", "alb", alb(headers={HEADER: good, "host": "x"}), reads=READS, token=CLAIMS)
    for name in ("X-Amzn-Oidc-Accesstoken", "X-AMZN-OIDC-ACCESSTOKEN"):
        yield case(f"alb/the header {name}", "alb", alb(headers={name: good}), reads=READS[:1])
        yield case(f"alb/many values, the header {name}", "alb", alb(multiValueHeaders={name: [good]}), reads=READS[:1])
    yield case("alb/a bearer token", "alb", alb(headers={HEADER: f"Bearer {good}"}), reads=READS[:1])
    yield case("alb/without a load balancer's context", "alb", {"headers": {HEADER: good}}, reads=READS[:1])
    yield case(
        "alb/one value in each place",
        "alb",
        alb(headers={HEADER: good}, multiValueHeaders={HEADER: ["x"]}),
        reads=READS[:1],
    )
    wrong = {
        "no headers": {},
        "null headers": {"headers": None},
        "empty headers": {"headers": {}},
        "headers in a list": {"headers": [[HEADER, good]]},
        "headers that are text": {"headers": HEADER},
        "another header": {"headers": {"authorization": f"Bearer {good}"}},
        "the data of the load balancer": {"headers": {"x-amzn-oidc-data": good}},
        "the identity": {"headers": {"x-amzn-oidc-identity": "91ad"}},
        "the header twice": {"headers": {HEADER: good, "X-Amzn-Oidc-Accesstoken": good}},
        "the header twice, once empty": {"headers": {HEADER: good, "X-Amzn-Oidc-Accesstoken": ""}},
        "no token": {"headers": {HEADER: "x"}},
        "an empty token": {"headers": {HEADER: ""}},
        "a null token": {"headers": {HEADER: None}},
        "tokens in a list": {"headers": {HEADER: [good]}},
        "a number": {"headers": {HEADER: 5}},
        "two values": {"multiValueHeaders": {HEADER: [good, good]}},
        "two values, one empty": {"multiValueHeaders": {HEADER: [good, ""]}},
        "no values": {"multiValueHeaders": {HEADER: []}},
        "a text for values": {"multiValueHeaders": {HEADER: good}},
        "null for values": {"multiValueHeaders": {HEADER: None}},
        "many values twice": {"multiValueHeaders": {HEADER: [good], "X-Amzn-Oidc-Accesstoken": [good]}},
        "tokens joined by a comma": {"headers": {HEADER: f"{good},{good}"}},
        "tokens joined by a comma and a blank": {"headers": {HEADER: f"{good}, {good}"}},
        "a cookie": {"headers": {"cookie": f"{HEADER}={good}"}},
        "a blank in the name": {"headers": {f"{HEADER} ": good}},
        "underscores in the name": {"headers": {HEADER.replace("-", "_"): good}},
        "a Kelvin sign in the name": {"headers": {HEADER.replace("k", "\u212a"): good}},
        "a dotless i in the name": {"headers": {HEADER.replace("i", "\u0131"): good}},
        "a number among values": {"multiValueHeaders": {HEADER: [5]}},
        "a list among values": {"multiValueHeaders": {HEADER: [[good]]}},
        # What stands under `headers` counts, even if the other place has a token.
        "a null token beside values": {"headers": {HEADER: None}, "multiValueHeaders": {HEADER: [good]}},
        "no token beside values": {"headers": {HEADER: "x"}, "multiValueHeaders": {HEADER: [good]}},
        "the header twice beside values": {
            "headers": {HEADER: good, "X-Amzn-Oidc-Accesstoken": good},
            "multiValueHeaders": {HEADER: [good]},
        },
    }
    for what, members in wrong.items():
        yield case(f"alb/{what}", "alb", alb(**members), opens=NO_TOKEN if what == "no headers" else NO_CLAIMS)
    yield case("alb/null", "alb", None, opens=NO_CLAIMS)
    yield case("alb/a list", "alb", [alb(headers={HEADER: good})], opens=NO_CLAIMS)
    yield case(
        "alb/another header beside",
        "alb",
        alb(headers={"other": "x"}, multiValueHeaders={HEADER: [good]}),
        reads=READS[:1],
    )
