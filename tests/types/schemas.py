"""Tries the JSON Schemas of policies on the tokens that `claimsmith simulate --json` shows.

    python3 schemas.py FOLDER_OF_SCHEMAS FOLDER_OF_TOKENS

Each token must be valid, and with any claim of the policy as a thing that it never is it must not be.
"""

import json
import sys
from pathlib import Path

from jsonschema import Draft202012Validator


def main(schemas: str, tokens: str) -> None:
    """Prints how many tokens were valid."""
    for path in sorted(Path(schemas).glob("*.schema.json")):
        Draft202012Validator.check_schema(json.loads(path.read_text(encoding="utf-8")))
    valid = wrong = 0
    for file in sorted(Path(tokens).glob("*.jsonl")):
        path = Path(schemas) / f"{file.stem}.schema.json"
        schema = json.loads(path.read_text(encoding="utf-8"))
        validator = Draft202012Validator(schema)
        for line in file.read_text(encoding="utf-8").splitlines():
            simulated = json.loads(line)
            for use, token in (simulated.get("tokens") or {}).items():
                if token is None:
                    continue
                claims = token["claims"]
                problems = [error.message for error in validator.iter_errors(claims)]
                assert not problems, f"{simulated['event']} {use}: {problems}"
                valid += 1
                required = schema["$defs"][use]["required"]
                for name in schema["$defs"][use]["properties"]:
                    if name in claims:
                        assert not validator.is_valid({**claims, name: None}), f"{file.stem} {name}"
                        wrong += 1
                    less = {other: claims[other] for other in claims if other != name}
                    assert validator.is_valid(less) == (name not in required), f"{file.stem} {name}"
    assert valid >= 150, valid
    print(f"ok JSON Schema: {valid} tokens are valid, and {wrong} with something else for a claim are not")


if __name__ == "__main__":
    main(*sys.argv[1:])
