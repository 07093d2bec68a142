"""Payloads of tokens that a library of JWTs has verified, with the real library."""

import unittest
from typing import Any

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa

from cognito_claims import Claims, Guard, Refusal
from cognito_claims.testing import CLIENT_ID, Token

KEY = rsa.generate_private_key(public_exponent=65537, key_size=2048)
ISSUER = "https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_EXAMPLE"


def verified(token: Token) -> Claims:
    signed = jwt.encode(token.payload, KEY, algorithm="RS256")
    options: Any = {"require": ["exp", "iss", "token_use"], "verify_aud": False, "verify_iat": False}
    payload = jwt.decode(signed, KEY.public_key(), algorithms=["RS256"], issuer=ISSUER, options=options)
    return Claims.from_verified(payload)


class Verified(unittest.TestCase):
    def test_the_payload_reads_with_the_types_of_the_token(self) -> None:
        claims = verified(Token.access().claim("seats", 5).claim("cognito:groups", ["x,admin"]))
        self.assertEqual((claims.claim("seats", int), claims.groups()), (5, ["x,admin"]))
        Guard.access_token().client(CLIENT_ID).any_scope("openid").check(claims)

    def test_what_the_library_does_not_check_the_guard_does(self) -> None:
        guard = Guard.access_token().client(CLIENT_ID)
        for token, reason in (
            (Token.id(), "token_use"),
            (Token.access().claim("client_id", "another"), "client"),
            (Token.access().without("client_id").claim("aud", CLIENT_ID), "client"),
        ):
            with self.assertRaises(Refusal) as raised:
                guard.check(verified(token))
            self.assertEqual(raised.exception.reason, reason)


if __name__ == "__main__":
    unittest.main()
