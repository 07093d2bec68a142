"""Guards, and what only a corpus without a clock can't ask."""

import time
import unittest
from typing import Any

from cognito_claims import CLOCK_LEEWAY, Catalogue, Claims, Guard, Refusal
from cognito_claims.testing import Token

VARIADIC = (
    *("client", "any_scope", "all_scopes", "any_group", "all_groups", "any_role", "all_roles"),
    *("any_permission", "all_permissions", "authentication", "any_method", "all_methods"),
)


def reason(guard: Guard, claims: Claims, now: float | None = None) -> str | None:
    try:
        guard.check(claims, now)
    except Refusal as refusal:
        return refusal.reason
    return None


class Guards(unittest.TestCase):
    claims = Claims.from_verified(Token.access().payload)

    def test_a_guard_never_changes(self) -> None:
        base = Guard.access_token()
        narrower = base.org("acme")
        self.assertIsNone(reason(base, self.claims))
        self.assertEqual(reason(narrower, self.claims), "org")
        self.assertIsNone(reason(base, self.claims))

    def test_the_first_requirement_that_is_not_met_refuses(self) -> None:
        guard = Guard.id_token().org("acme")
        self.assertEqual(reason(guard, self.claims), "token_use")

    def test_without_a_moment_the_clock_tells(self) -> None:
        now = int(time.time())
        fresh = Claims.from_verified({"iat": now})
        old = Claims.from_verified({"iat": now - 1000})
        guard = Guard.either_token().issued_within(500)
        self.assertIsNone(reason(guard, fresh))
        self.assertEqual(reason(guard, old), "issued_too_long_ago")
        self.assertEqual(reason(guard, fresh, now + 501), "issued_too_long_ago")

    def test_a_moment_that_is_no_number_refuses(self) -> None:
        guard = Guard.either_token().issued_within(500)
        self.assertEqual(reason(guard, Claims.from_verified({"iat": 1}), float("nan")), "issued_too_long_ago")

    def test_ages_are_whole_seconds_that_have_passed(self) -> None:
        guard: Any = Guard.either_token()
        for within in (guard.issued_within, guard.authenticated_within):
            for wrong in ("60", 60.0, True, None, [60]):
                with self.assertRaises(TypeError):
                    within(wrong)
            with self.assertRaises(ValueError):
                within(-1)
            within(0)
        claims = Claims.from_verified({"iat": 1000, "auth_time": 1000})
        self.assertIsNone(reason(guard.issued_within(0).authenticated_within(0), claims, 1000))
        self.assertEqual(reason(guard.issued_within(0), claims, 1001), "issued_too_long_ago")

    def test_what_a_guard_can_not_ask_for_is_noticed_when_it_is_made(self) -> None:
        guard: Any = Guard.either_token()
        for wrong in (
            lambda: guard.feature(None),
            lambda: guard.feature(["a"]),
            lambda: guard.feature_in(None, Catalogue(["a"])),
            lambda: guard.feature_in("a", ["a"]),
            lambda: guard.tier_at_least(None, ["a"]),
            lambda: guard.tier_at_least(["a"], ["a"]),
            lambda: guard.tier_at_least("a", ["a", None]),
            *(lambda n=name: getattr(guard, n)(["a"]) for name in VARIADIC),
        ):
            with self.assertRaises(TypeError):
                wrong()
        for moment in ("60", True, [60]):
            with self.assertRaises(TypeError):
                guard.check(self.claims, moment)

    def test_the_future_is_not_fresh(self) -> None:
        claims = Claims.from_verified({"iat": 1000})
        guard = Guard.either_token().issued_within(300)
        for now, fresh in ((1300, True), (1301, False), (1000 - CLOCK_LEEWAY, True), (999 - CLOCK_LEEWAY, False)):
            self.assertEqual(reason(guard, claims, now) is None, fresh, now)

    def test_an_empty_list_of_what_is_allowed_allows_nobody(self) -> None:
        claims = Claims.from_verified(
            {
                **{"client_id": "a", "token_use": "access", "scope": "a", "cognito:groups": ["a"], "amr": ["a"]},
                **{"roles": ["a"], "permissions": ["a"], "org_tier": "a", "acr": "a"},
            }
        )
        any_ = Guard.either_token()
        for guard in (
            *(any_.client(), any_.any_scope(), any_.all_scopes(), any_.any_group(), any_.all_groups()),
            *(any_.any_role(), any_.all_roles(), any_.any_permission(), any_.all_permissions()),
            *(any_.authentication(), any_.any_method(), any_.all_methods(), any_.tier_at_least("a", [])),
            *(any_.feature_in("a", Catalogue([])), any_.org("")),
        ):
            self.assertIsNotNone(reason(guard, claims, 0))

    def test_a_level_that_the_token_does_not_tell_is_none(self) -> None:
        self.assertEqual(reason(Guard.either_token().authentication("None", ""), self.claims), "authentication")

    def test_what_would_break_the_header_stays_out_of_it(self) -> None:
        guard = Guard.either_token().any_scope('a"b', "a b", "a\r\nb", "ok", "ok\n", "ä")
        with self.assertRaises(Refusal) as raised:
            guard.check(self.claims)
        challenge = raised.exception.www_authenticate or ""
        self.assertTrue(challenge.endswith(', scope="ok"'), challenge)


if __name__ == "__main__":
    unittest.main()
