"""Makes the corpus of good and broken tokens, with foreign libraries: PyJWT signs what it is willing to
sign, and `cryptography` what it is not.

    PYTHONPATH=../../../../target/python python3 generate.py

`keys.json` holds the private keys. They are for tests and protect nothing; if the file is missing, new ones are
made. Signatures of RS256 don't vary, so only the few tokens of other algorithms change from run to run.

Each case says what is verified (`use`, `leeway`, `now`), what this crate must say (`ours`: `ok`, or the
code of the error), and, where AWS's own aws-jwt-verify accepts what this crate refuses, why (`stricter`).
"""

import base64
import hashlib
import hmac
import json
import pathlib

import jwt
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding, rsa, utils

HERE = pathlib.Path(__file__).parent
NOW = 1_900_000_100
FIRST, SECOND = "eu-west-1_EXAMPLE", "us-east-2_SECOND"
WEB, API, OTHER = "1example23456789", "2example34567890", "3example45678901"


def b64(data):
    if isinstance(data, str):
        data = data.encode()
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def issuer(pool, host="cognito-idp"):
    return f"https://{host}.{pool.split('_')[0]}.amazonaws.com/{pool}"


# Keys. A `kid` of Cognito is base64 of 32 bytes; here it says what the key is.
def kid(name):
    return base64.b64encode(hashlib.sha256(name.encode()).digest()).decode()


RSA_KEYS = {"first": 2048, "next": 2048, "second": 2048, "attacker": 2048, "enc": 2048, "rs512": 2048,
            "plain": 2048, "sign-only": 2048, "bits-1024": 1024, "bits-3072": 3072, "bits-4096": 4096}


def load_keys():
    path = HERE / "keys.json"
    if not path.exists():
        made = {}
        for name, bits in RSA_KEYS.items():
            key = rsa.generate_private_key(public_exponent=65537, key_size=bits)
            made[name] = jwt.algorithms.RSAAlgorithm.to_jwk(key, as_dict=True)
        made["ec"] = jwt.algorithms.ECAlgorithm.to_jwk(ec.generate_private_key(ec.SECP256R1()), as_dict=True)
        path.write_text(json.dumps(made, indent=1) + "\n")
    jwks = json.loads(path.read_text())
    keys = {name: jwt.PyJWK(jwk | {"alg": "ES256" if name == "ec" else "RS256"}).key for name, jwk in jwks.items()}
    return jwks, keys


JWKS, KEYS = load_keys()


def public(name, **members):
    jwk = {m: JWKS[name][m] for m in ("kty", "crv", "x", "y", "n", "e") if m in JWKS[name]}
    return {"kid": kid(name)} | jwk | members


RS256 = {"alg": "RS256", "use": "sig"}
SETS = {
    FIRST: [public("first", **RS256), public("next", **RS256), public("enc", alg="RS256", use="enc"),
            public("rs512", alg="RS512", use="sig"), public("plain"), public("bits-1024", **RS256),
            public("bits-3072", **RS256), public("bits-4096", **RS256), public("ec", alg="ES256", use="sig"),
            public("sign-only", **RS256, key_ops=["sign"])],
    SECOND: [public("second", **RS256)],
}

# Claims and signing.
USER = "aaaaaaaa-bbbb-4ccc-8ddd-eeeeeeeeeeee"
COMMON = {"sub": USER, "iss": issuer(FIRST), "origin_jti": "0" * 36, "event_id": "1" * 36,
          "auth_time": NOW - 100, "exp": NOW + 3500, "iat": NOW - 100, "jti": "2" * 36}
ACCESS = COMMON | {"token_use": "access", "client_id": WEB, "scope": "openid orders/read", "username": "ada",
                   "version": 2, "cognito:groups": ["admin", "staff"], "org_id": "acme"}
ID = COMMON | {"token_use": "id", "aud": WEB, "cognito:username": "ada", "email": "ada@example.com",
               "email_verified": True}
MACHINE = {k: v for k, v in ACCESS.items() if k not in ("username", "cognito:groups", "origin_jti", "event_id")} | {
    "sub": WEB, "scope": "api/read"}
HEADER = {"kid": kid("first"), "alg": "RS256"}


def dumps(value):
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False)


def rs(message, key="first", algorithm=hashes.SHA256, pad=None):
    return KEYS[key].sign(message.encode(), pad or padding.PKCS1v15(), algorithm())


def signed(header=HEADER, payload=ACCESS, key="first", **how):
    """A token with these texts or objects in it and a signature of the key over them."""
    texts = [part if isinstance(part, (str, bytes)) else dumps(part) for part in (header, payload)]
    message = ".".join(b64(text) for text in texts)
    return f"{message}.{b64(rs(message, key, **how))}"


def by_pyjwt(payload, key="first", **header):
    return jwt.encode(payload, KEYS[key], algorithm="RS256", headers={"kid": kid(key)} | header)


def but(base=ACCESS, without=(), **claims):
    return {k: v for k, v in base.items() if k not in without} | claims


