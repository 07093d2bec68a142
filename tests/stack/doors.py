"""Doors that the stack of infra/ doesn't have: the authorizer in front of seven kinds of gateway,
and behind them a handler that answers what it reads of the claims, with the reader of each language
in turn.

In the same pool, with the same people; the gateways are made here, because Terraform isn't needed
to show that the authorizer's answers fit them.
"""

import base64
import json
import time
import typing

import websockets.exceptions
import websockets.sync.client

from company import payload, wait_until_expired
from emulator import REGION, ROOT, http, show
from handlers import LANGUAGES

# What the authorizer asks for, by a route's path.
PATHS = ["claims", "items", "audit", "closed"]
ROUTES = """
[routes."GET /claims"]

[routes."GET /items"]
scopes = ["items/read"]

[routes."GET /audit"]
tier = "enterprise"
features = ["audit-log"]
"""
POOL = """
version = 1
tiers = ["free", "pro", "enterprise"]

[pools.main]
user_pool = "${USER_POOL_ID}"
key_set = "${KEY_SET}"
clients = ["${WEB_CLIENT_ID}", "${BRIEF_CLIENT_ID}", "${MACHINE_CLIENT_ID}"]
token_use = "access"

[context]
claims = ["org_id", "org_tier", "feature_flags", "cognito:groups", "scope", "iss"]
"""
# One function for each way in which gateways keep answers and tokens come.
AUTHORIZERS = {
    "kept": 'caching = "5m"\n' + POOL + ROUTES + "[appsync]\n",
    "simple": 'caching = "off"\n' + POOL + ROUTES + '[http_api]\nanswer = "simple"\n',
    "websocket": POOL + '[token]\nquery = "token"\n[routes."$connect"]\ntier = "pro"\n',
}


class Door(typing.NamedTuple):
    name: str
    authorizer: str
    keeps_answers: bool
    unauthorized: int  # the status of what AWS answers with 401
    ask: typing.Callable  # path and token to status and the handler's answer


def invocation(function):
    return f"arn:aws:apigateway:{REGION}:lambda:path/2015-03-31/functions/{function}/invocations"


def by_header(stack, api):
    def ask(path, token):
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        return http("GET", f"{stack.endpoint}/_aws/execute-api/{api}/live/{path}", None,
                    headers)[:2]

    return ask


def http_api(stack, authorizer, handler, version, **settings):
    gateway = stack.service("apigatewayv2")
    api = gateway.create_api(Name="http", ProtocolType="HTTP")["ApiId"]
    authorizer = gateway.create_authorizer(
        ApiId=api, Name="claims", AuthorizerType="REQUEST", AuthorizerUri=invocation(authorizer),
        IdentitySource=["$request.header.Authorization"], AuthorizerPayloadFormatVersion=version,
        **settings)["AuthorizerId"]
    target = gateway.create_integration(
        ApiId=api, IntegrationType="AWS_PROXY", IntegrationUri=handler,
        PayloadFormatVersion=version)["IntegrationId"]
    for path in PATHS:
        gateway.create_route(ApiId=api, RouteKey=f"GET /{path}", Target=f"integrations/{target}",
                             AuthorizationType="CUSTOM", AuthorizerId=authorizer)
    gateway.create_stage(ApiId=api, StageName="live", AutoDeploy=True)
    return by_header(stack, api)


def rest_api(stack, authorizer, handler, kind):
    gateway = stack.service("apigateway")
    api = gateway.create_rest_api(name="rest")["id"]
    root = gateway.get_resources(restApiId=api)["items"][0]["id"]
    authorizer = gateway.create_authorizer(
        restApiId=api, name="claims", type=kind, authorizerUri=invocation(authorizer),
        identitySource="method.request.header.Authorization",
        authorizerResultTtlInSeconds=300)["id"]
    for path in PATHS:
        resource = gateway.create_resource(restApiId=api, parentId=root, pathPart=path)["id"]
        method = {"restApiId": api, "resourceId": resource, "httpMethod": "GET"}
        gateway.put_method(**method, authorizationType="CUSTOM", authorizerId=authorizer)
        gateway.put_integration(**method, type="AWS_PROXY", integrationHttpMethod="POST",
                                uri=invocation(handler))
    gateway.create_deployment(restApiId=api, stageName="live")
    return by_header(stack, api)


