"""The conformance corpus, run against this reader.

    corpus.py FOLDER_OF_CASES

Prints how many cases agree, and the first three that don't; conformance/README.md has the format.
"""

import dataclasses
import functools
import json
import pathlib
import pickle
import sys
import traceback
from typing import Annotated, Any, Optional

from cognito_claims import (
    BitsError,
    Catalogue,
    CatalogueError,
    Claims,
    Client,
    Features,
    Guard,
    OrgId,
    Organisations,
    ReadError,
    Refusal,
    Tier,
    User,
    Words,
    named,
)
from cognito_claims.dangerous import UnverifiedClaims
from cognito_claims.testing import Token

BASES: dict[str, Any] = {
    "text": str,
    "integer": int,
    "number": float,
    "boolean": bool,
    "json": object,
    "object": dict[str, object],
    "org_id": OrgId,
    "tier": Tier,
    "words": Words,
    "features": Features,
    "organisations": Organisations,
}
UNVERIFIED = {"alb": UnverifiedClaims.from_alb, "decode": UnverifiedClaims.decode}
DOORS = {
    "verified": Claims.from_verified,
    "event": Claims.from_event,
    **{
        name: getattr(Claims, f"from_{name}")
        for name in (
            *("http_api", "rest_cognito", "rest_jwt"),
            *("lambda_authorizer", "appsync", "appsync_lambda"),
        )
    },
}
# The helper's events by the door that they come through.
HELPERS = {
    "http_api": ("http_api", "http_api_1_0"),
    "rest_cognito": ("rest_cognito",),
    "rest_jwt": ("rest_jwt",),
    "lambda_authorizer": ("rest_lambda_authorizer", "http_lambda_authorizer", "websocket"),
    "appsync": ("appsync",),
    "appsync_lambda": ("appsync_lambda",),
}
PREFIXES = {"bits_": BitsError, "catalogue_": CatalogueError}


class Disagreement(Exception):
    pass


def agree(what: str, got: object, wanted: object) -> None:
    # True is no 1 here, and 1 is no 1.0.
    if json.dumps(got, sort_keys=True) != json.dumps(wanted, sort_keys=True):
        raise Disagreement(f"{what}: {got!r} instead of {wanted!r}")


def annotation(kind: str) -> Any:
    if kind.startswith("optional "):
        return Optional[annotation(kind.removeprefix("optional "))]
    if kind.startswith("list of "):
        return list[annotation(kind.removeprefix("list of "))]
    return BASES[kind]


@functools.cache
def one_field(claim: str, kind: Any) -> Any:
    return dataclasses.make_dataclass("OneField", [("it", kind, named(claim))], frozen=True)


def plain(value: Any, wanted: Any) -> Any:
    """What was read, in the words of the corpus."""
    asked = wanted.get("asked", {}) if isinstance(wanted, dict) else {}
    if isinstance(value, Features):
        return {"on": value.on(), "asked": {name: value.feature(name).value for name in asked}}
    if isinstance(value, (Words, Organisations)):
        said = {
            "whole": value.is_whole(),
            "asked": {word: value.contains(word).value for word in asked},
        }
        if isinstance(value, Words):
            return {"words": list(value), **said}
        return {"organisations": [present(dataclasses.asdict(each)) for each in value], **said}
    if isinstance(value, User):
        return {"user": dataclasses.asdict(value)}
    if isinstance(value, Client):
        return {"client": dataclasses.asdict(value)}
    if isinstance(value, frozenset):
        return sorted(value)
    if dataclasses.is_dataclass(value):
        return dataclasses.asdict(value)
    if isinstance(value, list) and isinstance(wanted, list) and len(value) == len(wanted):
        return [plain(*both) for both in zip(value, wanted)]
    return getattr(value, "value", value)


def present(members: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in members.items() if value is not None}


def refusal(got: Refusal) -> dict[str, Any]:
    problem = got.problem()
    response: Any = got.proxy_response()
    headers = {"content-type": "application/problem+json"}
    if got.www_authenticate is not None:
        headers["www-authenticate"] = got.www_authenticate
    agree("status of the response", response["statusCode"], got.status)
    agree("headers of the response", response["headers"], headers)
    agree("body of the response", json.loads(response["body"]), problem)
    return {
        "reason": got.reason,
        "status": got.status,
        "www_authenticate": got.www_authenticate,
        "problem": problem,
    }


def told(error: BaseException) -> str:
    """All that a log or a reporter of errors could show of an error and what is around it."""
    seen, texts = set[int](), list[str]()
    pending: list[BaseException | None] = [error]
    while pending:
        each = pending.pop()
        if each is None or id(each) in seen:
            continue
        seen.add(id(each))
        pending += [each.__cause__, each.__context__]
        texts += [str(each), repr(each), repr(each.args), repr(vars(each)), repr(pickle.dumps(each))]
        for frame, _ in traceback.walk_tb(each.__traceback__):
            # The frames of this package; the runner's own know the event.
            if "cognito_claims" in frame.f_code.co_filename:
                texts.append(repr(frame.f_locals))
    return "\n".join(texts)


