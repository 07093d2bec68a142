"""No value is in an error, in what hangs on it, in the frames that a reporter shows, or in a claim's own texts."""

import copy
import json
import pickle
import traceback
import unittest
from dataclasses import dataclass, make_dataclass
from typing import Annotated, Any, Callable, Literal

from cognito_claims import (
    BitsError,
    Catalogue,
    CatalogueError,
    Claims,
    Features,
    Guard,
    OrgId,
    Organisations,
    ReadError,
    Refusal,
    Words,
    context,
)
from cognito_claims.dangerous import UnverifiedClaims
from cognito_claims.testing import Token

SECRET = "s3cret"
KINDS: tuple[Any, ...] = (
    *(int, float, bool, dict[str, object], list[int], list[list[str]], list[dict[str, object]]),
    *(Words, Features, Organisations, Literal["a", "b"], OrgId, str, object),
    *(Annotated[Features, Catalogue(["a"])], list[Words]),
)
VALUES: tuple[object, ...] = (
    *(SECRET, f"{SECRET} and more", f"[{SECRET}", f'[{{"{SECRET}', f'{{"{SECRET}', f"map[{SECRET}"),
    *(f'["{SECRET}",', f"1.1.{SECRET}xx.0", f"2.2.{SECRET}xx.0", f"Sat Jan {SECRET}", f"{SECRET},,"),
    *([SECRET], [[SECRET]], {"k": SECRET}, {SECRET: 1}, [{"id": [SECRET]}], f"\ud800{SECRET}", ""),
    *(f'[{{"a":"{SECRET}"}}', f'{{"a":"{SECRET}","b":NaN}}', f'["{SECRET}",1e999]', "[" * 5000 + SECRET),
)


def told(error: BaseException) -> str:
    """All that a log or a reporter of errors could show."""
    texts = list[str]()
    pending: list[BaseException | None] = [error]
    while pending:
        each = pending.pop()
        if each is None:
            continue
        pending += [each.__cause__, each.__context__]
        texts += [str(each), repr(each), repr(each.args), repr(vars(each)), repr(pickle.dumps(each))]
        texts += getattr(each, "__notes__", [])
        for frame, _ in traceback.walk_tb(each.__traceback__):
            if "cognito_claims" in frame.f_code.co_filename:
                texts.append(repr(frame.f_locals))
    return "\n".join(texts)