CASES, SEEN = [], set()


def case(name, token, ours, use="access", leeway=0, now=NOW, stricter=None):
    assert name not in SEEN, name
    SEEN.add(name)
    made = {"name": name, "ours": ours, "use": use, "leeway": leeway, "now": now, "token": token}
    CASES.append(made | ({"stricter": stricter} if stricter else {}))


def header_case(name, ours, without=(), stricter=None, key="first", **members):
    case(f"header: {name}", signed(but(HEADER, without, **members), key=key), ours, stricter=stricter)


def claim_case(name, ours, base=ACCESS, without=(), stricter=None, use=None, key="first", **claims):
    token = signed(HEADER | {"kid": kid(key)}, but(base, without, **claims), key=key)
    case(f"claim: {name}", token, ours, use or ("id" if base is ID else "access"), stricter=stricter)


# Good tokens, made by PyJWT.
case("good: access token", by_pyjwt(ACCESS), "ok")
case("good: ID token", by_pyjwt(ID), "ok", "id")
case("good: access token of a client", by_pyjwt(MACHINE), "ok")
case("good: either, access", by_pyjwt(ACCESS), "ok", "either")
case("good: either, ID", by_pyjwt(ID), "ok", "either")
case("good: the updated issuer", by_pyjwt(but(iss=issuer(FIRST, "issuer-cognito-idp"))), "ok")
case("good: the next key", by_pyjwt(ACCESS, "next"), "ok")
case("good: a key without alg and use", by_pyjwt(ACCESS, "plain"), "ok")
case("good: a key of 3072 bits", by_pyjwt(ACCESS, "bits-3072"), "ok")
case("good: a key of 4096 bits", by_pyjwt(ACCESS, "bits-4096"), "ok")
case("good: another client of the pool", by_pyjwt(but(client_id=API)), "ok")
case("good: the second pool", by_pyjwt(but(iss=issuer(SECOND), client_id=OTHER), "second"), "ok")
case("good: the second pool's updated issuer",
     by_pyjwt(but(iss=issuer(SECOND, "issuer-cognito-idp"), client_id=OTHER), "second"), "ok")
case("good: no typ", by_pyjwt(ACCESS, typ=None), "ok")
case("good: Cognito's own JSON, with slashes escaped",
     signed(dumps(HEADER).replace("/", "\\/"), dumps(ACCESS).replace("/", "\\/")), "ok")
case("good: blanks in the JSON", signed(" " + json.dumps(HEADER, indent=2), json.dumps(ACCESS, indent=2) + "\n"), "ok")
case("good: members in another order", signed(dict(reversed(HEADER.items())), dict(reversed(ACCESS.items()))), "ok")
case("good: names in escapes", signed(dumps(HEADER).replace('"alg"', '"\\u0061lg"').replace("RS", "\\u0052S"),
                                      dumps(ACCESS).replace('"exp"', '"e\\u0078p"')), "ok")
case("good: text beyond ASCII", signed(payload=but(org_id="Zoë 東京 🚀")), "ok")
case("good: the same in escapes", signed(payload=json.dumps(but(org_id="Zoë 東京 🚀"))), "ok")
case("good: nested claims", signed(payload=but(ID, identities=[{"userId": "1", "primary": "true"}, {"userId": "2"}],
                                               address={"formatted": 'a: "b", {c}'})), "ok", "id")
case("good: large and broken numbers", signed(payload=but(big=9223372036854775807, huge=1.7976931348623157e308)), "ok")
case("good: a null claim", signed(payload=but(org_id=None)), "ok")
case("good: a resource as audience of an access token", signed(payload=but(aud="https://api.example.com")), "ok")
case("good: audiences of an access token", signed(payload=but(aud=["a", "b"])), "ok")
case("good: a client_id in an ID token", signed(payload=but(ID, client_id=OTHER)), "ok", "id")
case("good: a hundred long groups", signed(payload=but(ACCESS, **{"cognito:groups": ["g" * 64 + str(i) for i in range(100)]})), "ok")
header_case("typ", "ok", typ="at+jwt")
header_case("cty", "ok", cty="json")
header_case("x5t of anybody", "ok", x5t="AAAA")
header_case("a member that nobody knows", "ok", trace={"a": [1]})
header_case("members of prototypes", "ok", constructor="x")
claim_case("members of prototypes", "ok", constructor={"prototype": 1})

