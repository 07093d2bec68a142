"""What an attacker, an emulator or a careless neighbour may put into an event, in ways that only Python falls for."""

import enum
import json
import math
import sys
import time
import unittest
from decimal import Decimal
from typing import Any, Callable, Literal

from cognito_claims import Claims, Features, Guard, Organisations, ReadError, Refusal, Words
from cognito_claims.dangerous import UnverifiedClaims
from cognito_claims.testing import Token


def at_http(value: object) -> Claims:
    return Claims.from_http_api({"requestContext": {"authorizer": {"jwt": {"claims": {"x": value}}}}})


def at_rest(value: object) -> Claims:
    return Claims.from_rest_cognito({"requestContext": {"authorizer": {"claims": {"x": value}}}})


def at_lambda(value: object) -> Claims:
    return Claims.from_lambda_authorizer({"requestContext": {"authorizer": {"x": value}}})


def in_token(value: object) -> Claims:
    return Claims.from_verified({"x": value})


DOORS = (at_http, at_rest, at_lambda, in_token)
KINDS: tuple[Any, ...] = (
    *(str, int, float, bool, object, dict[str, object], list[str], list[int], list[object]),
    *(Words, Features, Organisations),
)


def below_limit(frames: int, ask: Callable[[], object]) -> object:
    """Asks so many frames further down the stack."""
    return ask() if frames == 0 else below_limit(frames - 1, ask)


class Text(str):
    def split(self, *_: Any, **__: Any) -> Any:
        return ["root"]

    def __eq__(self, _: object) -> bool:
        return True

    __hash__ = str.__hash__


class Number(int):
    def __le__(self, _: object) -> bool:
        return True


