"""The function of infra/examples/post-confirmation writes what it should, and nothing that a caller says.

    python3 tests/infra/first_records.py
"""

import importlib.util
import os
import pathlib
import unittest
from unittest import mock

FILE = pathlib.Path(__file__).parents[2] / "infra/examples/post-confirmation/first_records.py"
SUB = "11111111-1111-4111-8111-111111111111"
ORGANISATION = f"self-{SUB}"

spec = importlib.util.spec_from_file_location("first_records", FILE)
first_records = importlib.util.module_from_spec(spec)
spec.loader.exec_module(first_records)


class Cancelled(Exception):
    def __init__(self, reasons):
        super().__init__("cancelled")
        self.response = {"CancellationReasons": [{"Code": reason} for reason in reasons]}


class Table:
    """A table that knows one condition: that there is no such item."""

    class exceptions:
        TransactionCanceledException = Cancelled

    def __init__(self, *items, conflicts=0):
        self.items = {item["pk"]: item for item in items}
        self.conflicts = conflicts

    def transact_write_items(self, TransactItems):
        if self.conflicts:
            self.conflicts -= 1
            raise Cancelled(["TransactionConflict", "None"])
        puts = [action["Put"] for action in TransactItems]
        for put in puts:
            assert put["TableName"] == "claims" and put["ConditionExpression"] == "attribute_not_exists(pk)"
        items = [{name: value["S"] for name, value in put["Item"].items()} for put in puts]
        reasons = ["ConditionalCheckFailed" if item["pk"] in self.items else "None" for item in items]
        if any(reason != "None" for reason in reasons):
            raise Cancelled(reasons)
        self.items |= {item["pk"]: item for item in items}


PERSON = {"pk": f"USER#{SUB}", "sk": "PROFILE", "org_id": ORGANISATION}
FIRST = {
    f"USER#{SUB}": PERSON,
    f"ORG#{ORGANISATION}": {"pk": f"ORG#{ORGANISATION}", "sk": "PROFILE", "status": "trial", "tier": "free"},
}


def event(source="PostConfirmation_ConfirmSignUp", metadata=None, **attributes):
    known = {"sub": SUB, "cognito:user_status": "CONFIRMED", "email": "ada@example.com"}
    return {"version": "1", "triggerSource": source, "userPoolId": "eu-west-1_EXAMPLE01", "userName": SUB,
            "request": {"userAttributes": known | attributes, "clientMetadata": metadata or {}}, "response": {}}


class FirstRecords(unittest.TestCase):
    def after(self, table, event):
        with mock.patch.object(first_records, "_client", lambda: table), \
                mock.patch.dict(os.environ, {"CLAIMS_TABLE": "claims"}):
            self.assertIs(first_records.handler(event, None), event)
        return table.items

    def test_who_signs_up_has_an_organisation_of_their_own(self):
        self.assertEqual(self.after(Table(), event()), FIRST)

    def test_a_second_call_changes_nothing(self):
        table = Table()
        self.after(table, event())
        table.items[f"ORG#{ORGANISATION}"]["status"] = "suspended"
        self.assertEqual(self.after(table, event())[f"ORG#{ORGANISATION}"]["status"], "suspended")

    def test_who_is_in_an_organisation_stays_there(self):
        invited = PERSON | {"org_id": "acme-corp"}
        self.assertEqual(self.after(Table(invited), event()), {invited["pk"]: invited})

    def test_nothing_that_a_person_typed_is_written(self):
        typed = {"custom:org_id": "acme-corp", "custom:tier": "enterprise", "name": "acme-corp", "email": "x@acme-corp"}
        metadata = {"org_id": "acme-corp", "tier": "enterprise", "sub": "22222222-2222-4222-8222-222222222222"}
        self.assertEqual(self.after(Table(), event(metadata=metadata, **typed)), FIRST)

    def test_other_moments_and_people_of_providers_are_left_alone(self):
        for other in [event(source="PostConfirmation_ConfirmForgotPassword"),
                      event(**{"cognito:user_status": "EXTERNAL_PROVIDER"})]:
            self.assertEqual(self.after(Table(), other), {})

    def test_a_key_is_made_of_a_uuid_only(self):
        for sub in ["acme-corp", f"{SUB}#x", f"{SUB}\n", SUB.upper()[:-1] + "G", ""]:
            table = Table()
            with self.assertRaises(ValueError) as refused:
                self.after(table, event(sub=sub))
            self.assertEqual((table.items, str(refused.exception)), ({}, "sub is no UUID"))

    def test_two_calls_at_once_wait_for_each_other(self):
        self.assertEqual(self.after(Table(conflicts=2), event()), FIRST)
        with self.assertRaises(Cancelled):
            self.after(Table(conflicts=3), event())

    def test_an_organisation_of_somebody_else_is_not_taken_over(self):
        theirs = {"pk": f"ORG#{ORGANISATION}", "sk": "PROFILE", "status": "active"}
        table = Table(theirs)
        with self.assertRaises(Cancelled):
            self.after(table, event())
        self.assertEqual(table.items, {theirs["pk"]: theirs})


if __name__ == "__main__":
    unittest.main()