# Form.
GOOD = signed()
HEAD, BODY, SIG = GOOD.split(".")
for name, token in {
    "empty": "", "a dot": ".", "two dots": "..", "one segment": HEAD, "two segments": f"{HEAD}.{BODY}",
    "four segments": f"{GOOD}.{SIG}", "five segments": f"{GOOD}.AAAA.AAAA", "an empty header": f".{BODY}.{SIG}",
    "an empty payload": f"{HEAD}..{SIG}", "an empty signature": f"{HEAD}.{BODY}.",
    "a dot at the end": f"{GOOD}.", "a dot at the start": f".{GOOD}", "a blank before": f" {GOOD}", "a blank after": f"{GOOD} ",
    "a line end after": f"{GOOD}\n", "a line end within": f"{HEAD}.\n{BODY}.{SIG}", "a tab within": f"{HEAD}.{BODY}\t.{SIG}",
    "a scheme before": f"Bearer {GOOD}", "quotes around": f'"{GOOD}"', "a NUL after": f"{GOOD}\0", "a comma after": f"{GOOD},",
    "two tokens": f"{GOOD},{GOOD}", "dots in percent": GOOD.replace(".", "%2E"), "a full-width dot": GOOD.replace(".", "．"),
    "a letter beyond ASCII": f"{HEAD}.é{BODY}.{SIG}", "JSON serialization": dumps({"protected": HEAD, "payload": BODY, "signature": SIG}),
    "slashes of plain base64": f"{HEAD}.{BODY}.{SIG.replace('_', '/').replace('-', '+')}",
    "a plus in the payload": f"{HEAD}.+{BODY}.{SIG}",
    "padding in the middle": f"{HEAD}.{BODY}.{SIG[:100]}=={SIG[100:]}",
    "three signs of padding": f"{HEAD}.{BODY}.{SIG}===",
}.items():
    case(f"form: {name}", token, "malformed")
LENIENT = "reads only base64url without padding in its one canonical form; Node's decoder takes what comes"
case("form: padding after the signature", f"{GOOD}==", "malformed", stricter=LENIENT)
message = f"{HEAD}==.{BODY}"
case("form: padding after the header, signed with it", f"{message}.{b64(rs(message))}", "malformed", stricter=LENIENT)
message = f"{HEAD}.{BODY}="
case("form: padding after the payload, signed with it", f"{message}.{b64(rs(message))}", "malformed", stricter=LENIENT)
case("form: padding after the payload", f"{HEAD}.{BODY}==.{SIG}", "malformed")
ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"


def with_bits(segment):
    """The same bytes by another text: a bit that says nothing is set."""
    assert len(segment) % 4 in (2, 3)
    return segment[:-1] + ALPHABET[ALPHABET.index(segment[-1]) | 1]


case("form: bits behind the signature", f"{HEAD}.{BODY}.{with_bits(SIG)}", "malformed", stricter=LENIENT)
blank = next(d for d in (dumps(ACCESS), dumps(ACCESS) + " ", dumps(ACCESS) + "  ") if len(d) % 3)
message = f"{HEAD}.{with_bits(b64(blank))}"
case("form: bits behind the payload, signed with them", f"{message}.{b64(rs(message))}", "malformed", stricter=LENIENT)
blank = next(d for d in (dumps(HEADER), dumps(HEADER) + " ") if len(d) % 3)
message = f"{with_bits(b64(blank))}.{BODY}"
case("form: bits behind the header, signed with them", f"{message}.{b64(rs(message))}", "malformed", stricter=LENIENT)
case("form: one letter too many in the signature", f"{HEAD}.{BODY}.{SIG + 'AAA'}", "malformed")
case("form: a lone letter at the end of the payload", f"{HEAD}.{b64('x' * 3)}A.{SIG}", "malformed")

