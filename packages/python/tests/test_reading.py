"""Dataclasses of claims: by annotations, once per class, sharing nothing."""

import enum
import unittest
from dataclasses import dataclass, field
from typing import Annotated, Any, ClassVar, Literal, Optional

from cognito_claims import (
    BitsError,
    Catalogue,
    Claims,
    Feature,
    Features,
    Listed,
    OrgId,
    ReadError,
    Refusal,
    Tier,
    Words,
    named,
)
from cognito_claims.testing import Token

CATALOGUE = Catalogue(["a", "b", "c", "d", "e"])


class Plan(enum.Enum):
    FREE = "free"
    PRO = "pro"


@dataclass(frozen=True, kw_only=True)
class OrderClaims:
    org_id: OrgId
    org_tier: Tier
    feature_flags: Features
    permissions: Words
    seats: int
    ratio: float
    trial: bool
    groups: list[str] = named("cognito:groups")
    plan: Plan = named("org_tier")
    word: Literal["free", "pro"] = named("org_tier")
    note: str | None
    settings: dict[str, object]
    anything: object = named("settings")
    limit: int = 10
    tags: list[str] = field(default_factory=list)
    kind: ClassVar[str] = "order"


TOKEN = (
    Token.access()
    .claim("org_id", "acme")
    .claim("org_tier", "pro")
    .claim("feature_flags", "beta,export")
    .claim("permissions", ["orders:read"])
    .claim("seats", 25)
    .claim("ratio", 1.5)
    .claim("trial", False)
    .claim("cognito:groups", ["admin"])
    .claim("settings", {"list": [1, {"deep": []}]})
)


def verified(name: str, value: object) -> Claims:
    return Claims.from_verified({name: value})


def one(kind: Any, value: object) -> Any:
    return verified("x", value).claim("x", kind)


class Reading(unittest.TestCase):
    def test_each_field_is_read_by_its_annotation(self) -> None:
        read = Claims.from_verified(TOKEN.payload).read(OrderClaims)
        self.assertEqual((read.org_id, read.org_tier, read.seats), ("acme", "pro", 25))
        self.assertIs(type(read.org_id), OrgId)
        self.assertIs(type(read.org_tier), Tier)
        self.assertIs(read.feature_flags.feature("export"), Feature.ON)
        self.assertIs(read.permissions.contains("orders:write"), Listed.NO)
        self.assertEqual((read.ratio, read.trial, read.groups), (1.5, False, ["admin"]))
        self.assertEqual((read.plan, read.word, read.note), (Plan.PRO, "pro", None))
        self.assertEqual(read.settings, {"list": [1, {"deep": []}]})
        self.assertEqual(read.settings, read.anything)

    def test_a_default_is_for_a_claim_that_is_missing_and_for_no_other(self) -> None:
        read = Claims.from_verified(TOKEN.payload).read(OrderClaims)
        self.assertEqual((read.limit, read.tags), (10, []))
        null = Claims.from_verified(TOKEN.claim("limit", None).payload).read(OrderClaims)
        self.assertEqual(null.limit, 10)
        with self.assertRaises(ReadError):
            Claims.from_verified(TOKEN.claim("limit", "many").payload).read(OrderClaims)

    def test_nothing_of_a_result_is_shared(self) -> None:
        payload = TOKEN.payload
        claims = Claims.from_verified(payload)
        first, second = claims.read(OrderClaims), claims.read(OrderClaims)
        first.groups.append("root")
        first.settings["list"].append("x")
        first.anything["list"][1]["deep"].append("x")
        first.tags.append("x")
        claims.groups().append("root")
        self.assertEqual(claims.read(OrderClaims), second)
        self.assertEqual(payload, TOKEN.payload)

    def test_a_missing_claim_is_an_error_with_its_own_name(self) -> None:
        payload = TOKEN.without("cognito:groups").payload
        with self.assertRaises(ReadError) as raised:
            Claims.from_verified(payload).read(OrderClaims)
        self.assertEqual(str(raised.exception), "claim `cognito:groups` is missing (token)")

    def test_a_class_that_cannot_be_read_says_why_at_the_first_try(self) -> None:
        @dataclass(frozen=True)
        class Mistaken:
            org_id: str
            when: complex

        claims = Claims.from_verified({})
        for _ in range(2):
            with self.assertRaisesRegex(TypeError, r"field `when` of .*Mistaken: .*complex.* is no claim type"):
                claims.read(Mistaken)
        with self.assertRaisesRegex(TypeError, "OrgId is no dataclass"):
            claims.read(OrgId)
        instance: Any = Claims.from_verified(TOKEN.payload).read(OrderClaims)
        for wrong in (instance, list[str], Optional[OrderClaims]):
            with self.assertRaises(TypeError):
                claims.read(wrong)

    def test_annotations_that_ask_for_nothing_are_refused(self) -> None:
        class Number(enum.Enum):
            ONE = 1

        for kind in (
            *(bytes, list, dict, dict[str, int], set[str], tuple[str, ...], int | str, Any, None),
            *(Literal["a", 1], Number, enum.Enum, list[complex], Annotated[str, CATALOGUE], "str"),
            *(Optional[complex], Annotated[Features, CATALOGUE, CATALOGUE]),
        ):
            with self.subTest(kind=kind), self.assertRaisesRegex(TypeError, "is no claim type"):
                one(kind, "x")
        with self.assertRaises(TypeError):
            one(Annotated[Features, []], "x")

    def test_annotations_of_others_are_left_to_them(self) -> None:
        self.assertEqual(one(Annotated[str, "for others"], "x"), "x")
        self.assertEqual(one(Optional[Annotated[str, "for others"]], "x"), "x")

    def test_a_catalogue_stands_in_the_annotation(self) -> None:
        @dataclass(frozen=True)
        class Flags:
            feature_flags: Annotated[Features, CATALOGUE]
            more: Annotated[Features, CATALOGUE] | None = None

        text = CATALOGUE.encode({"a", "c"})
        read = verified("feature_flags", text).read(Flags)
        self.assertEqual(read.feature_flags.on(), ["a", "c"])
        self.assertIs(read.feature_flags.feature("b"), Feature.OFF)
        self.assertEqual(Claims.from_verified({}).read(Flags).feature_flags, Features.unknown())
        with self.assertRaises(BitsError) as raised:
            verified("feature_flags", "1.6.00000000.0").read(Flags)
        self.assertEqual(raised.exception.code, "longer_catalogue")
        self.assertEqual(Refusal.of(raised.exception).reason, "unreadable")

    def test_words_and_features_have_no_quick_truth(self) -> None:
        words = one(Words, ["a"])
        for question in (
            lambda: bool(words.contains("b")),
            lambda: bool(one(Features, "a").feature("b")),
            lambda: "b" in words,
        ):
            with self.assertRaises(TypeError):
                question()

    def test_what_is_read_compares_by_what_it_says(self) -> None:
        self.assertEqual(one(Words, ["a"]), one(Words, "a"))
        self.assertEqual(hash(one(Words, ["a"])), hash(one(Words, "a")))
        self.assertNotEqual(one(Words, []), Words.unknown())
        self.assertNotEqual(one(Features, []), Features.unknown())
        self.assertEqual(one(Features, "b,a"), one(Features, ["a", "b"]))

    def test_a_part_that_the_constructor_does_not_take_is_no_claim(self) -> None:
        @dataclass(frozen=True)
        class Derived:
            x: str
            length: int = field(init=False, default=0)

        self.assertEqual(verified("x", "abc").read(Derived), Derived("abc"))


if __name__ == "__main__":
    unittest.main()
