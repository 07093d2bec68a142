"""What `claimsmith simulate` foresaw for an event, against what Cognito issued."""

import json

from record import claimsmith
from sign_ins import both, payload

# Made at issue: `simulate` writes zeros of the right length.
MADE = {"auth_time", "exp", "iat"}
# Writes nothing.
NOTHING = "version = 1\n"


def foreseen(event, folder, policy, records):
    paths = {}
    for name, text in (("policy.toml", policy), ("records.json", json.dumps(records))):
        paths[name] = folder / name
        paths[name].write_text(text)
    line = claimsmith("simulate", "--json", "--policy", str(paths["policy.toml"]), "--records",
                      str(paths["records.json"]), "-", text=json.dumps(event))
    return json.loads(line)


def differences(expected, tokens):
    """Sentences about names, types and sizes; no value is in any of them."""
    if expected["outcome"] != "customized":
        return [f"foreseen was a refusal ({expected['reason']['code']}), and there are tokens"]
    issued, found, version = both(tokens), [], expected["answer"]["version"]
    for word in ("id", "access"):
        model = expected["tokens"][word]
        if (model is None) != (word not in issued):
            found.append(f"{word}: {'was not foreseen' if model is None else 'is not there'}")
        if model and word in issued:
            found += [f"{word}: {text}" for text in of_token(model, expected, word, issued[word])
                      # Events of version 1 don't say the scopes.
                      if not (version == "1" and text.startswith("`scope` has"))]
    return found


def of_token(model, expected, word, token):
    claims = payload(token)
    may = {it["claim"] for it in expected["decisions"]
           if it["token"] == word and it["action"] != "suppressed"}
    for name in sorted(claims.keys() - model["claims"].keys() - may):
        yield f"`{name}` was not foreseen"
    for name in sorted(model["claims"].keys() - claims.keys()):
        yield f"`{name}` is missing"
    for name in sorted(model["claims"].keys() & claims.keys() - MADE):
        wanted, got = (ordered(name, it[name]) for it in (model["claims"], claims))
        if wanted != got:
            kinds = [type(it).__name__ for it in (wanted, got)]
            yield (f"`{name}` is a {kinds[1]}, and a {kinds[0]} was foreseen"
                   if kinds[0] != kinds[1] else f"`{name}` has another value than was foreseen")
    low, high = model["bytes"]["lower"], model["bytes"]["upper"]
    if not low <= len(token) <= high:
        yield f"the size is {'below' if len(token) < low else 'above'} the range"


def ordered(name, value):
    """Nobody promises an order of groups or of scopes."""
    if name == "cognito:groups" and isinstance(value, list):
        return sorted(value)
    return " ".join(sorted(value.split())) if name == "scope" else value


def sizes(expected, tokens):
    return {word: {"bytes": len(token), "foreseen": (expected["tokens"][word] or {}).get("bytes")}
            for word, token in both(tokens).items()} if expected["tokens"] else {}