# Signature.
RAW = base64.urlsafe_b64decode(SIG + "==")
for bit in (0, 1, 7, 500, 1023, 1024, 1600, 2040, 2046, 2047):
    flipped = bytearray(RAW)
    flipped[bit // 8] ^= 0x80 >> (bit % 8)
    case(f"signature: bit {bit} flipped", f"{HEAD}.{BODY}.{b64(bytes(flipped))}", "signature")
for name, signature in {
    "a byte short": RAW[:-1], "a byte long": RAW + b"\0", "a zero before": b"\0" + RAW, "a byte short at the start": RAW[1:],
    "zeros": bytes(256), "ones": b"\xff" * 256, "one": bytes(255) + b"\1", "one byte": b"\1", "reversed": RAW[::-1],
    "twice": RAW + RAW, "the modulus": KEYS["first"].public_key().public_numbers().n.to_bytes(256, "big"),
    "the same number plus the modulus": (int.from_bytes(RAW, "big") + KEYS["first"].public_key().public_numbers().n).to_bytes(257, "big"),
    "a hash and no signature": hashlib.sha256(f"{HEAD}.{BODY}".encode()).digest(),
    "of the header alone": rs(HEAD), "of the payload alone": rs(BODY), "of header and payload without the dot": rs(HEAD + BODY),
    "of the decoded texts": rs(dumps(HEADER) + "." + dumps(ACCESS)), "of the next key": rs(f"{HEAD}.{BODY}", "next"),
    "of the second pool": rs(f"{HEAD}.{BODY}", "second"), "of an attacker": rs(f"{HEAD}.{BODY}", "attacker"),
    "over SHA-1": rs(f"{HEAD}.{BODY}", algorithm=hashes.SHA1), "over SHA-384": rs(f"{HEAD}.{BODY}", algorithm=hashes.SHA384),
    "over SHA-512": rs(f"{HEAD}.{BODY}", algorithm=hashes.SHA512), "over SHA-512/256": rs(f"{HEAD}.{BODY}", algorithm=hashes.SHA512_256),
    "over SHA-3": rs(f"{HEAD}.{BODY}", algorithm=hashes.SHA3_256),
    "PSS": rs(f"{HEAD}.{BODY}", pad=padding.PSS(padding.MGF1(hashes.SHA256()), 32)),
}.items():
    case(f"signature: {name}", f"{HEAD}.{BODY}.{b64(signature)}", "signature")


def raised(encoded):
    """A signature over whatever block: what a signer would make who pads as he likes."""
    numbers = KEYS["first"].private_numbers()
    return pow(int.from_bytes(encoded, "big"), numbers.d, numbers.public_numbers.n).to_bytes(256, "big")


INFO = bytes.fromhex("3031300d060960864801650304020105000420") + hashlib.sha256(f"{HEAD}.{BODY}".encode()).digest()
assert raised(b"\0\1" + b"\xff" * (253 - len(INFO)) + b"\0" + INFO) == RAW
for name, block in {
    "short padding and rubbish behind": b"\0\1" + b"\xff" * 8 + b"\0" + INFO + b"\x2a" * (245 - len(INFO)),
    "rubbish within the digest info": b"\0\1" + b"\xff" * (243 - len(INFO)) + b"\0" + INFO[:-32] + b"\x2a" * 10 + INFO[-32:],
    "block type 2": b"\0\2" + b"\xff" * (253 - len(INFO)) + b"\0" + INFO,
    "block type 0": b"\0\0" + b"\0" * (253 - len(INFO)) + b"\0" + INFO,
    "a byte of the padding changed": b"\0\1" + b"\xff" * (252 - len(INFO)) + b"\xfe\0" + INFO,
    "no digest info": b"\0\1" + b"\xff" * 221 + b"\0" + INFO[-32:],
    "digest info without NULL": b"\0\1" + b"\xff" * (255 - len(INFO)) + b"\0" + bytes.fromhex("302f300b0609608648016503040201") + b"\4\x20" + INFO[-32:],
    "digest info of MD5": b"\0\1" + b"\xff" * (252 - len(INFO)) + b"\0" + bytes.fromhex("3020300c06082a864886f70d020505000410") + INFO[-32:] + b"\0",
}.items():
    case(f"signature: {name}", f"{HEAD}.{BODY}.{b64(raised(block))}", "signature")
for name, token in {
    "another payload": f"{HEAD}.{b64(dumps(but(org_id='other')))}.{SIG}",
    "another header": f"{b64(dumps(HEADER | {'typ': 'JWT'}))}.{BODY}.{SIG}",
    "of another token": f"{HEAD}.{BODY}.{signed(payload=ID).split('.')[2]}",
    "an ID token's header": f"{signed(HEADER | {'kid': kid('next')}, ID, 'next').split('.')[0]}.{BODY}.{SIG}",
}.items():
    case(f"signature: {name}", token, "signature")

# Algorithm.
for alg in ("none", "None", "NONE", "nOnE", ""):
    head = b64(dumps(HEADER | {"alg": alg}))
    case(f"alg: {alg or 'empty'}, signed all the same", signed(HEADER | {"alg": alg}), "algorithm")
    case(f"alg: {alg or 'empty'}, no signature", f"{head}.{BODY}.", "malformed")
case("alg: none by PyJWT", jwt.encode(ACCESS, None, algorithm="none", headers={"kid": kid("first")}), "malformed")
PUBLIC = KEYS["first"].public_key()
SECRETS = {
    "PEM": PUBLIC.public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo),
    "PKCS#1 PEM": PUBLIC.public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.PKCS1),
    "DER": PUBLIC.public_bytes(serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo),
    "modulus": PUBLIC.public_numbers().n.to_bytes(256, "big"), "modulus as text": JWKS["first"]["n"].encode(),
    "key as JSON": dumps(public("first", **RS256)).encode(), "nothing": b"",
}
for name, secret in SECRETS.items():
    message = f"{b64(dumps(HEADER | {'alg': 'HS256'}))}.{BODY}"
    case(f"alg: HS256 with the public key, {name}", f"{message}.{b64(hmac.digest(secret, message.encode(), 'sha256'))}", "algorithm")
    message = f"{HEAD}.{BODY}"
    case(f"alg: RS256 that is HS256 with the public key, {name}", f"{message}.{b64(hmac.digest(secret, message.encode(), 'sha256'))}", "signature")
for alg, how in {"RS384": {"algorithm": hashes.SHA384}, "RS512": {"algorithm": hashes.SHA512}, "RS1": {"algorithm": hashes.SHA1},
                 "PS256": {"pad": padding.PSS(padding.MGF1(hashes.SHA256()), 32)}}.items():
    case(f"alg: {alg}", signed(HEADER | {"alg": alg}, **how), "algorithm")
for alg in ("HS384", "ES256", "EdDSA", "rs256", "RS256 ", " RS256", "RS256\0", "RS-256", "RSA", "A256GCM", "RS256,none", "🔑"):
    header_case(f"alg {alg!r}", "algorithm", alg=alg)