class Run:
    def __init__(self, case: dict[str, Any]) -> None:
        self.case = case

    def guarded(self, error: Exception) -> None:
        for secret in self.case.get("secrets", []):
            if secret in told(error):
                raise Disagreement(f"{type(error).__name__} tells a secret")

    def run(self) -> None:
        case, opens = self.case, self.case["opens"]
        if case["door"] in UNVERIFIED:
            opener = UNVERIFIED[case["door"]]
        else:
            opener = DOORS[case["door"]]
        try:
            claims: Any = opener(case["event"])
        except ReadError as error:
            self.guarded(error)
            if not isinstance(opens, dict):
                raise Disagreement(f"does not open: {error}") from None
            agree("opening", error.code, opens["error"])
            self.refused("opening", Refusal.of(error), opens)
            return
        if isinstance(opens, dict):
            raise Disagreement("opens")
        for secret in case.get("secrets", []):
            if secret in repr(claims):
                raise Disagreement("the claims tell a secret")
        if isinstance(claims, UnverifiedClaims):
            for read in case.get("reads", []):
                self.read(read, lambda kind, r=read: claims.read_unverified(one_field(r["claim"], kind)).it)
            return
        agree("door", claims.door.value, opens)
        self.claims(claims)
        token = case.get("token")
        for helper in HELPERS.get(claims.door.value, ()) if token is not None else ():
            self.claims(DOORS[claims.door.value](getattr(Token(token), helper)()))

    def claims(self, claims: Claims) -> None:
        if self.case.get("comma_free_groups"):
            claims = claims.assume_comma_free_groups()
        for read in self.case.get("reads", []):
            if "claim" in read:
                self.read(read, lambda kind, r=read: claims.claim(r["claim"], kind))
                self.read(read, lambda kind, r=read: claims.read(one_field(r["claim"], kind)).it)
                if read["as"].startswith("optional "):
                    inner = annotation(read["as"].removeprefix("optional "))
                    self.read(read, lambda _, r=read, k=inner: claims.optional(r["claim"], k))
            else:
                self.method(read, claims)
        for guard in self.case.get("guards", []):
            self.guard(guard, claims)

    def read(self, read: dict[str, Any], reader: Any) -> None:
        kind, names = annotation(read["as"]), read.get("catalogue")
        if names is None:
            self.expected(read, lambda: reader(kind))
            return
        self.expected(read, lambda: reader(kind).with_catalogue(Catalogue(names)))
        if kind is Features:
            self.expected(read, lambda: reader(Annotated[Features, Catalogue(names)]))

    def method(self, read: dict[str, Any], claims: Claims) -> None:
        def reader() -> Any:
            method = getattr(claims, read["method"])
            if "catalogue" in read:
                return method(Catalogue(read["catalogue"]))
            return method(read["of"]) if "of" in read else method()

        self.expected(read, reader)

    def expected(self, read: dict[str, Any], reader: Any) -> None:
        what = f"{read.get('claim', read.get('method'))} as {read.get('as', read.get('of'))}"
        try:
            got = reader()
        except (ReadError, BitsError, CatalogueError) as error:
            self.guarded(error)
            if "error" not in read:
                raise Disagreement(f"{what}: {error}") from None
            if isinstance(error, ReadError):
                code = error.code
                agree(f"{what}: the claim", error.claim, read.get("about"))
            else:
                code = "bits_" if isinstance(error, BitsError) else "catalogue_"
                code += error.code
            agree(what, code, read["error"])
            if not isinstance(error, CatalogueError):
                self.refused(what, Refusal.of(error), read)
            return
        if "error" in read:
            raise Disagreement(f"{what}: {got!r} instead of {read['error']}")
        agree(what, plain(got, read["value"]), read["value"])

    def refused(self, what: str, got: Refusal, wanted: dict[str, Any]) -> None:
        self.guarded(got)
        if "refusal" in wanted:
            agree(f"refusal of {what}", refusal(got), wanted["refusal"])

    def guard(self, row: dict[str, Any], claims: Claims) -> None:
        (first, *_), *more = row["guard"]
        guard = getattr(Guard, first)()
        for name, *arguments in more:
            if name == "tier_at_least":
                guard = guard.tier_at_least(*arguments)
            elif name == "feature_in":
                guard = guard.feature_in(arguments[0], Catalogue(arguments[1]))
            else:
                words = arguments[0] if arguments and isinstance(arguments[0], list) else arguments
                guard = getattr(guard, name)(*words)
        try:
            guard.check(claims, row["now"])
        except Refusal as got:
            if "refusal" not in row:
                raise Disagreement(f"guard {row['guard']}: {got}") from None
            self.refused(f"guard {row['guard']}", got, row)
            return
        if "refusal" in row:
            raise Disagreement(f"guard {row['guard']} passes")


def main() -> int:
    cases = [
        json.loads(line)
        for file in sorted(pathlib.Path(sys.argv[1]).glob("*.jsonl"))
        for line in file.read_text("ascii").splitlines()
    ]
    failures = list[str]()
    for case in cases:
        try:
            Run(case).run()
        except Disagreement as failure:
            failures.append(f"  {case['name']}: {failure}")
        except Exception as crash:
            failures.append(f"  {case['name']}: {crash!r}\n{traceback.format_exc()}")
    print(f"Python: {len(cases) - len(failures)} of {len(cases)} cases")
    for failure in failures[:3]:
        print(failure)
    return 1 if failures or not cases else 0


if __name__ == "__main__":
    sys.exit(main())
