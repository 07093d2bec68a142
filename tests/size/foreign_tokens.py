"""Compares the size model with tokens that a foreign library encodes.

Reads the lines of `claimsmith simulate --json` on standard input. Each token in them is encoded and
signed by PyJWT the way Cognito writes tokens (RS256 with 2,048 bits, every slash escaped, a `kid` of
44 characters), once as it is shown and once with everything that the event can't rule out. The first
must lie in the range of bytes that the model gives; the second must be exactly its upper end.

SPEC: AWS, "Understanding the identity (ID) token" and "Understanding the access token".
"""

import json
import sys

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa

KEY = rsa.generate_private_key(public_exponent=65537, key_size=2048)
# A `kid` of nothing but slashes makes the longest header; the last two characters can't be one.
LONGEST_KID = "/" * 42 + "A="
SHORTEST_KID = "a" * 43 + "="
# An address of 256 characters, sixteen of which are slashes.
AUDIENCE = "/" * 16 + "0" * 240
UUID = "00000000-0000-0000-0000-000000000000"


class Cognito(json.JSONEncoder):
    """Writes JSON as Cognito does: every slash is escaped."""

    def encode(self, value):
        return super().encode(value).replace("/", "\\/")


def encoded(claims, kid, ascii_only):
    """A signed token, and what a verifier reads out of it."""
    text = json.dumps(claims, separators=(",", ":"), ensure_ascii=ascii_only)
    payload = text.replace("/", "\\/").encode()
    headers = {"kid": kid, "typ": None}
    token = jwt.PyJWS().encode(payload, KEY, "RS256", headers=headers, json_encoder=Cognito)
    read = jwt.PyJWS().decode(token, KEY.public_key(), algorithms=["RS256"])
    assert json.loads(read) == claims
    return token


def largest(line, use):
    """The claims with everything that may be there beside them."""
    claims = dict(line["tokens"][use]["claims"])
    for decision in line["decisions"]:
        perhaps = decision["source"] == "Cognito" and decision["reason"] == "may be absent"
        if decision["token"] == use and decision["action"] == "kept" and perhaps:
            methods = ["pwd", "otp", "sms", "email_otp", "swk", "hwk", "mfa"]
            claims[decision["claim"]] = {
                "nonce": "0" * 171,
                "at_hash": "0" * 22,
                "acr": "0" * 64,
                "amr": methods + ["fed"] * is_federated(line),
                "aud": AUDIENCE,
                "act": {"sub": "0" * 128},
                "version": 2,
                "device_key": claims["iss"].split(".")[1] + "_" + UUID,
                **dict.fromkeys(["jti", "origin_jti", "event_id"], UUID),
            }[decision["claim"]]
    claims["iss"] = claims["iss"].replace("https://", "https://issuer-")
    if use == "id" and "act" in claims:
        claims["aud"] = max(AUDIENCE, claims["aud"], key=len)
    return claims


def is_federated(line):
    return any(decision["claim"] == "identities" for decision in line["decisions"])


def main():
    tokens = wrong = 0
    for line in map(json.loads, sys.stdin):
        for use, token in line["tokens"].items():
            if token is None:
                continue
            tokens += 1
            size = token["bytes"]
            shown = [
                len(encoded(token["claims"], kid, ascii_only))
                for kid, ascii_only in [(SHORTEST_KID, False), (LONGEST_KID, True)]
            ]
            at_most = len(encoded(largest(line, use), LONGEST_KID, True))
            if min(shown) < size["lower"] or max(shown) > size["upper"] or at_most != size["upper"]:
                wrong += 1
                print(line["event"], use, size, shown, at_most, file=sys.stderr)
    print(f"{tokens} tokens encoded by PyJWT {jwt.__version__}, {wrong} outside the model")
    sys.exit(1 if wrong or not tokens else 0)


main()