def websocket_api(stack, authorizer, handler):
    """The handler answers a message; the claims are those of the connection."""
    gateway = stack.service("apigatewayv2")
    api = gateway.create_api(Name="chat", ProtocolType="WEBSOCKET",
                             RouteSelectionExpression="$request.body.action")["ApiId"]
    authorizer = gateway.create_authorizer(
        ApiId=api, Name="claims", AuthorizerType="REQUEST", AuthorizerUri=invocation(authorizer),
        IdentitySource=["route.request.querystring.token"])["AuthorizerId"]
    target = gateway.create_integration(
        ApiId=api, IntegrationType="AWS_PROXY", IntegrationUri=invocation(handler))["IntegrationId"]
    gateway.create_route(ApiId=api, RouteKey="$connect", Target=f"integrations/{target}",
                         AuthorizationType="CUSTOM", AuthorizerId=authorizer)
    default = gateway.create_route(ApiId=api, RouteKey="$default", Target=f"integrations/{target}",
                                   RouteResponseSelectionExpression="$default")["RouteId"]
    gateway.create_route_response(ApiId=api, RouteId=default, RouteResponseKey="$default")
    gateway.create_stage(ApiId=api, StageName="live")
    url = stack.endpoint.replace("http", "ws", 1) + f"/_aws/execute-api/{api}/live"

    def ask(_path, token):
        try:
            with websockets.sync.client.connect(url + (f"?token={token}" if token else "")) as it:
                it.send("{}")
                return 200, json.loads(it.recv(timeout=30))
        except websockets.exceptions.InvalidStatus as refused:
            return refused.response.status_code, None

    return ask


def appsync_api(stack, authorizer, handler):
    appsync = stack.service("appsync")
    api = appsync.create_graphql_api(
        name="claims", authenticationType="AWS_LAMBDA",
        lambdaAuthorizerConfig={"authorizerUri": authorizer})["graphqlApi"]["apiId"]
    appsync.start_schema_creation(apiId=api, definition=b"""
        type Claims { kind: String id: String exp: Int org_id: String org_tier: String
                      feature_flags: [String] groups: [String] scopes: [String] }
        type Query { claims: Claims }
        schema { query: Query }""")
    appsync.create_data_source(apiId=api, name="handler", type="AWS_LAMBDA",
                               lambdaConfig={"lambdaFunctionArn": handler})
    appsync.create_resolver(apiId=api, typeName="Query", fieldName="claims",
                            dataSourceName="handler")
    query = "{ claims { kind id exp org_id org_tier feature_flags groups scopes } }"

    def ask(_path, token):
        headers = {"Content-Type": "application/json"} | ({"Authorization": token} if token else {})
        status, body, _ = http("POST", f"{stack.endpoint}/v1/apis/{api}/graphql",
                               json.dumps({"query": query}).encode(), headers)
        return status, body["data"]["claims"] if status == 200 else body

    return ask


