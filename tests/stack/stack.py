"""The parts together on an emulated AWS: the trigger in a user pool, the authorizer in front of
APIs, and behind them a handler that reads the claims.

`run` starts it. Every line `ok …` is one thing shown; the first one that is not so ends it with
exit status 1.

ministack is the vehicle that shows that the parts fit, not the authority on what AWS does: that is
asserted against golden events elsewhere. Where it is not AWS, a comment beside the line says so.
Nothing here is said about latency, about Cognito's five seconds, or about who may invoke a
function: ministack measures the first badly and enforces the others not at all.
"""

import base64
import contextlib
import io
import json
import os
import pathlib
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import typing
import urllib.error
import urllib.parse
import urllib.request
import zipfile

import boto3
import botocore.config
import botocore.exceptions
import websockets.exceptions
import websockets.sync.client

REGION = "eu-west-1"
ROOT = pathlib.Path(__file__).parents[2]
FOLDER = pathlib.Path(sys.argv[1])

# What the demo company's people get: organisation, tier and features, worked out by hand.
ACME = "custom-branding,export,items,single-sign-on,webhooks"
PEOPLE = {
    "Ada": ("acme-corp", "enterprise", f"audit-log,beta-dashboard,{ACME}"),
    "Ben": ("acme-corp", "enterprise", f"audit-log,{ACME}"),
    "Cleo": ("globex", "pro", "items,new-editor,webhooks"),
    "Dan": ("initech", "free", "items"),
    "Hana": ("globex", "pro", "beta-dashboard,export,items,new-editor,webhooks"),
}
MACHINES = {"Nightly import": PEOPLE["Ben"], "Umbrella stock feed": None}

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
claims = ["org_id", "org_tier", "feature_flags", "cognito:groups", "scope"]
"""
# One function for each way in which gateways keep answers and tokens come.
AUTHORIZERS = {
    "kept": 'caching = "5m"\n' + POOL + ROUTES + "[appsync]\n",
    "simple": 'caching = "off"\n' + POOL + ROUTES + '[http_api]\nanswer = "simple"\n',
    "websocket": POOL + '[token]\nquery = "token"\n[routes."$connect"]\ntier = "pro"\n',
}


def show(what, got, expected):
    if got != expected:
        sys.exit(f"FAILED {what}\n     got {got}\nexpected {expected}")
    print("ok", what, flush=True)


def http(method, url, body=None, headers=None):
    """Status, and what the JSON of the answer says."""
    request = urllib.request.Request(url, body, headers or {}, method=method)
    try:
        with urllib.request.urlopen(request, timeout=30) as response:
            return response.status, json.load(response)
    except urllib.error.HTTPError as error:
        return error.code, error.read().decode()


# The emulated AWS.


@contextlib.contextmanager
def ministack(folder):
    """Its address. It ends with all functions that it started."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = str(free.getsockname()[1])
    endpoint = f"http://127.0.0.1:{port}"
    # The functions inherit this, so nothing else of this machine's is in it.
    environment = {
        "PATH": os.environ["PATH"], "HOME": folder, "TMPDIR": folder, "STATE_DIR": folder,
        "GATEWAY_PORT": port, "BIND_HOST": "127.0.0.1",
        "IOT_MTLS_ENABLED": "0", "SFTP_ENABLED": "0",  # else they open ports of their own
        "MINISTACK_REGION": REGION, "AWS_ENDPOINT_URL": endpoint,
        "AUTH": "true",  # a function may do what its role allows, and no more
        # AWS: always. Here tokens would be issued without claims where the trigger refuses.
        "MINISTACK_COGNITO_PRETOKEN_STRICT": "1",
    }
    log = open(f"{folder}/ministack.log", "w")
    server = subprocess.Popen([sys.executable, "-m", "ministack"], env=environment, stdout=log,
                              stderr=log, start_new_session=True)
    try:
        wait_until_healthy(server, endpoint)
        yield endpoint
    except BaseException:
        print(f"the emulator's log is {shutil.copy(log.name, FOLDER)}", file=sys.stderr)
        raise
    finally:
        server.terminate()
        with contextlib.suppress(subprocess.TimeoutExpired):
            server.wait(10)
        # The functions are in its process group.
        with contextlib.suppress(ProcessLookupError):
            os.killpg(server.pid, signal.SIGKILL)
        server.wait()


def wait_until_healthy(server, endpoint):
    end = time.monotonic() + 60
    while server.poll() is None and time.monotonic() < end:
        with contextlib.suppress(OSError):
            return urllib.request.urlopen(f"{endpoint}/_ministack/health", timeout=5).close()
        time.sleep(0.1)
    sys.exit("FAILED ministack doesn't start")


