"""What Terraform made does what it is for: tokens carry the claims, and four doors heed them.

Each function is one promise of the stack, and raises `Failed` if it isn't kept.
"""

import json

from company import MACHINES, OTHERS, PEOPLE, SCOPES, both, ours, payload, wait_until_expired
from emulator import http, show

ACCESS, ID = "AccessToken", "IdToken"


# Tokens.


def every_identity_has_its_claims(company):
    for name, claims in PEOPLE.items():
        for way, sign_in in (("password", company.by_password), ("form", company.by_form)):
            tokens = sign_in(name)
            show(f"{name} signs in by {way}: both tokens say {claims[0]}, {claims[1]} and the "
                 "features", both(tokens), [claims, claims])
            show("and so do they after a refresh", both(company.by_refresh(tokens)),
                 [claims, claims])
    groups = payload(company.by_password("Ada")[ACCESS])["cognito:groups"]
    show("Ada's groups are untouched", sorted(groups), ["auditors", "editors"])


def machines_have_their_claims(company):
    show("Nightly import gets a token with its organisation's claims by client credentials",
         ours(company.by_credentials("Nightly import")), PEOPLE["Ben"])


def some_get_no_token(company):
    def refused(what, reason, attempt):
        # AWS: one call of the trigger for both tokens. Here: one for each, and the first fails.
        show(f"{what}: no token ({reason})", company.refusals(attempt), [reason])

    refused("a suspended organisation", "record_refused", lambda: company.by_password("Eve"))
    refused("its machine", "record_refused",
            lambda: company.by_credentials("Umbrella stock feed"))
    refused("a person without a record", "record_missing", lambda: company.by_password("Nobody"))


def another_organisation_needs_a_membership(company):
    # Some of the features are his alone, by his membership.
    globex = ("globex", "pro", "beta-dashboard,export,items,new-editor,webhooks")
    tokens = company.by_new_password("Ben", {"org_id": "globex"})
    show("Ben, a member, switches to globex by a challenge's metadata", both(tokens),
         [globex, globex])
    # SPEC: a refresh carries no metadata.
    show("his next refresh is back in his own organisation", both(company.by_refresh(tokens)),
         [PEOPLE["Ben"]] * 2)
    show("Ada, no member, gets no token for globex (record_missing)",
         company.refusals(lambda: company.by_new_password("Ada", {"org_id": "globex"})),
         ["record_missing"])
    show("a machine can't choose: metadata changes nothing",
         ours(company.by_credentials("Nightly import", {"org_id": "globex"})), PEOPLE["Ben"])
    company.remove("Ben", "ORG#globex")
    show("Ben's membership is removed, and he can't switch any more (record_missing)",
         company.refusals(lambda: company.by_new_password("Ben", {"org_id": "globex"})),
         ["record_missing"])
    company.restore()


def a_refresh_reads_the_table_again(company):
    tokens = company.by_form("Cleo")
    company.change("Cleo", org_id="hooli")
    # Hooli has no tier, so the default counts; `export` was off for her alone.
    claims = ("hooli", "free", "")
    show("Cleo moves to hooli, and the next refresh says so",
         [(org, tier, flags or "") for org, tier, flags in both(company.by_refresh(tokens))],
         [claims, claims])
    company.remove("Cleo")
    show("Cleo's record is removed, and the next refresh gives no token (record_missing)",
         company.refusals(lambda: company.by_refresh(tokens)), ["record_missing"])
    company.restore()


def a_full_token_says_what_it_left_out(company):
    def omitted(token):
        claims = payload(token)
        return "feature_flags" in claims, claims.get("claims_omitted")

    tokens = company.by_form("Finn")
    show("Finn's features are too long for the ID token, which says so, and not for the other",
         [omitted(tokens[word]) for word in (ID, ACCESS)],
         [(False, "feature_flags"), (True, None)])
    company.change("Finn", features=[f"experiment-{number:03}-rollout" for number in range(500)])
    tokens = company.by_form("Finn")
    show("twice as many are too long for both",
         [omitted(tokens[word]) for word in (ID, ACCESS)], [(False, "feature_flags")] * 2)
    company.restore()
    return tokens[ACCESS]


# Doors.


class Door:
    def __init__(self, name, url, denied, unauthorized=401, authorizer=None):
        """`denied` and `unauthorized`: the status of what AWS answers with 403 and 401."""
        self.name, self.url = name, url
        self.denied, self.unauthorized, self.authorizer = denied, unauthorized, authorizer

    def get(self, token, query=""):
        return self.ask("GET", token, more=query)

    def post(self, token, item):
        return self.ask("POST", token, json.dumps(item).encode())

    def delete(self, token, item):
        return self.ask("DELETE", token, more=f"/{item}")

    def ask(self, method, token, body=None, more=""):
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        if body:
            headers["Content-Type"] = "application/json"
        return http(method, self.url + more, body, headers)[:2]