header_case("no alg", "algorithm", without=["alg"])
for name, alg in {"null": None, "a list": ["RS256"], "a number": 256, "true": True, "an object": {"RS256": 1}}.items():
    header_case(f"alg is {name}", "header", alg=alg)
message = f"{b64(dumps({'kid': kid('ec'), 'alg': 'ES256'}))}.{BODY}"
der = KEYS["ec"].sign(message.encode(), ec.ECDSA(hashes.SHA256()))
r, s = utils.decode_dss_signature(der)
case("alg: ES256 of a key of the pool", f"{message}.{b64(r.to_bytes(32, 'big') + s.to_bytes(32, 'big'))}", "algorithm",
     stricter="knows RS256 alone, the only algorithm that Cognito signs with")
message = f"{b64(dumps({'kid': kid('ec'), 'alg': 'RS256'}))}.{BODY}"
case("alg: RS256 said of an EC key", f"{message}.{SIG}", "unknown_key")
case("alg: RS512 of a key for it", signed({"kid": kid("rs512"), "alg": "RS512"}, key="rs512", algorithm=hashes.SHA512), "algorithm",
     stricter="knows RS256 alone, the only algorithm that Cognito signs with")

# Keys.
case("key: an RS512 key that signs RS256", signed(HEADER | {"kid": kid("rs512")}, key="rs512"), "unknown_key")
case("key: one for encryption", signed(HEADER | {"kid": kid("enc")}, key="enc"), "unknown_key")
case("key: one that may not verify", signed(HEADER | {"kid": kid("sign-only")}, key="sign-only"), "unknown_key",
     stricter="heeds `key_ops`")
case("key: 1024 bits", signed(HEADER | {"kid": kid("bits-1024")}, key="bits-1024"), "unknown_key",
     stricter="takes no RSA key of less than 2048 bits (RFC 7518 section 3.3)")
header_case("no kid", "no_key_id", without=["kid"])
header_case("kid is empty", "no_key_id", kid="")
for name, value in {"null": None, "a number": 1, "a list": [kid("first")], "an object": {"a": 1}, "true": True}.items():
    header_case(f"kid is {name}", "header", kid=value)
for name, value in {
    "of nobody": "unknown", "of the second pool": kid("second"), "of an attacker": kid("attacker"), "cut": kid("first")[:-1],
    "with a blank": kid("first") + " ", "with a NUL": kid("first") + "\0", "in upper case": kid("first").upper(), "traversal": "../../../../dev/null",
    "traversal to the key": f"../{kid('first')}", "a URL": "https://evil.example/jwks.json", "a file": "file:///dev/null",
    "SQL": "x' UNION SELECT 'AAAA", "a command": "x; cat /etc/passwd", "an index": "0", "a prototype": "__proto__",
    "a constructor": "constructor", "a star": "*", "a line end": f"{kid('first')}\n", "a format": "%s%n", "long": "k" * 4000,
}.items():
    header_case(f"kid {name}", "unknown_key", kid=value)
case("key: the second pool's key for the first pool", signed(HEADER | {"kid": kid("second")}, key="second"), "unknown_key")
case("key: the first pool's key for the second pool", signed(payload=but(iss=issuer(SECOND), client_id=OTHER)), "unknown_key")
case("key: the second pool's key under the first one's kid", signed(key="second"), "signature")

# Header members.
ATTACKER = public("attacker", **RS256)
REFUSES = "refuses a header that brings or points to a key or asks for other processing, instead of ignoring it"
for name, members in {
    "an embedded key": {"jwk": ATTACKER}, "an embedded key of the pool": {"jwk": public("first", **RS256)},
    "the address of a key set": {"jku": "https://evil.example/jwks.json"}, "the pool's own address": {"jku": issuer(FIRST) + "/.well-known/jwks.json"},
    "the address of a certificate": {"x5u": "https://evil.example/cert.pem"}, "a certificate": {"x5c": ["AAAA"]},
    "critical exp": {"crit": ["exp"]}, "critical nothing": {"crit": []}, "critical text": {"crit": "exp"}, "critical null": {"crit": None},
    "a payload that isn't encoded": {"crit": ["b64"], "b64": False}, "b64 alone": {"b64": True}, "encryption": {"enc": "A256GCM"},
    "compression": {"zip": "DEF"},
}.items():
    header_case(f"{name}", "header_member", stricter=REFUSES, **members)
    if "jwk" in members or "jku" in members or "x5u" in members:
        case(f"header: {name}, signed by an attacker", signed(HEADER | {"kid": kid("attacker")} | members, key="attacker"), "header_member")
        case(f"header: {name}, signed by an attacker under the pool's kid", signed(HEADER | members, key="attacker"), "header_member")