class Stack:
    """The services by name, and what is made of them more than once."""

    def __init__(self, endpoint):
        self.endpoint = endpoint
        # A refusal of the trigger is a 500 here: it must not be repeated.
        self.config = botocore.config.Config(retries={"total_max_attempts": 1}, read_timeout=60)
        self.iam, self.functions, self.logs, self.dynamodb, self.cognito = map(
            self.service, ("iam", "lambda", "logs", "dynamodb", "cognito-idp"))

    def service(self, name):
        return boto3.client(name, REGION, endpoint_url=self.endpoint, config=self.config,
                            aws_access_key_id="test", aws_secret_access_key="test")

    def function(self, name, program, files=None, environment=None, rights=None):
        """Its ARN. `rights` is the one statement of its role's policy."""
        role = self.iam.create_role(RoleName=name, AssumeRolePolicyDocument="{}")["Role"]["Arn"]
        if rights:
            policy = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", **rights}]}
            self.iam.put_role_policy(RoleName=name, PolicyName="all",
                                     PolicyDocument=json.dumps(policy))
        package = io.BytesIO()
        with zipfile.ZipFile(package, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
            archive.write(FOLDER / "bin" / program, "bootstrap")
            for path, text in (files or {}).items():
                archive.writestr(path, text)
        function = self.functions.create_function(
            FunctionName=name, Runtime="provided.al2023", Handler="bootstrap", Role=role,
            Timeout=20, Environment={"Variables": environment or {}},
            Code={"ZipFile": package.getvalue()})
        self.functions.get_waiter("function_active_v2").wait(FunctionName=name)
        return function["FunctionArn"]

    def log(self, function):
        """The records that the function has logged so far, one for each invocation."""
        try:
            pages = self.logs.get_paginator("filter_log_events").paginate(
                logGroupName=f"/aws/lambda/{function}")
            texts = [event["message"] for page in pages for event in page["events"]]
        except self.logs.exceptions.ResourceNotFoundException:
            return []
        lines = [line for text in texts for line in text.splitlines()]
        return [json.loads(line) for line in lines if line.startswith("{")]


# Tokens.


class Company:
    """A user pool with the trigger, the demo company's people in it, and the table."""

    def __init__(self, stack):
        self.stack, self.cognito = stack, stack.cognito
        trigger = stack.function(
            "trigger", "pre-token-generation",
            {"claims.toml": (ROOT / "claims.toml").read_text()}, {"CLAIMS_TABLE": "claims"},
            # The one right that the README says it needs.
            {"Action": "dynamodb:BatchGetItem", "Resource": "arn:aws:dynamodb:*:*:table/claims"})
        triggers = {"PreTokenGenerationConfig": {"LambdaVersion": "V3_0", "LambdaArn": trigger}}
        self.pool = self.new_pool(LambdaConfig=triggers)
        self.web = self.client("web")["ClientId"]
        self.unlisted = self.client("unlisted")["ClientId"]
        # AWS: five minutes at least. Here it may be a second, so that a token can expire.
        validity = {"AccessTokenValidity": 1, "TokenValidityUnits": {"AccessToken": "seconds"}}
        self.brief = self.client("brief", **validity)["ClientId"]
        self.cognito.create_resource_server(
            UserPoolId=self.pool, Identifier="items", Name="items",
            Scopes=[{"ScopeName": "read", "ScopeDescription": "read"}])
        credentials = {"GenerateSecret": True, "AllowedOAuthFlows": ["client_credentials"],
                       "AllowedOAuthFlowsUserPoolClient": True, "ExplicitAuthFlows": [],
                       "AllowedOAuthScopes": ["items/read"]}
        self.machines = {name: self.client(name, **credentials) for name in MACHINES}
        self.people = {name: self.person(name) for name in [*PEOPLE, "Eve", "Finn", "Nobody"]}
        for group in ("auditors", "editors"):
            self.cognito.create_group(UserPoolId=self.pool, GroupName=group)
            self.cognito.admin_add_user_to_group(UserPoolId=self.pool, Username="Ada",
                                                 GroupName=group)
        self.seed()

    def new_pool(self, **settings):
        return self.cognito.create_user_pool(PoolName="pool", **settings)["UserPool"]["Id"]

    def client(self, name, **settings):
        flows = ["ALLOW_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"]
        settings = {"UserPoolId": self.pool, "ExplicitAuthFlows": flows, **settings}
        return self.cognito.create_user_pool_client(ClientName=name, **settings)["UserPoolClient"]

    def person(self, name, pool=None):
        """Their `sub`."""
        who = {"UserPoolId": pool or self.pool, "Username": name}
        user = self.cognito.admin_create_user(**who, MessageAction="SUPPRESS")["User"]
        self.cognito.admin_set_user_password(**who, Password=f"{name}-Pass-1!", Permanent=True)
        return next(a["Value"] for a in user["Attributes"] if a["Name"] == "sub")

    def seed(self):
        """The demo company's items under the keys that its people and machines have here."""
        text = (ROOT / "demo/records.json").read_text()
        ids = {**self.people, **{name: m["ClientId"] for name, m in self.machines.items()}}
        for item in json.loads(text):
            if item.get("name") in ids:
                text = text.replace(item["pk"].partition("#")[2], ids[item["name"]])
        environment = {
            "AWS_ENDPOINT_URL": self.stack.endpoint, "AWS_REGION": REGION, "CLAIMS_TABLE": "claims",
            "AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test",
        }
        subprocess.run([FOLDER / "bin/claimsmith", "seed", "--create", "-"], input=text, text=True,
                       env=environment, stdout=subprocess.DEVNULL, check=True)

    def sign_in(self, name, client=None):
        return self.authenticate("USER_PASSWORD_AUTH", client or self.web, USERNAME=name,
                                 PASSWORD=f"{name}-Pass-1!")

    def refresh(self, token):
        return self.authenticate("REFRESH_TOKEN_AUTH", self.web, REFRESH_TOKEN=token)

    def authenticate(self, flow, client, **parameters):
        return self.cognito.initiate_auth(
            AuthFlow=flow, ClientId=client, AuthParameters=parameters)["AuthenticationResult"]

    def client_credentials(self, name):
        """An access token."""
        key = "{ClientId}:{ClientSecret}".format(**self.machines[name])
        headers = {"Authorization": "Basic " + base64.b64encode(key.encode()).decode(),
                   "Content-Type": "application/x-www-form-urlencoded"}
        form = {"grant_type": "client_credentials", "scope": "items/read"}
        status, body = http("POST", f"{self.stack.endpoint}/oauth2/token",
                            urllib.parse.urlencode(form).encode(), headers)
        if status != 200:
            raise PermissionError(body)
        return body["access_token"]

    def refusals(self, attempt):
        """Why there was no token, by the trigger's log; `None` if there was one."""
        # AWS: 400 with the trigger's text. Here: 500, so the status says nothing.
        before = len(self.stack.log("trigger"))
        try:
            attempt()
            return None
        except (botocore.exceptions.ClientError, PermissionError):
            return [record.get("Reason") for record in self.stack.log("trigger")[before:]]


def payload(token):
    part = token.split(".")[1]
    return json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)))