def doors(emulator, made):
    """HTTP API with JWT authorizer, REST API, and both with the Lambda authorizer (GET alone)."""
    base = f"{emulator.endpoint}/_aws/execute-api"
    return [
        Door("HTTP API", f"{base}/{made['http_api']['id']}/$default/items", denied=403),
        # AWS: 401 for a scope that is missing, by an older text; newer ones don't say.
        Door("REST API", f"{base}/{made['rest_api']['id']}/live/items", denied=401),
        # AWS: 401 for the function's error `Unauthorized`. Here: 500 at HTTP APIs.
        Door("Lambda authorizer", f"{base}/{made['http_api']['id']}/$default/authorized/items",
             denied=403, unauthorized=500, authorizer="claims-authorizer"),
        Door("Lambda authorizer, REST", f"{base}/{made['rest_api']['id']}/live/authorized/items",
             denied=403, authorizer="claims-authorizer"),
    ]


def callers_get_in(door, token):
    show(f"{door.name}: a caller with a good token is let in", door.get(token)[0], 200)


def a_preflight_needs_no_token(door):
    def allowed(origin):
        headers = {"Origin": origin, "Access-Control-Request-Method": "POST"}
        return http("OPTIONS", door.url, None, headers)[2].get("Access-Control-Allow-Origin")

    show(f"{door.name}: a page of ours may ask, without a token, and no other page",
         [allowed(page) == page for page in ("http://localhost:3000", "https://evil.example")],
         [True, False])


def pages_read_answers(door, token):
    """Of a REST API, which has them from the handler, and refusals from itself."""
    def told(origin, headers):
        answer = http("GET", door.url, None, {"Origin": origin, **headers})
        return answer[0], answer[2].get("Access-Control-Allow-Origin") == origin

    good = {"Authorization": f"Bearer {token}"}
    show(f"{door.name}: a page of ours reads items, and why there are none; another reads nothing",
         [told("http://localhost:3000", good), told("http://localhost:3000", {}),
          told("https://evil.example", good), told("https://evil.example", {})],
         [(200, True), (401, True), (200, False), (401, False)])


def items_stay_in_their_organisation(company, doors):
    tokens = {name: company.by_form(name)[ACCESS] for name in PEOPLE}
    tokens["Nightly import"] = company.by_credentials("Nightly import")
    http_api, rest_api, *_ = doors
    users = {name: f"user:{company.people[name]}" for name in PEOPLE}
    machine = f"client:{company.machines['Nightly import'][0]}"

    def add(door, name, item):
        status, body = door.post(tokens[name], {"id": item, "name": f"Item of {name}"})
        return status, body.get("created_by")

    # `created_by` is shown where the feature `audit-log` is on, and acme-corp has it.
    show("Ada adds an item at the HTTP API", add(http_api, "Ada", "a-1"), (201, users["Ada"]))
    show("Ben adds one at the REST API", add(rest_api, "Ben", "b-1"), (201, users["Ben"]))
    show("a machine adds one", add(http_api, "Nightly import", "m-1"), (201, machine))
    show("an id is given once", add(rest_api, "Ada", "b-1"), (409, None))
    show("but every organisation has its own", add(rest_api, "Cleo", "b-1"), (201, None))
    for door in doors:
        seen = {name: [(item["id"], item.get("created_by"))
                       for item in door.get(tokens[name])[1]["items"]] for name in tokens}
        acme = [("a-1", users["Ada"]), ("b-1", users["Ben"]), ("m-1", machine)]
        globex = [("b-1", None)]
        show(f"{door.name}: each organisation sees its own items, and who made them if it may",
             seen, {"Ada": acme, "Ben": acme, "Nightly import": acme, "Cleo": globex,
                    "Hana": globex, "Dan": []})
        next_page = door.get(tokens["Ada"], "?limit=1")[1]["next"]
        ids = {name: [item["id"] for item in
                      door.get(tokens[name], f"?limit=1&next={next_page}")[1]["items"]]
               for name in ("Ada", "Cleo", "Dan")}
        show(f"{door.name}: Ada's next page leads nobody else to her items", ids,
             {"Ada": ["b-1"], "Cleo": ["b-1"], "Dan": []})
        asked = {name: [item["id"] for item in
                        door.get(tokens[name], "?org_id=acme-corp&pk=ORG%23acme-corp")[1]["items"]]
                 for name in ("Cleo", "Dan")}
        show(f"{door.name}: nobody sees more by naming an organisation", asked,
             {"Cleo": ["b-1"], "Dan": []})
    statuses = [add(http_api, "Dan", f"d-{number}")[0] for number in range(11)]
    show("a free organisation has ten items, and no more", statuses, [201] * 10 + [403])
    status, body = http_api.post(tokens["Ada"], {"id": "a 2", "name": "x"})
    form, _, place = body["detail"].partition(" at ")
    # What a language's parser of JSON can say of it.
    show("what is wrong in a body is said with its place",
         (status, form, place in ("line 1, column 12", "`id`")),
         (400, 'the body is not of the form {"id": …, "name": …}', True))


