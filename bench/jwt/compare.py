"""Asks all contenders in turns, in one run, and prints what each does beside the others.

    compare.py WORKER NODE-FOLDER ROUNDS MILLISECONDS

Rates are per second of processor time. A ratio is the median over the rounds of the ratio within a round, so
that a noisy neighbour hits both sides.
Exits with 1 if a bar is missed.
"""

import base64
import json
import os
import random
import statistics
import subprocess
import sys
import threading
import time
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import jwt
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa

WORKER, NODE, ROUNDS, MILLISECONDS = sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4])
HERE = Path(__file__).parent
POOL, CLIENT = "eu-west-1_EXAMPLE", "1example23456789"
ISSUER = f"https://cognito-idp.eu-west-1.amazonaws.com/{POOL}"


def subject():
    """An access token of about 1.5 KB, as the trigger's typical claims make it."""
    key, now = rsa.generate_private_key(public_exponent=65537, key_size=2048), int(time.time())
    kid = "a" * 43 + "="
    claims = {
        "sub": "aaaaaaaa-bbbb-4ccc-8ddd-eeeeeeeeeeee", "cognito:groups": ["admin", "billing", "support"], "iss": ISSUER, "version": 2,
        "client_id": CLIENT, "origin_jti": "0" * 36, "event_id": "1" * 36, "token_use": "access",
        "scope": "openid profile email orders/read orders/write invoices/read", "auth_time": now, "exp": now + 3600, "iat": now,
        "jti": "2" * 36, "username": "aaaaaaaa-bbbb-4ccc-8ddd-eeeeeeeeeeee", "org_id": "acme-corp", "org_tier": "enterprise",
        "feature_flags": "audit-log,beta-dashboard,custom-roles,export,sso,usage-reports",
        "device_key": "eu-west-1_aaaaaaaa-bbbb-4ccc-8ddd-eeeeeeeeeeee",
    }
    jwk = jwt.algorithms.RSAAlgorithm.to_jwk(key.public_key(), as_dict=True) | {"kid": kid, "alg": "RS256", "use": "sig"}
    jwk.pop("key_ops", None)
    # Header and JSON as Cognito writes them.
    texts = [json.dumps(part, separators=(",", ":")) for part in ({"kid": kid, "alg": "RS256"}, claims)]
    message = ".".join(base64.urlsafe_b64encode(text.encode()).rstrip(b"=").decode() for text in texts)
    signature = key.sign(message.encode(), padding.PKCS1v15(), hashes.SHA256())
    token = f"{message}.{base64.urlsafe_b64encode(signature).rstrip(b'=').decode()}"
    return {"token": token, "keys": {"keys": [jwk]}, "pool": POOL, "issuer": ISSUER, "client": CLIENT}


def serve(keys):
    """For the one contender that takes keys from a network alone."""

    class Keys(BaseHTTPRequestHandler):
        def do_GET(self):
            body = json.dumps(keys).encode()
            self.send_response(200)
            self.send_header("content-type", "application/json")
            self.send_header("content-length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_):
            pass

    server = HTTPServer(("127.0.0.1", 0), Keys)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return f"http://127.0.0.1:{server.server_port}/jwks.json"


CONTENDERS = {
    "signature": ("aws-lc-rs, parsed key, the signature alone", [WORKER, "signature"]),
    "ours": ("cognito-claims", [WORKER, "cognito-claims"]),
    "again": ("cognito-claims, again", [WORKER, "cognito-claims"]),
    "cached": ("cognito-claims, remembered", [WORKER, "cognito-claims-cached"]),
    "jsonwebtoken-aws": ("jsonwebtoken, aws_lc_rs", [WORKER, "jsonwebtoken-aws_lc_rs"]),
    "jsonwebtoken-rust": ("jsonwebtoken, rust_crypto", [WORKER, "jsonwebtoken-rust_crypto"]),
    "jwt-verify": ("jwt-verify", [WORKER, "jwt-verify"]),
    "aws-jwt-verify": ("aws-jwt-verify verifySync (Node)", ["node", str(HERE / "contender.mjs"), NODE]),
    "PyJWT": ("PyJWT (Python)", [sys.executable, str(HERE / "contender.py")]),
}
# Ours over the other: at least so much.
BARS = {"signature": 0.85, "aws-jwt-verify": 1.8, "PyJWT": 4.0}
HIT = 15.0

it = subject()
it["keys_url"] = serve(it["keys"])
running = {}
for name, (_, command) in CONTENDERS.items():
    running[name] = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=dict(os.environ))
    running[name].stdin.write(json.dumps(it) + "\n")


def ask(name):
    process = running[name]
    process.stdin.write(f"{MILLISECONDS}\n")
    process.stdin.flush()
    answer = process.stdout.readline()
    if not answer:
        sys.exit(f"{name} doesn't verify the token")
    return float(answer)


for name in CONTENDERS:
    ask(name)  # Warm: compiled, keys fetched.
rounds = [{name: ask(name) for name in random.sample(list(CONTENDERS), len(CONTENDERS))} for _ in range(ROUNDS)]


def ratio(over, under):
    return statistics.median(each[over] / each[under] for each in rounds)


print(f"{len(it['token'])} bytes, {ROUNDS} rounds of {MILLISECONDS} ms each\n")
print("| | per second | µs | ours is faster by |")
print("|---|---|---|---|")
for name, (title, _) in CONTENDERS.items():
    rate = statistics.median(each[name] for each in rounds)
    print(f"| {title} | {rate:,.0f} | {1e6 / rate:.2f} | {ratio('ours', name):.2f} |")
print()
missed = 0
for what, value, bar in [(f"ours / {CONTENDERS[name][0]}", ratio("ours", name), bar) for name, bar in BARS.items()] + [
    ("remembered / ours", ratio("cached", "ours"), HIT)
]:
    missed += value < bar
    print(f"{'met   ' if value >= bar else 'MISSED'}  {what}: {value:.2f}, bar {bar}")
spread = ratio("again", "ours")
print(f"{'       ' if 0.94 <= spread <= 1.06 else 'VOID   '} the same beside itself: {spread:.2f}")
for process in running.values():
    process.stdin.close()
    process.wait()
sys.exit(1 if missed else 0)
