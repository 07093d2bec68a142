"""The handlers of examples/items-api, one after the other in the stack: behind the same four doors,
with the same promises.
"""

import deployed
from emulator import show

# What Terraform is given for each, beside its zip. The first is there from the beginning.
# AWS: these versions. Here: Node.js and Python of this machine, whatever is asked for.
LANGUAGES = {
    "Rust": {"handler_runtime": "provided.al2023", "handler_entry": "bootstrap"},
    "TypeScript": {"handler_runtime": "nodejs22.x", "handler_entry": "index.handler"},
    "Python": {"handler_runtime": "python3.13", "handler_entry": "app.handler"},
}


class Handlers:
    def __init__(self, terraform, company, relay, doors, without_features, packages):
        """`without_features` is a token that left them out, `packages` the folder of the zips."""
        self.terraform, self.company, self.relay = terraform, company, relay
        self.emulator, self.doors, self.packages = company.emulator, doors, packages
        self.without_features = without_features
        self.wrong_tokens = deployed.wrong_tokens(company)

    def deploy(self, language):
        """The one in this language takes the place of the one before, whose items are gone."""
        package = self.packages / f"items-api-{language.lower()}.zip"
        self.terraform.variables |= {"handler_zip": str(package), **LANGUAGES[language]}
        self.terraform.reapply()
        table = self.company.made["items_table_name"]
        for item in self.emulator.dynamodb.scan(TableName=table)["Items"]:
            key = {name: item[name] for name in ("pk", "sk")}
            self.emulator.dynamodb.delete_item(TableName=table, Key=key)

    def keep_their_promises(self, language):
        called = self.emulator.functions.get_function_configuration(
            FunctionName="claims-items", Qualifier="live")
        show(f"the doors call the handler in {language}",
             {"handler_runtime": called["Runtime"], "handler_entry": called["Handler"]},
             LANGUAGES[language])
        token = self.company.by_form("Ada")["AccessToken"]
        for door in self.doors:
            deployed.callers_get_in(door, token)
        for door in (self.doors[1], self.doors[3]):
            deployed.pages_read_answers(door, token)
        deployed.items_stay_in_their_organisation(self.company, self.doors)
        items_are_deleted_by_their_makers(self.company, self.doors[:2])
        deployed.one_request_is_found_in_all_logs(self.emulator, self.company, self.doors)
        deployed.a_token_that_left_out_its_features_shows_less(
            self.doors[0], self.without_features)
        deployed.a_reader_may_not_write(self.company, self.doors)
        deployed.wrong_tokens_open_nothing(self.emulator, self.doors, self.wrong_tokens)
        deployed.a_table_that_fails_is_said(self.company, self.relay, self.doors[0])
        deployed.logs_are_private(self.emulator, ["claims-items"])


def items_are_deleted_by_their_makers(company, doors):
    ada, ben, cleo = (company.by_form(name)["AccessToken"] for name in ("Ada", "Ben", "Cleo"))
    for door in doors:
        made = door.post(ada, {"id": "short-lived", "name": "x"})[0]
        told = [door.delete(token, "short-lived") for token in (cleo, ben, ada, ada)]
        show(f"{door.name}: who made an item deletes it, nobody else does, and others see none",
             [made, *((status, body and body["reason"]) for status, body in told)],
             [201, (404, "not_found"), (403, "not_owner"), (204, ""), (404, "not_found")])