def one_request_is_found_in_all_logs(emulator, company, doors):
    """As docs/telemetry.md says: from what a caller was told to the issue of the token."""
    http_api, _, authorized, _ = doors
    handler, trigger = "claims-items", company.trigger
    token = company.by_form("Dan")[ACCESS]
    status, body = http_api.post(token, {"id": "d-11", "name": "x"})
    show("a refusal tells its request id", (status, body["reason"], "request_id" in body),
         (403, "tier_limit", True))
    [line] = [line for line in emulator.log(handler) if line.get("request_id") == body["request_id"]]
    person = line["identity_hash"]
    show("by which the handler's log has it, with who it was", (line["status"], line["reason"]),
         (403, "tier_limit"))
    show("a request that is served is found by the same person",
         (http_api.get(token)[0], authorized.get(token)[0]), (200, 200))
    show("in the handler's log",
         [line["status"] for line in emulator.log(handler)
          if line.get("identity_hash") == person][-2:], [200, 200])
    writer = company.by_form("Dan", scopes="openid items/write")[ACCESS]
    authorized.get(writer)
    # AWS: both have the gateway's one id of the request. Here: a new one for each function.
    show("and in the authorizer's, with what it let through and what it refused",
         [(line["outcome"], line.get("reason"), "api_request_id" in line)
          for line in emulator.log(authorized.authorizer)
          if line.get("identity_hash") == person][-2:],
         [("allow", None, True), ("deny", "scope", True)])
    issued = [line for line in emulator.log(trigger)
              if line.get("record", {}).get("identity_hash") == person]
    show("and so is the issue of the token", issued[-1]["record"]["outcome"], "customized")
    others = {line["record"].get("identity_hash") for line in emulator.log(trigger)
              if "record" in line} - {person, None}
    show("and everybody else is somebody else", len(others) >= len(PEOPLE) - 1, True)


def a_token_that_left_out_its_features_shows_less(door, token):
    status, body = door.get(token)
    show("a token without its features is let in, and what is unknown is off",
         (status, [item["id"] for item in body["items"] if "created_by" in item]), (200, []))


def wrong_tokens(company):
    """Tokens that open nothing: name, token, the Lambda authorizer's word for why."""
    good = company.by_form("Ada")
    header, _, signature = good[ACCESS].split(".")
    forged = company.by_form("Cleo")[ACCESS].split(".")[1]
    other_pool = company.cognito.create_user_pool(
        PoolName="other", UsernameAttributes=["email"])["UserPool"]["Id"]
    company.person("Ada", other_pool)
    code = {"AllowedOAuthFlows": ["code"], "AllowedOAuthFlowsUserPoolClient": True,
            "AllowedOAuthScopes": SCOPES.split(), "SupportedIdentityProviders": ["COGNITO"],
            "CallbackURLs": ["http://localhost:3000/callback"]}
    company.cognito.create_resource_server(
        UserPoolId=other_pool, Identifier="items", Name="items",
        Scopes=[{"ScopeName": name, "ScopeDescription": name} for name in ("read", "write")])
    other = company.by_form("Ada", company.client("other", other_pool, **code))[ACCESS]
    unlisted = company.by_form("Ada", company.client("unlisted", **code))[ACCESS]
    writer = company.by_form("Ada", scopes="openid items/write")[ACCESS]
    return [
        ("no token", None, None),
        ("rubbish", "rubbish", "malformed"),
        ("somebody else's claims", f"{header}.{forged}.{signature}", "signature"),
        ("another pool", other, "issuer"),
        ("another app client", unlisted, "client"),
        ("an ID token", good[ID], "token_use"),
        ("a token without scopes", company.by_password("Ada")[ACCESS], "scope"),
        ("a token that may only write", writer, "scope"),
    ]


def wrong_tokens_open_nothing(emulator, doors, wrong):
    for door in doors:
        for what, token, reason in wrong:
            expected = door.unauthorized
            if token is None:
                # The gateway knows its identity source, and asks nobody.
                expected = 401
            elif reason == "scope" or (what, door.name) == ("an ID token", "HTTP API"):
                # A JWT authorizer takes ID tokens too; they have no scopes.
                expected = door.denied
            elif (what, door.name) == ("another app client", "REST API"):
                # A Cognito authorizer knows pools and not clients: infra/README.md says so.
                expected = 200
            before = len(emulator.log(door.authorizer)) if door.authorizer else 0
            status, body = door.get(token)
            show(f"{door.name}: {what} gets {expected}, and not from the handler",
                 (status, is_problem(body)), (expected, False))
            if door.authorizer and token:
                records = emulator.log(door.authorizer)[before:]
                show(f"{door.name}: because of `{reason}`",
                     [record.get("reason") for record in records], [reason])