TWICE = "refuses a name that stands twice; JSON.parse takes the last one"
head = dumps(HEADER)
for name, text, aws in [
    ("alg twice, none first", head.replace("{", '{"alg":"none",', 1), True), ("alg twice, none last", head[:-1] + ',"alg":"none"}', False),
    ("alg twice, the same", head[:-1] + ',"alg":"RS256"}', True), ("alg twice, one in escapes", head[:-1] + ',"\\u0061lg":"RS256"}', True),
    ("kid twice", head.replace("{", '{"kid":"unknown",', 1), True), ("an unknown name twice", head[:-1] + ',"x":1,"x":1}', True),
    ("a name twice within", head[:-1] + ',"x":{"y":1,"y":2}}', True),
]:
    case(f"header: {name}", signed(text), "duplicate_header", stricter=TWICE if aws else None)
for name, text in {
    "a list": "[]", "null": "null", "a text": '"RS256"', "a number": "1", "no JSON": "RS256", "cut": head[:-1], "a comma at the end": head[:-1] + ",}",
    "something behind": head + "{}", "a comment": head + "//", "single quotes": head.replace('"', "'"), "a NUL behind": head + "\0",
    "a list around": f"[{head}]", "nothing but a blank": " ",
}.items():
    case(f"header: {name}", signed(text), "header")
BROKEN = "reads only valid Unicode; Node replaces what isn't"
case("header: a mark of byte order", signed("\ufeff" + head), "header")
case("header: broken UTF-8", signed(head[:-1].encode() + b',"x":"\xff"}'), "header", stricter=BROKEN)
case("header: a lone surrogate", signed(head[:-1] + ',"x":"\\ud800"}'), "header", stricter=BROKEN)
case("header: an empty object", signed("{}"), "algorithm")

# Payload.
body = dumps(ACCESS)
for name, text in {
    "a list": "[]", "null": "null", "a text": '"x"', "a number": "1", "no JSON": "sub", "cut": body[:-1], "a comma at the end": body[:-1] + ",}",
    "something behind": body + "{}", "a comment": body + "/**/", "NaN": body[:-1] + ',"x":NaN}', "a number with a zero before": body[:-1] + ',"x":01}',
    "a control character": body[:-1] + ',"x":"\n"}', "UTF-16": body.encode("utf-16"), "nothing but a blank": " ", "a list around": f"[{body}]",
    "a mark of byte order": "\ufeff" + body,
}.items():
    case(f"payload: {name}", signed(payload=text), "payload")
case("payload: an empty object", signed(payload="{}"), "issuer")
case("payload: broken UTF-8", signed(payload=body[:-1].encode() + b',"x":"\xff"}'), "payload", stricter=BROKEN)
case("payload: a lone surrogate", signed(payload=body[:-1] + ',"x":"\\ud800"}'), "payload", stricter=BROKEN)
case("payload: a number without end", signed(payload=body[:-1] + ',"x":1e400}'), "payload",
     stricter="refuses a number that doesn't fit; JSON.parse makes it infinite")
DEEP = body[:-1] + ',"x":' + "[" * 200 + "]" * 200 + "}"
case("payload: two hundred lists deep", signed(payload=DEEP), "payload", stricter="reads 127 levels deep and no further")
for name, text in {
    "exp twice, the good one last": body.replace("{", '{"exp":1,', 1), "exp twice, the good one first": body[:-1] + f',"exp":{NOW + 9}}}',
    "exp twice, one in escapes": body[:-1] + f',"\\u0065xp":{NOW + 9}}}', "iss twice": body.replace("{", '{"iss":"https://evil.example",', 1),
    "client_id twice": body.replace("{", '{"client_id":"evil",', 1), "token_use twice": body.replace("{", '{"token_use":"id",', 1),
    "sub twice": body.replace("{", '{"sub":"evil",', 1), "an unknown name twice": body[:-1] + ',"x":1,"x":2}', "a name twice within": body[:-1] + ',"x":{"y":1,"y":2}}',
    "a name twice within a list": body[:-1] + ',"x":[{"y":1,"y":2}]}', "an empty name twice": body[:-1] + ',"":1,"":2}',
    "a name twice beside colons in texts": body[:-1] + ',"x":{"y":":\\\\\\":","y":2}}',
}.items():
    case(f"payload: {name}", signed(payload=text), "duplicate_claim", stricter=TWICE)

