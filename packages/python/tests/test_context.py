"""What a Lambda authorizer in Python writes, and each door's event in the tests of those who read them."""

import decimal
import unittest
from dataclasses import dataclass

from cognito_claims import Claims, Door, Feature
from cognito_claims.context import encode
from cognito_claims.dangerous import UnverifiedClaims
from cognito_claims.testing import Token


@dataclass(frozen=True)
class Subject:
    sub: str


class Context(unittest.TestCase):
    def test_everything_is_text(self) -> None:
        claims = {
            **{"text": "a,b", "number": 5, "float": 1.5, "boolean": True, "null": None, "claims": "reserved"},
            **{"words": ["a", "b"], "none": [], "mixed": ["a", 5], "group": ["x,admin"], "nested": [["a"], None]},
            **{"object": {"a": [1, "ä"]}},
        }
        self.assertEqual(
            encode(claims),
            {
                **{"text": "a,b", "number": "5", "float": "1.5", "boolean": "true"},
                **{"words": "a,b", "none": "", "mixed": '["a",5]', "group": '["x,admin"]'},
                **{"nested": '[["a"],null]', "object": '{"a":[1,"ä"]}'},
            },
        )

    def test_what_is_no_json_is_named(self) -> None:
        for value in (decimal.Decimal(1), {1, 2}, (1,), float("nan"), {"a": b""}, {1: 2}):
            with self.assertRaisesRegex(TypeError, "^claim `x` is no JSON$"):
                encode({"x": value})

    def test_a_comma_makes_no_second_group(self) -> None:
        event = {"requestContext": {"authorizer": encode({"cognito:groups": ["x,admin"], "token_use": "id"})}}
        self.assertEqual(Claims.from_event(event).groups(), ["x,admin"])


class Tokens(unittest.TestCase):
    def test_each_event_is_of_its_door(self) -> None:
        token = Token.access().claim("feature_flags", ["a", "b"]).claim("seats", 5)
        for event, door in (
            (token.http_api(), Door.HTTP_API),
            (token.http_api_1_0(), Door.HTTP_API),
            (token.rest_cognito(), Door.REST_COGNITO),
            (token.rest_jwt(), Door.REST_JWT),
            (token.rest_lambda_authorizer(), Door.LAMBDA_AUTHORIZER),
            (token.http_lambda_authorizer(), Door.LAMBDA_AUTHORIZER),
            (token.websocket(), Door.LAMBDA_AUTHORIZER),
            (token.appsync(), Door.APPSYNC),
            (token.appsync_lambda(), Door.APPSYNC_LAMBDA),
        ):
            claims = Claims.from_event(event)
            self.assertIs(claims.door, door)
            self.assertEqual((claims.claim("seats", int), claims.issued_at()), (5, 1_900_000_000))
            self.assertIs(claims.feature("b"), Feature.ON)
        sub = UnverifiedClaims.from_alb(token.alb()).read_unverified(Subject).sub
        self.assertEqual(sub, token.payload["sub"])

    def test_a_token_never_changes(self) -> None:
        groups = ["a"]
        token = Token.id().claim("cognito:groups", groups)
        groups.append("b")
        token.payload["sub"] = "another"
        token.rest_jwt()["requestContext"] = None
        token.without("cognito:groups")
        self.assertEqual(Claims.from_verified(token.payload).groups(), ["a"])
        self.assertNotEqual(token.payload["sub"], "another")
        with self.assertRaises(TypeError):
            token.claim("x", (1,))


if __name__ == "__main__":
    unittest.main()
