"""PyJWT as a contender; the protocol is that of src/main.rs."""

import json
import sys
import time

import jwt

subject = json.loads(sys.stdin.readline())
key = jwt.PyJWK(subject["keys"]["keys"][0])


def verify():
    header = jwt.get_unverified_header(subject["token"])
    assert header["kid"] == key.key_id
    claims = jwt.decode(subject["token"], key, algorithms=["RS256"], issuer=subject["issuer"], options={"verify_aud": False})
    assert claims["token_use"] == "access" and claims["client_id"] == subject["client"]


for line in sys.stdin:
    started, spent, count = time.perf_counter(), time.process_time(), 0
    while time.perf_counter() - started < int(line) / 1000:
        for _ in range(8):
            verify()
        count += 8
    print(count / (time.process_time() - spent), flush=True)
