"""Makes what both authorizers get: a token of now, its key set, an event, a configuration."""

import base64
import json
import pathlib
import sys
import time

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa

place = pathlib.Path(sys.argv[1])
pool, client = "eu-west-1_EXAMPLE", "1example23456789"
key = rsa.generate_private_key(public_exponent=65537, key_size=2048)


def number(value):
    octets = value.to_bytes((value.bit_length() + 7) // 8, "big")
    return base64.urlsafe_b64encode(octets).rstrip(b"=").decode()


public = key.public_key().public_numbers()
keys = [{"kty": "RSA", "alg": "RS256", "use": "sig", "kid": "bench", "n": number(public.n), "e": number(public.e)}]
now = int(time.time())
claims = {
    "sub": "11111111-1111-4111-8111-111111111111", "token_use": "access", "client_id": client,
    "iss": f"https://cognito-idp.eu-west-1.amazonaws.com/{pool}", "username": "ada", "version": 2,
    "scope": "openid items/read", "auth_time": now, "iat": now, "exp": now + 86400, "jti": "bench",
    "org_id": "acme-corp", "org_tier": "enterprise", "feature_flags": "audit-log,export,items,webhooks",
}
token = jwt.encode(claims, key, algorithm="RS256", headers={"kid": "bench"})
event = json.loads(pathlib.Path("crates/authorizer/tests/requests/http-api-2.0.json").read_text())
event["identitySource"] = [f"Bearer {token}"]
event["headers"]["authorization"] = f"Bearer {token}"
(place / "event.json").write_text(json.dumps(event))
(place / "keys.json").write_text(json.dumps({"keys": keys}))
(place / "authorizer.toml").write_text(f"""version = 1
caching = "5m"

[pools.main]
user_pool = "{pool}"
clients = ["{client}"]
token_use = "access"
key_file = "keys.json"

[routes."GET /items*"]
scopes = ["items/read"]
""")