# Issuer.
GOOD_ISSUER = issuer(FIRST)
for name, value in {
    "another pool": issuer("eu-west-1_OTHER"), "another region": issuer("eu-west-2_EXAMPLE"), "the region changed": GOOD_ISSUER.replace("eu-west-1.", "eu-west-2."),
    "a slash behind": GOOD_ISSUER + "/", "no scheme": GOOD_ISSUER[8:], "http": GOOD_ISSUER.replace("https", "http"), "upper case": GOOD_ISSUER.upper(),
    "the host in upper case": GOOD_ISSUER.replace("cognito-idp", "COGNITO-IDP"), "a blank behind": GOOD_ISSUER + " ", "cut": GOOD_ISSUER[:-1],
    "longer": GOOD_ISSUER + "2", "a path behind": GOOD_ISSUER + "/x", "a query behind": GOOD_ISSUER + "?x", "a fragment behind": GOOD_ISSUER + "#x",
    "below another host": "https://evil.example/" + GOOD_ISSUER, "as a user": GOOD_ISSUER.replace(".com/", ".com@evil.example/"),
    "as a subdomain": GOOD_ISSUER.replace(".com/", ".com.evil.example/"), "a port": GOOD_ISSUER.replace(".com/", ".com:443/"),
    "in percent": GOOD_ISSUER.replace("_", "%5F"), "a look-alike letter": GOOD_ISSUER.replace("cognito", "c\u043egnito"), "a look-alike host": GOOD_ISSUER.replace("amazonaws", "arnazonaws"),
    "traversal": issuer("eu-west-1_OTHER") + "/../" + FIRST, "the pool's id": FIRST, "empty": "", "the updated form of another pool": issuer("eu-west-1_OTHER", "issuer-cognito-idp"),
    "a form between the two": issuer(FIRST, "issuer-cognito"), "China's domain": GOOD_ISSUER + ".cn", "Google": "https://accounts.google.com",
    "of a replica in another region": issuer(FIRST).replace("eu-west-1.", "us-west-2."),
    "a NUL behind": GOOD_ISSUER + "\0", "two": GOOD_ISSUER + "," + issuer(SECOND),
}.items():
    claim_case(f"iss {name}", "issuer", iss=value)
claim_case("no iss", "issuer", without=["iss"])
for name, value in {"null": None, "a number": 1, "a list": [GOOD_ISSUER], "an object": {"a": GOOD_ISSUER}, "true": True}.items():
    claim_case(f"iss is {name}", "issuer", iss=value)

# Use.
for base, wanted, other in ((ACCESS, "access", "id"), (ID, "id", "access")):
    claim_case(f"no token_use, {wanted} wanted", "token_use", base, ["token_use"])
    for name, value in {"null": None, "empty": "", "a number": 1, "a list": [wanted], "true": True, "in capitals": wanted.capitalize(),
                        "with a blank": wanted + " ", "refresh": "refresh", "the other": other, "both": "id access"}.items():
        claim_case(f"token_use is {name}, {wanted} wanted", "token_use", base, token_use=value)
case("claim: an ID token, access wanted", by_pyjwt(ID), "token_use")
case("claim: an access token, ID wanted", by_pyjwt(ACCESS), "token_use", "id")
claim_case("no token_use, either wanted", "token_use", without=["token_use"], use="either")
claim_case("token_use is refresh, either wanted", "token_use", token_use="refresh", use="either")

# Client.
for base, claim in ((ACCESS, "client_id"), (ID, "aud")):
    claim_case(f"no {claim}", "client", base, [claim])
    for name, value in {"null": None, "empty": "", "a number": 1, "an object": {"a": WEB}, "true": True, "of the second pool": OTHER, "of nobody": "unknown",
                        "in capitals": WEB.upper(), "cut": WEB[:-1], "longer": WEB + "0", "with a blank": WEB + " ", "a list": [WEB],
                        "two in a list": [WEB, OTHER], "two in a text": f"{WEB},{API}"}.items():
        # AWS's library looks at the form of `aud` before anything else; the outcome is the same.
        claim_case(f"{claim} is {name}", "client", base, **{claim: value})
claim_case("aud is the client, client_id isn't", "client", client_id=OTHER, aud=WEB)
claim_case("client_id is the client, aud isn't", "client", ID, aud=OTHER, client_id=WEB)
claim_case("the first pool's client in the second pool", "client", iss=issuer(SECOND), key="second")

# Times.
case("time: expired by a second", signed(payload=but(exp=NOW - 1)), "expired")
case("time: expires now", signed(payload=but(exp=NOW)), "expired",
     stricter="a token has expired on `exp`, not after it (RFC 7519 section 4.1.4)")
case("time: expires in a second", signed(payload=but(exp=NOW + 1)), "ok")
case("time: expired by an hour", signed(payload=but(exp=NOW - 3600, iat=NOW - 7200)), "expired")
case("time: expired in 1970", signed(payload=but(exp=0)), "expired")
case("time: expires far away", signed(payload=but(exp=2**53 - 1)), "ok")
case("time: expired by 59 seconds, a minute's leeway", signed(payload=but(exp=NOW - 59)), "ok", leeway=60)
case("time: expired by a minute, a minute's leeway", signed(payload=but(exp=NOW - 60)), "expired", leeway=60,
     stricter="a token has expired on `exp`, not after it (RFC 7519 section 4.1.4)")