class Hostile(unittest.TestCase):
    def unreadable(self, kind: Any, *values: object, doors: Any = DOORS) -> None:
        for value in values:
            for door in doors:
                with self.subTest(kind=kind, value=type(value), door=door.__name__):
                    with self.assertRaises(ReadError):
                        door(value).claim("x", kind)

    def test_a_boolean_is_no_number(self) -> None:
        self.unreadable(int, True, False)
        self.unreadable(float, True, False)
        self.unreadable(list[int], [True])
        self.unreadable(list[int], "[true]", doors=(at_lambda, in_token))
        self.unreadable(bool, 0, 1, 1.0, "1", "0", "yes", "t", "ＴＲＵＥ", "truE ", "true\n")

    def test_other_types_than_those_of_json_are_nothing(self) -> None:
        for value in (Decimal("1"), b"1", bytearray(b"1"), (1,), {1}, 1j, object()):
            for kind in KINDS:
                self.unreadable(kind, value)
            self.unreadable(list[object], [value])
            self.unreadable(dict[str, object], {"a": value}, {"a": [value]})
        self.unreadable(dict[str, object], {1: "a"}, {b"a": 1}, {"a": {2: 1}})
        # As boto3 and `parse_float=Decimal` would give them.
        claims = Claims.from_verified({"iat": Decimal(1_900_000_000), "token_use": "access"})
        with self.assertRaises(Refusal):
            Guard.access_token().issued_within(10).check(claims, 1_900_000_000)

    def test_subclasses_read_as_the_plain_types_that_they_are(self) -> None:
        got = in_token(Text("admin")).claim("x", str)
        self.assertIs(type(got), str)
        self.assertEqual(in_token(Text("user")).claim("x", list[str]), ["user"])
        self.assertEqual(in_token([Text("user")]).claim("x", list[str]), ["user"])
        self.assertIs(type(in_token([Text("user")]).claim("x", list[str])[0]), str)
        self.unreadable(int, Number(1 << 70))
        self.assertIs(type(in_token(Number(5)).claim("x", int)), int)
        claims = Claims.from_verified({"token_use": Text("id"), "org_id": Text("acme")})
        for guard in (Guard.access_token(), Guard.either_token().org("globex")):
            with self.assertRaises(Refusal):
                guard.check(claims, 0)

    def test_numbers_are_finite_and_of_64_bits(self) -> None:
        infinite = (math.inf, -math.inf, math.nan)
        self.unreadable(float, *infinite, "inf", "nan", "Infinity", "1e999", "-1e999", 1 << 1024)
        self.unreadable(object, *infinite, [math.nan], {"a": math.inf}, doors=(in_token,))
        self.unreadable(int, 1 << 64, -(1 << 63) - 1, str(1 << 64), 1.0, "1.0", "+1", "1_0", " 1", "1 ")
        self.unreadable(str, 1 << 64, -(1 << 63) - 1, 1.0)
        for number in ((1 << 64) - 1, -(1 << 63)):
            self.assertEqual(in_token(number).claim("x", int), number)
            self.assertEqual(at_http(str(number)).claim("x", int), number)
        for text in ("[NaN]", "[Infinity]", "[-Infinity]", "[1e999]"):
            self.unreadable(list[float], text, doors=(at_lambda, in_token))
        self.unreadable(dict[str, object], '{"a":NaN}')

    def test_digits_are_those_of_ascii(self) -> None:
        for digit in "٣３²๓":
            self.unreadable(int, digit, f"1{digit}")
            self.unreadable(float, digit, f"1.{digit}")
        date = "Sat Jan 3٠ 04:49:05 UTC 2021"
        self.unreadable(int, date, "Sat Jan 30 04:49:05 UTC 2021\n", doors=(at_rest,))
        self.assertEqual(at_rest("Sat Jan 30 04:49:05 UTC 2021").claim("x", int), 1_611_982_145)

    def test_a_line_feed_at_the_end_is_not_overlooked(self) -> None:
        self.unreadable(int, "1\n", "1\n\n")
        self.unreadable(float, "1.5\n")
        self.unreadable(list[str], "a\n", "a,b\n", "[a b\n]", doors=(at_http, at_rest, at_lambda))
        self.unreadable(Features, ["beta\n"], doors=(in_token,))
        self.unreadable(Words, ["beta\n"], doors=(in_token,))
        claims = Claims.from_verified({"scope": "orders/read\n", "org_id": "acme\n"})
        for guard in (Guard.either_token().any_scope("orders/read"), Guard.either_token().org("acme")):
            with self.assertRaises(Refusal):
                guard.check(claims, 0)

    def test_long_texts_are_refused_in_no_time(self) -> None:
        # `int` refuses more than 4,300 digits by an error of its own, that holds no value but isn't ours.
        self.assertEqual(at_http("0" * 50_000 + "5").claim("x", int), 5)
        begun = time.process_time()
        long = 10_000
        for text in (
            *("1" * long, "1" * long + "x", "-" + "1" * long, "1" * long + ".", "1." + "1" * long + "x"),
            *("1e" + "1" * long, "[" * long, '[{"' * long, "{" * long, "[" + "," * long, '{"a":' * long),
            *("[" + "1" * long + "]", "[" + "0" * long + "]", '["' + "\\" * long, "a," * long + " "),
            *("1." * long, "Sat " * long, "\ud800" * long),
        ):
            for door in DOORS:
                for kind in KINDS:
                    try:
                        door(text).claim("x", kind)
                    except ReadError:
                        pass
        self.assertLess(time.process_time() - begun, 10)

    def test_one_long_number_takes_no_time(self) -> None:
        for text in ("1" * 1_000_000 + "x", "1." + "1" * 1_000_000 + "x", "." * 1_000_000):
            begun = time.process_time()
            self.unreadable(float, text, doors=(at_http,))
            self.unreadable(int, text, doors=(at_http,))
            self.assertLess(time.process_time() - begun, 0.5)

    def test_what_nests_too_deep_is_refused(self) -> None:
        def nested(depth: int) -> Any:
            value: Any = []
            for _ in range(depth - 1):
                value = [value]
            return value

        deep, too_deep = nested(127), nested(128)
        self.assertEqual(in_token(deep).claim("x", object), deep)
        self.unreadable(object, too_deep, nested(5000), doors=(in_token,))
        self.assertEqual(at_lambda(json.dumps(deep)).claim("x", list[object]), deep[0:])
        self.unreadable(list[object], json.dumps(too_deep), doors=(at_lambda,))
        # Brackets in texts are no depth.
        self.assertEqual(at_lambda(json.dumps(["[" * 500])).claim("x", list[object]), ["[" * 500])

    def test_json_text_is_read_to_a_depth_of_127_and_not_by_the_stack(self) -> None:
        def told(depth: int, text: str = "%s") -> Any:
            try:
                return at_lambda(text % ("[" * depth + "]" * depth)).claim("x", list[object])
            except ReadError as error:
                return error.code

        limit = sys.getrecursionlimit()
        for frames in (0, limit // 2, limit - 120):
            self.assertIsInstance(below_limit(frames, lambda: told(127)), list)
            self.assertEqual(below_limit(frames, lambda: told(128)), "ambiguous")
        for depth in (126, 127):
            # With an object around, one deeper.
            self.assertEqual(told(depth, '[{"a":%s}]') == "ambiguous", depth > 125)
        self.assertEqual((told(128), told(5000), told(200_000)), ("ambiguous",) * 3)
        self.assertIsInstance(told(125, '[{"a":%s}]'), list)
        deep: Any = at_lambda("[" * 127 + "]" * 127).claim("x", list[object])
        copied = below_limit(limit - 120, lambda: in_token(deep).claim("x", object))
        self.assertEqual(json.dumps(copied), "[" * 127 + "]" * 127)
        self.assertIsNot(copied, deep)

    def test_json_text_is_read_as_strictly_as_by_the_others(self) -> None:
        def value(text: str) -> object:
            (read,) = at_lambda(f"[{text}]").claim("x", list[object])
            return read

        for text in (
            *("", "1,", ",1", "1,,2", "1 2", "]", "[", "[1}", '{"a":1]', "{]", "[}", '{"a"}', '{"a":}', '{"a":1,}'),
            *("{1:2}", "{,}", '{"a":1 "b":2}', '{"a",1}', "01", "-", "+1", "1.", ".5", "1e", "0x1", "1_0", "--1"),
            *("True", "nul", "nulll", "NaN", "Infinity", "-Infinity", "1e999", "-1e999", "9" * 400, "'a'", '"a'),
            *('"\\x"', '"\\u12"', '"\n"', '"\x00"', '"\\"', '"\ud800"', '"\\ud800"', "\ufeff1", "\xa01", "1]["),
        ):
            with self.subTest(text=text):
                if text == "":
                    self.assertEqual(at_lambda("[]").claim("x", list[object]), [])
                    continue
                with self.assertRaises(ReadError) as raised:
                    at_lambda(f"[{text}]").claim("x", list[object])
                self.assertEqual(raised.exception.code, "ambiguous")
        for text in (
            *('"a"', '"\\u00e9\\n\\/\\\\\\""', '"\\ud83d\\ude00"', "1", "-1", "0", "1.5", "-1.5e-3", "1E2", "true", "null"),
            *("{}", "[]", ' {"a" :\n[ 1,\t{"b":null}\r] , "a":2}', '"[{,"', str((1 << 64) - 1), str(-(1 << 63))),
        ):
            self.assertEqual(value(text), json.loads(text), text)
            self.assertIs(type(value(text)), type(json.loads(text)), text)
        # As the others have them: floats, and so no whole numbers.
        for text in ("-0", str(1 << 64), str(-(1 << 63) - 1), "1.0", "1e2"):
            self.assertIs(type(value(text)), float, text)
            self.unreadable(list[int], f"[{text}]", doors=(at_lambda,))
        self.unreadable(Organisations, '[{"id":-0}]', '[{"id":1.0}]', "[-0]", doors=(at_lambda,))
        self.assertEqual([each.id for each in at_lambda('[{"id":0}]').claim("x", Organisations)], ["0"])

    def test_a_word_is_text(self) -> None:
        class Plan(enum.Enum):
            TRUE = "true"
            FIVE = "5"

        for kind in (Plan, Literal["true", "5"]):
            for value in (True, 5):
                for door in DOORS:
                    with self.assertRaises(ReadError) as raised:
                        door(value).claim("x", kind)
                    self.assertEqual(raised.exception.code, "unexpected")
            self.unreadable(list[kind], [True], [5], "[true]", "[5]", doors=(at_lambda, in_token))  # type: ignore[valid-type]
            self.assertIsNotNone(at_http("true").claim("x", kind))

    def test_half_a_character_is_no_text(self) -> None:
        self.unreadable(str, "\ud800", "a\udfffb")
        self.unreadable(object, "\ud800", ["\ud800"], {"\ud800": 1})
        self.unreadable(list[str], ["\ud800"], doors=(in_token,))
        self.unreadable(list[str], "[\ud800]", "a,\ud800", '["\\ud800"]', doors=(at_http, at_lambda))
        self.unreadable(dict[str, object], '{"a":"\\udfff"}')
        self.assertEqual(in_token('{"a":"\\ud83d\\ude00"}').claim("x", dict[str, object]), {"a": "😀"})

    def test_letters_that_only_python_takes_for_others(self) -> None:
        kelvin = "x-amzn-oidc-accesstoKen".replace("K", "\u212a")
        event = {"headers": {kelvin: Token.access().unsigned()}}
        with self.assertRaises(ReadError):
            UnverifiedClaims.from_alb(event)
        # Python's own decoder of base64 skips what is not in the alphabet.
        token = Token.access().unsigned()
        header, payload, signature = token.split(".")
        for wrong in (f"{header}.{payload}\n.{signature}", f"{header}.{payload[:4]}!{payload[4:]}.{signature}"):
            with self.assertRaises(ReadError):
                UnverifiedClaims.decode(wrong)
        odd: tuple[Any, ...] = (None, token.encode(), 1, [token], {"token": token})
        for none in odd:
            with self.assertRaises(ReadError) as raised:
                UnverifiedClaims.decode(none)
            self.assertEqual(raised.exception.code, "no_claims")

    def test_events_of_any_shape_are_no_crash(self) -> None:
        constructors = [getattr(Claims, name) for name in dir(Claims) if name.startswith("from_")]
        constructors.remove(Claims.from_verified)
        odd: list[Any] = [None, True, 1, 1.5, "x", [], {}, b"x", (), [{}], object()]
        events: list[Any] = list(odd)
        for inner in odd:
            for path in (
                ("requestContext",),
                ("identity",),
                ("requestContext", "authorizer"),
                ("requestContext", "authorizer", "jwt"),
                ("requestContext", "authorizer", "claims"),
                ("requestContext", "authorizer", "lambda"),
                ("identity", "claims"),
                ("identity", "resolverContext"),
                ("headers",),
                ("headers", "x-amzn-oidc-accesstoken"),
                ("multiValueHeaders", "x-amzn-oidc-accesstoken"),
            ):
                event = inner
                for name in reversed(path):
                    event = {name: event}
                events.append(event)
        for event in events:
            for constructor in [*constructors, UnverifiedClaims.from_alb]:
                try:
                    self.assertIn("Claims", repr(constructor(event)))
                except ReadError as error:
                    self.assertIn(error.code, ("no_claims", "ambiguous_door"))

    def test_what_is_unverified_passes_no_guard(self) -> None:
        unverified: Any = UnverifiedClaims.decode(Token.access().unsigned())
        with self.assertRaises(TypeError):
            Guard.either_token().check(unverified)
        with self.assertRaises(TypeError):
            Claims.from_verified(unverified)
        with self.assertRaises(TypeError):
            Claims.from_verified(Token.access().unsigned())
        for made in (Claims, UnverifiedClaims):
            with self.assertRaises(TypeError):
                made()

    def test_one_text_is_no_list_of_letters(self) -> None:
        guard: Any = Guard.either_token()
        for wrong in (
            lambda: guard.any_scope(["a"]),
            lambda: guard.client(None),
            lambda: guard.tier_at_least("a", "abc"),
            lambda: guard.org(None),
        ):
            with self.assertRaises(TypeError):
                wrong()


if __name__ == "__main__":
    unittest.main()