def is_problem(body):
    """Whether the handler has said no; a gateway's own answers have no `reason`."""
    return "reason" in body


def its_own_answers_are_problems(door):
    """Of the REST API."""
    def told(url):
        status, body, headers = http("GET", url)
        # AWS: `request_id` is an id. Here: the template's own text.
        return (status, body["status"], sorted(body), headers["Content-Type"],
                headers["WWW-Authenticate"])

    members, kind = ["detail", "request_id", "status", "title", "type"], "application/problem+json"
    show(f"{door.name}: without a token its answer is a problem with a challenge", told(door.url),
         (401, 401, members, kind, 'Bearer realm="api"'))
    show(f"{door.name}: of a path that isn't there, too", told(f"{door.url}/none"),
         (404, 404, members, kind, None))


def a_reader_may_not_write(company, doors):
    token = company.by_form("Ada", scopes="openid items/read")[ACCESS]
    for door in doors[:2]:
        status, body = door.post(token, {"id": "r-1", "name": "x"})
        show(f"{door.name}: a token that may only read lists, and doesn't get through to add",
             (door.get(token)[0], status, is_problem(body)), (200, door.denied, False))


def tokens_expire(company, doors):
    token = company.brief("Ada")
    fresh = [door.get(token)[0] for door in doors]
    wait_until_expired(token)
    stale = [door.get(token)[0] for door in doors]
    show("every door takes a token until it expires, and no longer", (fresh, stale),
         ([200] * len(doors), [door.unauthorized for door in doors]))


def a_table_that_fails_is_said(company, relay, door):
    token = company.by_form("Ada")[ACCESS]
    relay.set("resets")
    status, body = door.get(token)
    show("the table resets connections, and the API says that it can't at the moment",
         (status, body["reason"]), (503, "table_failed"))
    relay.set("passes")
    show("the table is back, and so is the API", door.get(token)[0], 200)


def failures_are_as_documented(company, relay):
    """The failure table of the README."""
    refresh = company.by_password("Ada")
    relay.set("resets")
    show("the table resets connections: no sign-in (store_failed)",
         company.refusals(lambda: company.by_password("Ada")), ["store_failed"])
    show("nor a refresh", company.refusals(lambda: company.by_refresh(refresh)), ["store_failed"])
    relay.set("hangs")
    [reason] = company.refusals(lambda: company.by_password("Ada"))
    # Two attempts of a second each, unless a busy machine is at the deadline of 2.5 before.
    show(f"the table hangs: no sign-in ({reason})", reason in ("store_failed", "deadline_passed"),
         True)
    relay.set("passes")
    show("the table is back, and so is Ada", company.refusals(lambda: company.by_password("Ada")),
         None)


def logs_are_private(emulator, functions):
    for function in functions:
        lines = emulator.lines(function)
        found = [value for value in ("acme-corp", "globex", "@example.com", "beta-dashboard", "eyJ")
                 if any(value in line for line in lines)]
        show(f"{function}: a log, and no value of a claim or a record in it",
             (len(lines) > 0, found), (True, []))


def nothing_is_left(emulator):
    service = emulator.service
    names = {
        "tables": emulator.dynamodb.list_tables()["TableNames"],
        "functions": [f["FunctionName"] for f in emulator.functions.list_functions()["Functions"]],
        "pools": [p["Name"] for p in emulator.cognito.list_user_pools(MaxResults=60)["UserPools"]],
        "HTTP APIs": [api["Name"] for api in service("apigatewayv2").get_apis()["Items"]],
        "REST APIs": [api["name"] for api in service("apigateway").get_rest_apis()["items"]],
        "roles": [role["RoleName"] for role in service("iam").list_roles()["Roles"]],
        "log groups": [g["logGroupName"].rsplit("/", 1)[-1] for g in
                       service("logs").describe_log_groups()["logGroups"]],
        "alarms": [a["AlarmName"] for a in service("cloudwatch").describe_alarms()["MetricAlarms"]],
        "dashboards": [d["DashboardName"] for d in
                       service("cloudwatch").list_dashboards()["DashboardEntries"]],
    }
    show("nothing is left of it",
         {kind: [name for name in found if name == "claims" or name.startswith("claims-")]
          for kind, found in names.items()},
         {kind: [] for kind in names})
