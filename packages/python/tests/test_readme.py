"""The handler of README.md does what it says."""

import json
import pathlib
import re
import unittest
from typing import Annotated, Any

from cognito_claims import BitsError, Catalogue, ClaimsError, ReadError, Refusal
from cognito_claims.testing import Token

README = (pathlib.Path(__file__).parent.parent / "README.md").read_text("utf-8")
TOKEN = (
    Token.access()
    .claim("scope", "openid orders/read")
    .claim("org_id", "acme")
    .claim("feature_flags", "beta,export")
    .claim("permissions", ["orders:read"])
    .claim("cognito:groups", ["admin"])
)


class Readme(unittest.TestCase):
    def test_the_handler(self) -> None:
        (code,) = re.findall(r"^```python\n(.*?)^```$", README, re.M | re.S)
        module: dict[str, Any] = {"__name__": "readme"}
        exec(compile(code, "README.md", "exec"), module)
        for event in (TOKEN.http_api(), TOKEN.rest_cognito(), TOKEN.rest_jwt(), TOKEN.websocket()):
            self.assertEqual(module["handler"](event, None), {"statusCode": 200, "body": "acme True False"})
        for token, status, reason in (
            (Token.access(), 403, "scope"),
            (Token.id(), 401, "token_use"),
            (TOKEN.without("cognito:groups"), 403, "unreadable"),
            (TOKEN.claim("permissions", []), 403, "permission"),
            (TOKEN.without("org_id"), 403, "unreadable"),
        ):
            answer = module["handler"](token.http_api(), None)
            self.assertEqual((answer["statusCode"], json.loads(answer["body"])["reason"]), (status, reason))
        self.assertEqual(module["handler"]({}, None)["statusCode"], 401)

    def test_the_handler_answers_whatever_a_request_may_raise(self) -> None:
        code = re.findall(r"^```python\n(.*?)^```$", README, re.M | re.S)[0]
        # As the type of a field with its catalogue, which raises another error.
        code = code.replace("feature_flags: Features", "feature_flags: Annotated[Features, Catalogue(['export'])]")
        module: dict[str, Any] = {"__name__": "readme", "Annotated": Annotated, "Catalogue": Catalogue}
        exec(compile(code, "README.md", "exec"), module)
        longer = Catalogue(["export", "beta"]).encode(["export"])
        answer = module["handler"](TOKEN.claim("feature_flags", longer).http_api(), None)
        self.assertEqual((answer["statusCode"], json.loads(answer["body"])["reason"]), (403, "unreadable"))

    def test_what_is_no_error_of_claims_is_nobodys_refusal(self) -> None:
        for error in (ReadError("missing"), BitsError("form"), Refusal("scope")):
            self.assertIsInstance(error, ClaimsError)
        fault: Any = KeyError("x")
        with self.assertRaises(KeyError):
            Refusal.of(fault)


if __name__ == "__main__":
    unittest.main()