def doors(stack, company, brief):
    environment = {
        "USER_POOL_ID": company.pool, "WEB_CLIENT_ID": company.web,
        "BRIEF_CLIENT_ID": brief,
        "MACHINE_CLIENT_ID": company.machines["Nightly import"][0],
        # AWS: below the issuer, where it is found without this. Here: AWS's issuer, own keys.
        "KEY_SET": f"{stack.endpoint}/{company.pool}/.well-known/jwks.json",
    }
    kept, simple, websocket = (
        stack.function(name, "authorizer", {"authorizer.toml": text}, environment)
        for name, text in AUTHORIZERS.items())
    handler = stack.function("handler", "lambda_echo_claims")
    keep = {"AuthorizerResultTtlInSeconds": 300}
    ask_always = {"AuthorizerResultTtlInSeconds": 0, "EnableSimpleResponses": True}
    # AWS: API Gateway makes 401 of the function's error `Unauthorized`. Here: REST APIs do, the
    # others make 500 of it.
    return [
        Door("HTTP API, policies", "kept", True, 500,
             http_api(stack, kept, handler, "2.0", **keep)),
        # AWS: the event has `version` 1.0. Here: not, and the function takes it for a REST API's.
        Door("HTTP API, payload 1.0", "kept", True, 500,
             http_api(stack, kept, handler, "1.0", **keep)),
        Door("HTTP API, simple answers", "simple", False, 500,
             http_api(stack, simple, handler, "2.0", **ask_always)),
        Door("REST API, TOKEN", "kept", True, 401, rest_api(stack, kept, handler, "TOKEN")),
        Door("REST API, REQUEST", "kept", True, 401, rest_api(stack, kept, handler, "REQUEST")),
        Door("WebSocket API", "websocket", False, 500, websocket_api(stack, websocket, handler)),
        # Here: neither kept answers nor `deniedFields`; golden answers show those.
        Door("AppSync", "kept", False, 401, appsync_api(stack, kept, handler)),
    ]


def read_back(token):
    """What the handler must answer, by the token itself."""
    claims = payload(token)
    is_person = "username" in claims
    return {
        "kind": "user" if is_person else "client",
        "id": claims["sub" if is_person else "client_id"],
        "exp": claims["exp"],
        "org_id": claims["org_id"],
        "org_tier": claims["org_tier"],
        "feature_flags": sorted(claims["feature_flags"].split(",")),
        "groups": claims.get("cognito:groups", []),
        "scopes": sorted(claims["scope"].split()),
    }


def every_door_hands_on_the_claims(doors, tokens, language):
    for door in doors:
        for who in ("Ada", "Cleo", "Nightly import"):
            show(f"{door.name}: {language} reads {who}'s claims as they are in the token",
                 door.ask("claims", tokens[who]), (200, read_back(tokens[who])))


def echo(language, packages):
    """What to put into the handler for it to read with another reader."""
    if language == "TypeScript":
        # As npm installs it: tests/handlers/zip has built it.
        reader, inside = packages / "tree/packages/typescript", "node_modules/cognito-claims"
        files, program = [reader / "package.json", *(reader / "dist").rglob("*.js"),
                          *(reader / "dist").rglob("package.json")], "echo.mjs"
    else:
        reader, inside, program = ROOT / "packages/python/src", ".", "echo.py"
        files = list(reader.rglob("*.py"))
    content = {f"{inside}/{path.relative_to(reader)}": path.read_bytes() for path in files}
    return content | {program: (ROOT / "tests/stack" / program).read_bytes()}


def routes_ask_for_more(stack, doors, tokens):
    """Asks each door for the second time, so that gateways that keep answers have them."""
    expected = {  # by path, as in PATHS
        "Ada": [200, 403, 200, 403],
        "Cleo": [200, 403, 403, 403],
        "Nightly import": [200, 200, 200, 403],
    }
    *with_routes, websocket, _ = doors
    for door in with_routes:
        before = len(stack.log(door.authorizer))
        got = {who: [door.ask(path, tokens[who])[0] for path in PATHS] for who in expected}
        show(f"{door.name}: a scope, a tier and a feature open routes, and one stays closed",
             got, expected)
        asked = len(stack.log(door.authorizer)) - before
        show(f"{door.name}: for 12 requests the authorizer was asked {asked} times",
             asked, 0 if door.keeps_answers else 12)
    show(f"{websocket.name}: a tier that is too low can't connect",
         websocket.ask(None, tokens["Dan"])[0], 403)


