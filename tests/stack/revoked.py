"""Who is revoked gets no further: `claimsmith revoke` writes, the shipped authorizer and the trigger
read, each with the rights that Terraform gave it.
"""

import json
import subprocess
import time

from company import payload
from emulator import ROOT, show

ACCESS = "AccessToken"
AUTHORIZER = ROOT / "infra/examples/complete/authorizer.toml"
# What the shipped policy doesn't ask: people and machines that are revoked get no tokens.
NOT_REVOKED = """
[records.revoked]
key = { pk = "REVOKED#{sub}", sk = "REVOKED" }
require = "not_revoked"

[records.revoked_machine]
for = "client"
key = { pk = "REVOKED#{client_id}", sk = "REVOKED" }
require = "not_revoked"
"""


class Command:
    """`claimsmith revoke`, as somebody on call types it."""

    def __init__(self, emulator, company):
        self.program = emulator.programs / "claimsmith"
        self.environment = {**emulator.environment, "CLAIMS_TABLE": company.table}

    def __call__(self, *words):
        command = [self.program, "revoke", "--json", "--authorizer", AUTHORIZER, *words]
        printed = subprocess.run(command, cwd=ROOT, env=self.environment, check=True,
                                 stdout=subprocess.PIPE).stdout
        return json.loads(printed)


def tokens_open_nothing(emulator, company, doors):
    """By each of the four claims, and back again. Only the Lambda authorizer looks."""
    revoke, (jwt, _, door, _) = Command(emulator, company), doors
    ada, ben = company.by_form("Ada"), company.by_form("Ben")
    others = [company.by_refresh(ada)[ACCESS], company.by_form("Ada")[ACCESS]]
    machine = company.by_credentials("Nightly import")

    def lets_in(*tokens):
        return [door.get(token)[0] == 200 for token in tokens]

    sub = company.people["Ada"]
    show("nobody is revoked, and all are let in", lets_in(ada[ACCESS], ben[ACCESS], machine),
         [True] * 3)
    revoke("--user", sub, "--note", "left the company")
    before = len(emulator.log(door.authorizer))
    show("Ada is revoked: her next request is refused, and nobody else's",
         lets_in(ada[ACCESS], ben[ACCESS], machine), [False, True, True])
    show("because of `revoked`",
         [record.get("reason") for record in emulator.log(door.authorizer)[before:]],
         ["revoked", None, None])
    show("so is what she got by a refresh, and by another sign-in", lets_in(*others), [False] * 2)
    show("a JWT authorizer asks nobody, and still lets her in", jwt.get(ada[ACCESS])[0], 200)
    show("the list names her alone, and why",
         [(each["kind"], each["value"], each["note"]) for each in revoke("--list")["revocations"]],
         [("user", sub, "left the company")])
    revoke("--user", sub, "--undo")
    show("it is taken back, and she is let in", lets_in(ada[ACCESS]), [True])

    revoke("--user", sub, "--may-sign-in-again")
    # AWS: a refresh keeps `auth_time`, so its tokens are refused as well. Here it is a new one.
    show("a lost laptop: what she signed in to is refused", lets_in(ada[ACCESS]), [False])
    # The second of the revocation itself counts as before.
    time.sleep(1.5)
    again = company.by_form("Ada")
    show("and she signs in again", lets_in(again[ACCESS]), [True])
    revoke("--user", sub, "--undo")

    one, other = payload(ben[ACCESS]), company.by_form("Ben")
    revoke("--token", one["jti"])
    show("one token of Ben's is revoked", lets_in(ben[ACCESS], other[ACCESS]), [False, True])
    revoke("--token", one["jti"], "--undo")
    revoke("--sign-in", one["origin_jti"], "--refresh-tokens", "30d")
    show("one sign-in of Ben's is revoked, and with it what its refreshes give",
         lets_in(ben[ACCESS], company.by_refresh(ben)[ACCESS], other[ACCESS]), [False, False, True])
    revoke("--sign-in", one["origin_jti"], "--undo")

    client = company.machines["Nightly import"][0]
    revoke("--client", client)
    show("a machine is revoked", lets_in(machine, ben[ACCESS]), [False, True])
    revoke("--client", client, "--undo")
    revoke("--client", company.web)
    show("an app client is revoked, and with it all who use it",
         lets_in(machine, ben[ACCESS], again[ACCESS]), [True, False, False])
    revoke("--client", company.web, "--undo")
    show("all is taken back", (revoke("--list")["revocations"], lets_in(ada[ACCESS], ben[ACCESS], machine)),
         ([], [True] * 3))


def nobody_gets_new_ones(emulator, company):
    """With `not_revoked` in the policy, the trigger refuses as well."""
    revoke, client = Command(emulator, company), company.machines["Nightly import"][0]
    tokens = company.by_password("Ada")
    revoke("--user", company.people["Ada"])
    revoke("--client", client)
    for what, attempt in (("a sign-in", lambda: company.by_password("Ada")),
                          ("a refresh", lambda: company.by_refresh(tokens)),
                          ("a machine", lambda: company.by_credentials("Nightly import"))):
        show(f"{what} of who is revoked: no token (revoked)", company.refusals(attempt), ["revoked"])
    show("Ben signs in", company.refusals(lambda: company.by_password("Ben")), None)
    revoke("--client", client, "--undo")
    revoke("--user", company.people["Ada"], "--undo")
    show("it is taken back, and both get theirs",
         [company.refusals(lambda: company.by_password("Ada")),
          company.refusals(lambda: company.by_credentials("Nightly import"))], [None] * 2)
