"""Stacks with something wrong, applied: what `deployed.py` shows of the right one must fail.

A test that can't fail shows nothing. The stack that is there is changed, two things at a time that
have nothing to do with each other: an apply is what takes longest here.
"""

import contextlib
import io

import deployed
from emulator import Failed

JWT = 'each.value.authorizer == "jwt" ? "JWT" : "CUSTOM"'


def all_are_seen(terraform, company, http_api, authorized):
    token = company.by_form("Ada")["AccessToken"]

    terraform.edit("http_api.tf", "audience = local.client_ids", 'audience = ["somebody-else"]')
    terraform.reapply(event_version="V2_0")
    seen("event version V2_0, in which machines have no claims", "got (None, None, None)",
         deployed.machines_have_their_claims, company)
    seen("an audience without our clients", "got 401", deployed.callers_get_in, http_api, token)
    deployed.show("it is the gateway that says so", http_api.get(token)[1],
                  {"message": "Unauthorized"})

    terraform.edit("authorizer.tf", '["dynamodb:BatchGetItem"]', '["dynamodb:GetItem"]')
    terraform.edit("http_api.tf", JWT, 'each.value.authorizer == "jwt" ? "NONE" : "CUSTOM"')
    terraform.reapply()
    seen("an authorizer without the right to see who is revoked", "got 500",
         deployed.callers_get_in, authorized, token)
    deployed.show("it is the authorizer that says so",
                  company.emulator.log(authorized.authorizer)[-1]["reason"], "revocation_unknown")
    seen("routes without authorizer", "got 401", deployed.callers_get_in, http_api, token)
    # Nobody has seen a token, so there are no claims: the handler opens nothing by itself.
    deployed.show("it is the handler that says so", http_api.get(token)[1]["reason"], "no_claims")


def seen(what, sign, check, *arguments):
    """The check fails, and by what is wrong."""
    try:
        with contextlib.redirect_stdout(io.StringIO()):
            check(*arguments)
    except Exception as failure:  # An error of the emulator is how a refused sign-in looks.
        if sign in str(failure):
            return print(f"ok seen: {what} ({sign})", flush=True)
        raise
    raise Failed(f"not seen: {what}")