def wrong_tokens(company, brief):
    """Tokens that open nothing, and the authorizer's word for why."""
    good = company.by_password("Ada")
    header, _, signature = good["AccessToken"].split(".")
    changed = json.dumps({**payload(good["AccessToken"]), "org_id": "globex"})
    changed = base64.urlsafe_b64encode(changed.encode()).decode().rstrip("=")
    expired = company.by_password("Ada", brief)["AccessToken"]
    wait_until_expired(expired)
    other_pool = company.cognito.create_user_pool(
        PoolName="another", UsernameAttributes=["email"])["UserPool"]["Id"]
    company.person("Ada", other_pool)
    other = company.by_password("Ada", company.client("other", other_pool))["AccessToken"]
    unlisted = company.by_password("Ada", company.client("not listed"))["AccessToken"]
    return {
        "no token": (None, "token_missing"),
        "rubbish": ("rubbish", "malformed"),
        "a changed claim": (f"{header}.{changed}.{signature}", "signature"),
        "an expired token": (expired, "expired"),
        "another pool": (other, "issuer"),
        "an unlisted app client": (unlisted, "client"),
        "an ID token": (good["IdToken"], "token_use"),
    }


def wrong_tokens_open_nothing(stack, doors, wrong):
    for door in doors:
        for what, (token, reason) in wrong.items():
            before = len(stack.log(door.authorizer))
            status, _ = door.ask("claims", token)
            # The gateway knows its identity source, and doesn't ask.
            unasked = token is None and door.name != "AppSync"
            reasons = [record.get("reason") for record in told(stack, door.authorizer, before, not unasked)]
            if unasked:
                show(f"{door.name}: {what} opens nothing", (status, reasons), (401, []))
            else:
                show(f"{door.name}: {what} opens nothing ({reason})", (status, reasons),
                     (door.unauthorized, [reason]))


def told(stack, function, before, expected):
    """What a function has logged since; on a busy machine a line may come after the answer."""
    until = time.monotonic() + 10
    while True:
        records = stack.log(function)[before:]
        if records or not expected or time.monotonic() > until:
            return records
        time.sleep(0.1)


def the_error_is_the_one_that_gateways_make_401_of(stack):
    """What the emulator makes 500 of."""
    event = ROOT / "crates/authorizer/tests/requests/http-api-2.0.json"
    answer = stack.functions.invoke(FunctionName="kept", Payload=event.read_bytes())
    show("The authorizer's error is the text that API Gateway makes 401 of",
         (answer.get("FunctionError"), json.load(answer["Payload"]).get("errorMessage")),
         ("Unhandled", "Unauthorized"))


class Doors:
    def __init__(self, stack, company):
        # AWS: five minutes at least. Here it may be a second, so that a token can expire.
        validity = {"AccessTokenValidity": 1, "TokenValidityUnits": {"AccessToken": "seconds"}}
        self.stack, self.company = stack, company
        self.brief = company.client("brief", **validity)
        self.all = doors(stack, company, self.brief)
        self.tokens = {name: company.by_password(name)["AccessToken"]
                       for name in ("Ada", "Cleo", "Dan")}
        self.tokens["Nightly import"] = company.by_credentials(
            "Nightly import", scopes="items/read")

    def open(self, packages):
        every_door_hands_on_the_claims(self.all, self.tokens, "Rust")
        for language in ("TypeScript", "Python"):
            runtime = LANGUAGES[language]["handler_runtime"]
            self.stack.replace("handler", runtime, "echo.handler", echo(language, packages))
            every_door_hands_on_the_claims(self.all, self.tokens, language)
        routes_ask_for_more(self.stack, self.all, self.tokens)

    def stay_closed(self):
        wrong = wrong_tokens(self.company, self.brief)
        wrong_tokens_open_nothing(self.stack, self.all, wrong)
        the_error_is_the_one_that_gateways_make_401_of(self.stack)
