"""The decoders of docs/other-languages.md read what the trigger writes.

`run` starts it. Each question has an answer that no decoder gave: which flags are on comes from the
same policy with the encoding `list`, which flags are known comes from the catalogue, and lists come
from the recorded forms in crates/claims/tests/contexts beside the token's own JSON.
"""

import json
import pathlib
import re
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).parents[2]
CLAIMSMITH, PROGRAMS = sys.argv[1], json.loads(sys.argv[2])
SHIPPED = (ROOT / "claims.toml").read_text()
CATALOGUE = ["items", "export", "webhooks", "audit-log", "single-sign-on", "custom-branding",
             "beta-dashboard", "new-editor"]
# More flags than a number of 64 bits holds.
LONG = CATALOGUE + [f"experiment-{number:03}-rollout" for number in range(1, 241)]


def simulated(encoding, catalogue):
    """The claims of every token that is issued for the corpus, under the shipped policy with its
    flags written so."""
    flags = f'[claims.feature_flags]\nencoding = "{encoding}"\nflags = {json.dumps(catalogue)}'
    policy, written = re.subn(r"^\[claims\.feature_flags\]$", flags, SHIPPED, flags=re.M)
    policy, roomy = re.subn(r"^budget = \S+", "budget = 100000", policy, flags=re.M)
    # The access token has the budget that stands in no file.
    policy += "\n[tokens.access]\nbudget = 100000\n"
    assert (written, roomy) == (1, 1), "the shipped policy has another form"
    with tempfile.NamedTemporaryFile("w", suffix=".toml") as file:
        file.write(policy)
        file.flush()
        return tokens(file.name)


def tokens(policy):
    events = ["events/v1", "events/v2", "events/v3"]
    run = subprocess.run(
        [CLAIMSMITH, "simulate", "--json", "--policy", policy, "--records", "demo/records.json",
         *events], cwd=ROOT, stdout=subprocess.PIPE)
    if run.returncode not in (0, 3):  # 3: one event was refused, as many of the corpus are
        sys.exit(f"FAILED simulate: status {run.returncode}")
    lines = [json.loads(line) for line in run.stdout.splitlines()]
    return {(line["event"], use): token["claims"]
            for line in lines for use, token in line["tokens"].items() if token}


def questions():
    """Pairs: what a decoder is asked, and the right answer."""
    for catalogue in (CATALOGUE, LONG):
        truth, written = simulated("list", catalogue), simulated("bits", catalogue)
        for place, claims in written.items():
            if "feature_flags" not in claims or place[0].startswith("events/v1"):
                continue  # version 1 carries no lists, so nothing tells the truth about it
            text, on = claims["feature_flags"], truth[place]["feature_flags"]
            right = {flag: flag in on for flag in catalogue}
            yield bits(text, catalogue), right
            # The reader is ahead: its new flag is unknown, the others are what they are.
            yield bits(text, [*catalogue, "of-tomorrow"]), right
            # The reader is behind, or has another order, or other names: nothing is known.
            yield bits(text, catalogue[:-1]), {}
            yield bits(text, catalogue[::-1]), {}
            yield bits(text, ["renamed", *catalogue[1:]]), {}
    # What the trigger never writes; the right text is 1.5.3a4fcd2a.5 (crates/claims/src/bits.rs).
    five = ["a", "b", "c", "d", "e"]
    yield bits("1.5.3a4fcd2a.5", five), {"a": True, "b": False, "c": True, "d": False, "e": False}
    for text in ("", "items,export", "1.5.3a4fcd2a", "1.5.3a4fcd2a.5.", "2.5.3a4fcd2a.5",
                 "1.05.3a4fcd2a.5", "1.+5.3a4fcd2a.5", "1.5.3A4FCD2A.5", "1.5.3a4fcd2a.",
                 "1.5.3a4fcd2a.05", "1.5.3a4fcd2a.A", "1.5.3a4fcd2a.20", "1.5.3a4fcd2a.5\n",
                 "1.5.3a4fcd2b.5", "1.6.3a4fcd2a.5", "1.99999999999999999999.3a4fcd2a.5", "1.5.3a4fcd2a.-5"):
        yield bits(text, five), {}

    shipped = tokens("claims.toml")
    shed = 0
    for place, claims in shipped.items():
        texts = {name: value for name, value in claims.items() if isinstance(value, str)}
        left_out = "claims_omitted" in claims
        shed += left_out
        yield {"call": "omitted", "claims": texts, "name": "feature_flags"}, left_out
        yield {"call": "omitted", "claims": texts, "name": "org_id"}, False
        for name in ("audit-log", "audit", "items"):
            flags = claims.get("feature_flags")
            right = None if flags is None else f",{name}," in f",{flags},"
            yield {"call": "feature", "claims": texts, "name": name}, right
    assert shed, "no token of the corpus had to leave a claim out"
    yield {"call": "feature", "claims": {"feature_flags": ""}, "name": "items"}, False

    for name, right in (("roles", True), ("organisations", True), ("role", False), ("", False)):
        marked = {"claims_cut": "organisations,roles"}
        yield {"call": "cut", "claims": marked, "name": name}, right
        yield {"call": "cut", "claims": {}, "name": name or "roles"}, False

    contexts = ROOT / "crates/claims/tests/contexts/1"
    token = json.loads((contexts / "token.json").read_text())
    for file, path, door in (("http-api", ("jwt", "claims"), "http"),
                             ("rest-cognito", ("claims",), "rest"),
                             ("rest-jwt", ("claims",), "json")):
        shown = json.loads((contexts / f"{file}.json").read_text())["requestContext"]["authorizer"]
        for step in path:
            shown = shown[step]
        for name in ("permissions", "cognito:groups"):
            yield {"call": "list", "value": shown[name], "door": door}, token[name]
    for value, door, right in (("[]", "http", []), ("[admin]", "http", ["admin"]),
                               ("admin", "http", []), ("", "http", []),
                               ("", "rest", []), ("admin", "rest", ["admin"])):
        yield {"call": "list", "value": value, "door": door}, right


def bits(text, catalogue):
    return {"call": "bits", "text": text, "catalogue": catalogue}


asked, right = zip(*questions())
failed = False
for language, program in PROGRAMS.items():
    answers = json.loads(subprocess.run(program, input=json.dumps(asked).encode(), check=True,
                                        stdout=subprocess.PIPE).stdout)
    wrong = [it for it in zip(asked, right, answers, strict=True) if it[1] != it[2]]
    for question, expected, got in wrong[:3]:
        print(f"FAILED {language}: {question}\n expected {expected}\n      got {got}")
    failed = failed or bool(wrong)
    print(f"{language}: {len(asked) - len(wrong)} of {len(asked)} answers right", flush=True)
sys.exit(failed)
