"""The handler of README.md does what it says."""

import json
import pathlib
import re
import unittest
from typing import Any

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
        ):
            answer = module["handler"](token.http_api(), None)
            self.assertEqual((answer["statusCode"], json.loads(answer["body"])["reason"]), (status, reason))
        self.assertEqual(module["handler"]({}, None)["statusCode"], 401)


if __name__ == "__main__":
    unittest.main()