def ours(token):
    return tuple(payload(token).get(name) for name in ("org_id", "org_tier", "feature_flags"))


def both(tokens):
    return [ours(tokens["IdToken"]), ours(tokens["AccessToken"])]


def every_token_carries_the_claims(company):
    for name, claims in PEOPLE.items():
        show(f"{name} signs in, and both tokens say {claims[0]}, {claims[1]} and the features",
             both(company.sign_in(name)), [claims, claims])
    show("Nightly import gets a token with them by client credentials",
         ours(company.client_credentials("Nightly import")), MACHINES["Nightly import"])
    groups = payload(company.sign_in("Ada")["AccessToken"])["cognito:groups"]
    show("Ada's groups are untouched", sorted(groups), ["auditors", "editors"])


def a_full_token_says_what_it_left_out(company):
    claims = payload(company.sign_in("Finn")["IdToken"])
    show("Finn's features are too long for the ID token, and it says so",
         ("feature_flags" in claims, claims.get("claims_omitted")), (False, "feature_flags"))


def a_refresh_reads_the_table_again(company):
    first = company.sign_in("Dan")
    company.stack.dynamodb.update_item(
        TableName="claims", UpdateExpression="SET features = :on",
        Key={"pk": {"S": f"USER#{company.people['Dan']}"}, "sk": {"S": "PROFILE"}},
        ExpressionAttributeValues={":on": {"L": [{"S": "export"}]}})
    claims = ("initech", "free", "export,items")
    show("Dan's refresh brings the feature that was switched on meanwhile",
         both(company.refresh(first["RefreshToken"])), [claims, claims])


def some_get_no_token(company):
    def refused(what, reason, attempt):
        show(f"{what}: no token ({reason})", company.refusals(attempt), [reason])

    refused("a suspended organisation", "record_refused", lambda: company.sign_in("Eve"))
    refused("its machine", "record_refused",
            lambda: company.client_credentials("Umbrella stock feed"))
    refused("a person without a record", "claim_missing", lambda: company.sign_in("Nobody"))
    token = company.sign_in("Ada")["RefreshToken"]
    company.stack.dynamodb.delete_table(TableName="claims")
    refused("a table that is gone", "store_failed", lambda: company.sign_in("Ada"))
    refused("the same at a refresh", "store_failed", lambda: company.refresh(token))
    company.seed()
    show("the table is back, and Ada too", company.refusals(lambda: company.sign_in("Ada")), None)