case("time: expired by 61 seconds, a minute's leeway", signed(payload=but(exp=NOW - 61)), "expired", leeway=60)
case("time: the same token an hour later", GOOD, "expired", now=NOW + 3600)
case("time: the same ID token a day later", signed(payload=ID), "expired", "id", now=NOW + 86400)
case("time: nbf is now", signed(payload=but(nbf=NOW)), "ok")
case("time: nbf was", signed(payload=but(nbf=NOW - 100)), "ok")
case("time: nbf in a second", signed(payload=but(nbf=NOW + 1)), "not_yet_valid")
case("time: nbf in a minute, a minute's leeway", signed(payload=but(nbf=NOW + 60)), "ok", leeway=60)
case("time: nbf in 61 seconds, a minute's leeway", signed(payload=but(nbf=NOW + 61)), "not_yet_valid", leeway=60)
case("time: iat is now", signed(payload=but(iat=NOW)), "ok")
case("time: iat in a minute", signed(payload=but(iat=NOW + 60)), "ok")
FUTURE = "refuses a token that was issued more than a minute from now"
case("time: iat in 61 seconds", signed(payload=but(iat=NOW + 61)), "issued_in_future", stricter=FUTURE)
case("time: iat in a day", signed(payload=but(iat=NOW + 86400, exp=NOW + 90000)), "issued_in_future", stricter=FUTURE)
case("time: iat in two minutes, two minutes' leeway", signed(payload=but(iat=NOW + 120)), "ok", leeway=120)
ALWAYS = "demands what each token of Cognito has"
SECONDS = "takes whole seconds alone, which Cognito writes"
claim_case("no exp", "claim", without=["exp"], stricter=ALWAYS)
claim_case("no iat", "claim", without=["iat"], stricter=ALWAYS)
claim_case("no sub", "claim", without=["sub"], stricter=ALWAYS)
claim_case("sub is empty", "claim", sub="", stricter=ALWAYS)
for name, value in {"null": None, "a number": 1, "a list": [USER], "true": True}.items():
    claim_case(f"sub is {name}", "claim", sub=value)
for claim in ("exp", "nbf", "iat"):
    for name, value in {"null": None, "a text": str(NOW + 9), "a list": [NOW + 9], "true": True, "an object": {}}.items():
        claim_case(f"{claim} is {name}", "claim", **{claim: value})
    claim_case(f"{claim} is broken", "claim", stricter=SECONDS, **{claim: NOW + (0.5 if claim == "exp" else -0.5)})
    text = dumps(but(**{claim: 0})).replace(f'"{claim}":0', f'"{claim}":1.8e9' if claim != "exp" else '"exp":2.0e9')
    case(f"claim: {claim} has an exponent", signed(payload=text), "claim", stricter=SECONDS)
    huge = {"exp": "ok", "nbf": "not_yet_valid", "iat": "issued_in_future"}[claim]
    claim_case(f"{claim} is 2^63", huge, stricter=FUTURE if claim == "iat" else None, **{claim: 2**63})
    claim_case(f"{claim} is 2^64", "claim", stricter=SECONDS if claim != "nbf" else None, **{claim: 2**64})
    claim_case(f"{claim} is negative", "claim", stricter=SECONDS if claim != "exp" else None, **{claim: -1})
for name, claims in {"jti is a number": {"jti": 1}, "jti is null": {"jti": None}, "scope is a list": {"scope": ["openid"]},
                     "aud of an access token is a number": {"aud": 1}, "aud of an access token is null": {"aud": None},
                     "aud of an access token has a number": {"aud": ["a", 1]}}.items():
    claim_case(name, "claim", **claims)

# Size.
def sized(length):
    """A signed token of this many bytes. Three of the four lengths can be had by a longer claim."""
    for filler in range(length * 3 // 4 + 9):
        token_length = len(HEAD) + 1 + -(-4 * (len(body) + len(',"x":""') + filler) // 3) + 1 + len(SIG)
        if token_length == length:
            return signed(payload=but(x="x" * filler))


LIMIT = 16 * 1024
LONG = "looks at no token of more than 16 KiB; no gateway passes one"
case("size: the longest", sized(LIMIT) or sized(LIMIT - 1), "ok")
case("size: one byte longer", sized(LIMIT + 1) or sized(LIMIT + 2), "too_long", stricter=LONG)
case("size: twice as long", signed(payload=but(x="x" * 24_000)), "too_long", stricter=LONG)
case("size: a long header", signed(HEADER | {"x": "x" * 13_000}), "too_long", stricter=LONG)
case("size: dots", "." * 20_000, "too_long")
case("size: a long signature", f"{HEAD}.{BODY}.{'A' * 20_000}", "too_long")

lines = ",\n".join(" " + json.dumps(made, ensure_ascii=True) for made in CASES)
pools = [{"id": FIRST, "clients": [WEB, API], "keys": SETS[FIRST]}, {"id": SECOND, "clients": [OTHER], "keys": SETS[SECOND]}]
(HERE / "corpus.json").write_text('{"pools": ' + json.dumps(pools, indent=1) + ',\n"cases": [\n' + lines + "\n]}\n")
(HERE / "one-key.json").write_text(json.dumps({"keys": SETS[SECOND]}) + "\n")
(HERE / "one-token.txt").write_text(by_pyjwt(but(iss=issuer(SECOND), client_id=OTHER), "second"))
print(len(CASES), "cases,", sum(made["ours"] == "ok" for made in CASES), "of them good")