class Private(unittest.TestCase):
    asked = 0
    hidden = SECRET

    def quiet(self, ask: Callable[[], object]) -> None:
        try:
            ask()
        except (ReadError, BitsError, Refusal, TypeError) as error:
            type(self).asked += 1
            self.assertNotIn(self.hidden, told(error))
            if not isinstance(error, Refusal):
                self.assertIsNone(error.__context__)
                self.assertIsNone(error.__cause__)

    def claims(self, value: object) -> list[Claims]:
        authorizer = {"x": value, "token_use": "access"}
        return [
            Claims.from_verified(authorizer),
            Claims.from_http_api({"requestContext": {"authorizer": {"jwt": {"claims": authorizer}}}}),
            Claims.from_rest_cognito({"requestContext": {"authorizer": {"claims": authorizer}}}),
            Claims.from_lambda_authorizer({"requestContext": {"authorizer": authorizer}}),
        ]

    def test_reading(self) -> None:
        typed_kinds = [(kind, make_dataclass("Typed", [("x", kind), ("y", int)], frozen=True)) for kind in KINDS]
        for value in VALUES:
            for claims in self.claims(value):
                for kind, typed in typed_kinds:
                    self.quiet(lambda c=claims, k=kind: c.claim("x", k))
                    self.quiet(lambda c=claims, k=kind: c.optional("x", k))
                    self.quiet(lambda c=claims, t=typed: c.read(t))
        self.assertGreater(self.asked, 2000)

    def test_what_a_class_raises_itself_has_the_values_in_its_own_frames_alone(self) -> None:
        @dataclass(frozen=True)
        class Talkative:
            x: str

            def __post_init__(self) -> None:
                raise ValueError("no good")

        with self.assertRaises(ValueError) as raised:
            Claims.from_verified({"x": SECRET}).read(Talkative)
        self.assertNotIn(SECRET, told(raised.exception))

    def test_the_claims_of_the_contract(self) -> None:
        names = (
            *("cognito:groups", "scope", "token_use", "client_id", "aud", "sub", "username", "act", "acr"),
            *("amr", "iat", "auth_time", "org_id", "org_tier", "feature_flags", "roles", "permissions"),
            *("organisations", "claims_cut", "claims_omitted", "cognito:username"),
        )
        methods = (
            *("groups", "scopes", "token_use", "client_id", "issued_at", "authenticated_at", "actor"),
            *("authentication_level", "authentication_methods", "identity", "org_id", "tier", "features"),
            *("roles", "permissions", "organisations"),
        )
        catalogue = Catalogue(["a"])
        guards = [
            Guard.access_token(),
            Guard.either_token().client("a").any_scope("a"),
            *(getattr(Guard.either_token(), f"any_{name}")("a") for name in ("group", "role", "permission")),
            Guard.either_token().any_method("a"),
            Guard.either_token().org("a"),
            Guard.either_token().tier_at_least("a", ["a"]),
            Guard.either_token().feature("a"),
            Guard.either_token().feature_in("a", catalogue),
            Guard.either_token().issued_within(1),
            Guard.either_token().authentication("a"),
            Guard.either_token().no_actor(),
        ]
        for value in VALUES:
            for use in ("access", "id"):
                claims = Claims.from_verified({**{name: value for name in names}, "token_use": use})
                self.assertNotIn(SECRET, repr(claims))
                for method in methods:
                    self.quiet(getattr(claims, method))
                self.quiet(lambda c=claims: c.features_in(catalogue))
                for guard in guards:
                    self.quiet(lambda c=claims, g=guard: g.check(c, 0))

    def test_opening(self) -> None:
        events: list[Any] = [
            {"requestContext": {"authorizer": {"claims": {"sub": SECRET}, "lambda": {"sub": SECRET}}}},
            {"requestContext": {"authorizer": {"sub": SECRET}}},
            {"requestContext": {"authorizer": SECRET}, "headers": {"authorization": SECRET}},
            [{"identity": {"claims": {"sub": SECRET}}}],
            {"headers": {"x-amzn-oidc-accesstoken": SECRET}},
            {"headers": {"x-amzn-oidc-accesstoken": f"e30.{SECRET}.x"}},
            {"headers": {"x-amzn-oidc-accesstoken": "e30.e1xzM2NyZXQi.x"}},
        ]
        for event in events:
            for name in dir(Claims):
                if name.startswith("from_") and name != "from_verified":
                    self.quiet(lambda n=name, e=event: getattr(Claims, n)(e))
            self.quiet(lambda e=event: UnverifiedClaims.from_alb(e))
        for token in (SECRET, f"Bearer {SECRET}", f"e30.{SECRET}.x", f"{SECRET}.e30.x", "e30.InMzY3JldCI.x"):
            self.quiet(lambda t=token: UnverifiedClaims.decode(t))
            self.quiet(lambda t=token: UnverifiedClaims.decode(t.encode()))
            self.quiet(lambda t=token: UnverifiedClaims.decode([t]))
        self.quiet(lambda: Claims.from_verified(SECRET))
        self.quiet(lambda: context.encode({"x": {SECRET, 1}, "y": SECRET}))

    def test_flags(self) -> None:
        catalogue = Catalogue(["beta", "export"])
        count, fingerprint, _ = catalogue.encode([]).removeprefix("1.").split(".")
        self.hidden = "5ec2e7"
        for text in (
            *(f"1.{count}.{fingerprint}.5ec2e7", f"1.{count}.5ec2e7aa.5ec2e7", f"1.9.{fingerprint}.5ec2e7"),
            *(f"5.{count}.{fingerprint}.5ec2e7", f"1.x.{fingerprint}.5ec2e7", "5ec2e7", f"1.{count}.x.5ec2e7"),
        ):
            before = self.asked
            claims = Claims.from_verified({"feature_flags": text, "x": text, "token_use": "access"})
            unverified = UnverifiedClaims.decode(Token.access().claim("x", text).unsigned())
            typed = make_dataclass("Typed", [("x", Annotated[Features, catalogue])], frozen=True)
            for ask in (
                lambda: catalogue.decode(text),
                lambda: Features.from_bits(text, catalogue),
                lambda: claims.features_in(catalogue),
                lambda: claims.claim("x", Annotated[Features, catalogue]),
                lambda: claims.read(typed),
                lambda: unverified.read_unverified(typed),
                lambda: Guard.access_token().feature_in("beta", catalogue).check(claims),
            ):
                self.quiet(ask)
            wanted = 7
            # Other texts are flags of another form, or none at all.
            if text.count(".") == 3 and "x" not in text:
                wanted += 1
                features = claims.features()
                self.quiet(lambda f=features: f.with_catalogue(catalogue))
                del features
            odd: list[Any] = [[text], {"a": text}, text.encode()]
            for value in odd:
                wanted += 2
                self.quiet(lambda v=value: catalogue.decode(v))
                self.quiet(lambda v=value: Features.from_bits(v, catalogue))
            self.assertGreaterEqual(self.asked - before, wanted - 3, text)

    def test_mistakes_of_the_application(self) -> None:
        claims = Claims.from_verified({"x": SECRET, "iat": 5_323_747, "auth_time": 5_323_747, "token_use": "access"})
        odd: Any = Claims.from_verified({"x": SECRET})
        self.hidden = "5323747"
        moments: list[Any] = ["60", None, [1], True]
        for moment in moments:
            for within in ("issued_within", "authenticated_within"):
                self.quiet(lambda w=within, m=moment: getattr(Guard.access_token(), w)(m).check(claims, 0))
                self.quiet(lambda w=within, m=moment: getattr(Guard.access_token(), w)(60).check(claims, m))
        self.hidden = SECRET
        kinds: list[Any] = [None, 5, bytes, dict, set[str], Literal[1]]
        for kind in kinds:
            self.quiet(lambda k=kind: odd.claim("x", k))
            self.quiet(lambda k=kind: odd.optional("x", k))
            self.quiet(lambda k=kind: odd.read(k))
        self.quiet(lambda: Guard.access_token().check({"x": SECRET}))  # type: ignore[arg-type]

    def test_claims_show_names_and_are_not_written_anywhere(self) -> None:
        token = Token.access().claim("x", SECRET)
        for claims in (Claims.from_verified(token.payload), UnverifiedClaims.decode(token.unsigned())):
            for text in (repr(claims), str(claims), f"{claims}", f"{claims!r:>5}", "%s" % claims):
                self.assertNotIn(SECRET, text)
                self.assertIn("'x'", text)
            for write in (pickle.dumps, json.dumps, vars, dict):
                with self.assertRaises(TypeError) as raised:
                    write(claims)
                self.assertNotIn(SECRET, str(raised.exception))
        claims = Claims.from_verified(token.payload)
        self.assertIs(copy.copy(claims), claims)
        self.assertIs(copy.deepcopy(claims), claims)
        self.assertNotIn(SECRET, str(dict(enumerate([claims]))))

    def test_errors_come_through_a_pickle(self) -> None:
        errors: list[Exception] = [
            ReadError("unexpected", "text", "org_id", Claims.from_verified({}).door),
            ReadError("no_claims", "something"),
            BitsError("form"),
            CatalogueError("duplicate", 3),
            Refusal("scope", ', scope="a b"', ReadError("missing", "", "scope")),
        ]
        for error in errors:
            again = pickle.loads(pickle.dumps(error))
            self.assertEqual((type(again), str(again)), (type(error), str(error)))
            self.assertEqual(again.__dict__.keys(), error.__dict__.keys())
        again = pickle.loads(pickle.dumps(errors[-1]))
        self.assertEqual(again.proxy_response(), errors[-1].proxy_response())
        self.assertEqual(str(again.cause), "claim `scope` is missing")

    def test_the_cause_is_for_the_log(self) -> None:
        with self.assertRaises(Refusal) as raised:
            Guard.either_token().org("acme").check(Claims.from_verified({}), 0)
        self.assertEqual(str(raised.exception.cause), "claim `org_id` is missing (token)")
        self.assertIsNone(raised.exception.__context__)
        log = "".join(traceback.format_exception(raised.exception))
        self.assertIn("claim `org_id` is missing (token)", log)


if __name__ == "__main__":
    unittest.main()