# Doors: APIs with an authorizer and the handler.


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
        return http("GET", f"{stack.endpoint}/_aws/execute-api/{api}/live/{path}", None, headers)

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
        status, body = http("POST", f"{stack.endpoint}/v1/apis/{api}/graphql",
                            json.dumps({"query": query}).encode(), headers)
        return status, body["data"]["claims"] if status == 200 else body

    return ask


def doors(stack, company):
    environment = {
        "USER_POOL_ID": company.pool, "WEB_CLIENT_ID": company.web,
        "BRIEF_CLIENT_ID": company.brief,
        "MACHINE_CLIENT_ID": company.machines["Nightly import"]["ClientId"],
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


def every_door_hands_on_the_claims(doors, tokens):
    for door in doors:
        for who in ("Ada", "Cleo", "Nightly import"):
            show(f"{door.name}: the handler reads {who}'s claims as they are in the token",
                 door.ask("claims", tokens[who]), (200, read_back(tokens[who])))


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


def wrong_tokens(company):
    """Tokens that open nothing, and the authorizer's word for why."""
    good = company.sign_in("Ada")
    header, _, signature = good["AccessToken"].split(".")
    changed = json.dumps({**payload(good["AccessToken"]), "org_id": "globex"})
    changed = base64.urlsafe_b64encode(changed.encode()).decode().rstrip("=")
    brief = company.sign_in("Ada", company.brief)["AccessToken"]
    other_pool = company.new_pool()
    company.person("Ada", other_pool)
    other_client = company.client("other", UserPoolId=other_pool)["ClientId"]
    unlisted = company.sign_in("Ada", company.unlisted)["AccessToken"]
    while time.time() < payload(brief)["exp"]:
        time.sleep(0.1)
    return {
        "no token": (None, "token_missing"),
        "rubbish": ("rubbish", "malformed"),
        "a changed claim": (f"{header}.{changed}.{signature}", "signature"),
        "an expired token": (brief, "expired"),
        "another pool": (company.sign_in("Ada", other_client)["AccessToken"], "issuer"),
        "an unlisted app client": (unlisted, "client"),
        "an ID token": (good["IdToken"], "token_use"),
    }


def wrong_tokens_open_nothing(stack, doors, wrong):
    for door in doors:
        for what, (token, reason) in wrong.items():
            before = len(stack.log(door.authorizer))
            status, _ = door.ask("claims", token)
            reasons = [record.get("reason") for record in stack.log(door.authorizer)[before:]]
            if token is None and door.name != "AppSync":
                # The gateway knows its identity source, and doesn't ask.
                show(f"{door.name}: {what} opens nothing", (status, reasons), (401, []))
            else:
                show(f"{door.name}: {what} opens nothing ({reason})", (status, reasons),
                     (door.unauthorized, [reason]))


def the_error_is_the_one_that_gateways_make_401_of(stack):
    """What the emulator makes 500 of."""
    event = ROOT / "crates/authorizer/tests/requests/http-api-2.0.json"
    answer = stack.functions.invoke(FunctionName="kept", Payload=event.read_bytes())
    show("The authorizer's error is the text that API Gateway makes 401 of",
         (answer.get("FunctionError"), json.load(answer["Payload"]).get("errorMessage")),
         ("Unhandled", "Unauthorized"))


def main():
    signal.signal(signal.SIGTERM, lambda *_: sys.exit("FAILED: ended from outside"))
    started = time.monotonic()
    with tempfile.TemporaryDirectory(dir=FOLDER) as folder, ministack(folder) as endpoint:
        stack = Stack(endpoint)
        company = Company(stack)
        every_token_carries_the_claims(company)
        a_full_token_says_what_it_left_out(company)
        a_refresh_reads_the_table_again(company)
        some_get_no_token(company)

        apis = doors(stack, company)
        tokens = {name: company.sign_in(name)["AccessToken"] for name in ("Ada", "Cleo", "Dan")}
        tokens["Nightly import"] = company.client_credentials("Nightly import")
        every_door_hands_on_the_claims(apis, tokens)
        routes_ask_for_more(stack, apis, tokens)
        wrong_tokens_open_nothing(stack, apis, wrong_tokens(company))
        the_error_is_the_one_that_gateways_make_401_of(stack)
    print(f"in {time.monotonic() - started:.0f} seconds")


main()
