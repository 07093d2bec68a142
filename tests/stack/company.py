"""The demo company in a user pool: who is in it, what each must get, all ways to sign in."""

import base64
import hashlib
import html
import json
import re
import secrets
import subprocess
import time
import urllib.parse

import botocore.exceptions

from emulator import ROOT, Failed, http

# What the demo company's people get: organisation, tier and features, worked out by hand.
ACME = "custom-branding,export,items,single-sign-on,webhooks"
PEOPLE = {
    "Ada": ("acme-corp", "enterprise", f"audit-log,beta-dashboard,{ACME}"),
    "Ben": ("acme-corp", "enterprise", f"audit-log,{ACME}"),
    "Cleo": ("globex", "pro", "items,new-editor,webhooks"),
    "Dan": ("initech", "free", "items"),
    "Hana": ("globex", "pro", "beta-dashboard,export,items,new-editor,webhooks"),
}
# Eve's organisation is suspended, Finn has more features than fit, Nobody has no record.
OTHERS = ["Eve", "Finn", "Nobody"]
# The example's machines, by their names in the demo company.
MACHINES = {"Nightly import": "machine", "Umbrella stock feed": "feed"}
CALLBACK = "http://localhost:3000/callback"
SCOPES = "openid items/read items/write"


class Company:
    def __init__(self, emulator, made):
        """Its people and machines in the pool that Terraform made. `made` are the outputs."""
        self.emulator, self.made, self.cognito = emulator, made, emulator.cognito
        self.pool, self.web = made["user_pool_id"], made["web_client_id"]
        self.table = made["table_name"]
        self.trigger = made["trigger_function_name"]
        ids, client_secrets = made["machine_client_ids"], made["machine_client_secrets"]
        self.machines = {name: (ids[key], client_secrets[key]) for name, key in MACHINES.items()}
        self.people = {name: self.person(name) for name in [*PEOPLE, *OTHERS]}
        for group in ("auditors", "editors"):
            self.cognito.admin_add_user_to_group(
                UserPoolId=self.pool, Username=email("Ada"), GroupName=group)
        self.seed()

    def person(self, name, pool=None):
        """Their `sub`."""
        user = self.cognito.admin_create_user(
            UserPoolId=pool or self.pool, Username=email(name), MessageAction="SUPPRESS",
            UserAttributes=[{"Name": "email", "Value": email(name)}])["User"]
        self.set_password(name, pool=pool)
        return next(a["Value"] for a in user["Attributes"] if a["Name"] == "sub")

    def set_password(self, name, pool=None, permanent=True):
        self.cognito.admin_set_user_password(
            UserPoolId=pool or self.pool, Username=email(name), Password=password(name),
            Permanent=permanent)

    def client(self, name, pool=None, **settings):
        """An app client that Terraform doesn't know; its id."""
        flows = ["ALLOW_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"]
        settings = {"ExplicitAuthFlows": flows, **settings}
        return self.cognito.create_user_pool_client(
            UserPoolId=pool or self.pool, ClientName=name, **settings)["UserPoolClient"]["ClientId"]

    def seed(self, *options):
        """The demo company's items under the keys that its people and machines have here."""
        text = (ROOT / "demo/records.json").read_text()
        ids = {**self.people, **{name: machine[0] for name, machine in self.machines.items()}}
        for item in json.loads(text):
            if item.get("name") in ids:
                text = text.replace(item["pk"].partition("#")[2], ids[item["name"]])
        self.records = {(item["pk"], item["sk"]): item for item in json.loads(text)}
        subprocess.run(
            [self.emulator.programs / "claimsmith", "seed", *options, "-"], cwd=ROOT,
            input=text, text=True, env={**self.emulator.environment, "CLAIMS_TABLE": self.table},
            stdout=subprocess.DEVNULL, check=True)

    # The table, as somebody who administers the company changes it.

    def key(self, name, sort="PROFILE"):
        return {"pk": {"S": f"USER#{self.people[name]}"}, "sk": {"S": sort}}

    def change(self, name, **attributes):
        """Sets texts and lists of texts of a person's record."""
        values = {f":{key}": {"S": value} if isinstance(value, str) else
                  {"L": [{"S": word} for word in value]} for key, value in attributes.items()}
        self.emulator.dynamodb.update_item(
            TableName=self.table, Key=self.key(name), ExpressionAttributeValues=values,
            UpdateExpression="SET " + ", ".join(f"{key} = :{key}" for key in attributes))

    def restore(self):
        self.seed("--overwrite")

    def remove(self, name, sort="PROFILE"):
        self.emulator.dynamodb.delete_item(TableName=self.table, Key=self.key(name, sort))

    # Signing in.

    def by_password(self, name, client=None):
        return self.authenticate("USER_PASSWORD_AUTH", client or self.web, USERNAME=email(name),
                                 PASSWORD=password(name))

    def by_refresh(self, tokens):
        """New tokens with the old scopes, for those of a form, too."""
        # AWS: the token endpoint does the same. Here it gives the trigger no attributes, not even
        # the `sub`.
        return self.authenticate("REFRESH_TOKEN_AUTH", self.web,
                                 REFRESH_TOKEN=tokens["RefreshToken"])

    def authenticate(self, flow, client, **parameters):
        return self.cognito.initiate_auth(
            AuthFlow=flow, ClientId=client, AuthParameters=parameters)["AuthenticationResult"]

    def by_new_password(self, name, metadata):
        """With a challenge, which alone carries metadata to the trigger."""
        self.set_password(name, permanent=False)
        challenge = self.cognito.initiate_auth(
            AuthFlow="USER_PASSWORD_AUTH", ClientId=self.web,
            AuthParameters={"USERNAME": email(name), "PASSWORD": password(name)})
        try:
            return self.cognito.respond_to_auth_challenge(
                ClientId=self.web, ChallengeName="NEW_PASSWORD_REQUIRED",
                Session=challenge["Session"], ClientMetadata=metadata,
                ChallengeResponses={"USERNAME": email(name), "NEW_PASSWORD": password(name)},
            )["AuthenticationResult"]
        finally:
            self.set_password(name)

    def by_form(self, name, client=None, scopes=SCOPES):
        """As a browser does it: the page, the form in it, a code, and with it the tokens."""
        verifier = secrets.token_urlsafe(48)
        digest = hashlib.sha256(verifier.encode()).digest()
        asked = {"client_id": client or self.web, "response_type": "code", "scope": scopes,
                 "redirect_uri": CALLBACK, "state": secrets.token_urlsafe(),
                 "code_challenge": base64.urlsafe_b64encode(digest).decode().rstrip("="),
                 "code_challenge_method": "S256"}
        endpoint = self.emulator.endpoint
        query = urllib.parse.urlencode(asked)
        status, page, _ = http("GET", f"{endpoint}/oauth2/authorize?{query}")
        if status != 200:
            raise Failed(f"the sign-in page: {status} {page}")
        action = re.search(r'<form method="POST" action="([^"]+)"', page)[1]
        fields = dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', page))
        fields = {key: html.unescape(value) for key, value in fields.items()}
        fields |= {"username": email(name), "password": password(name)}
        status, page, headers = form(endpoint + action, fields)
        back = urllib.parse.urlsplit(headers["Location"] or "")
        answer = dict(urllib.parse.parse_qsl(back.query))
        if status != 302 or answer.get("state") != asked["state"]:
            raise Failed(f"the sign-in form: {status} {page}")
        return self.tokens({"grant_type": "authorization_code", "client_id": asked["client_id"],
                            "code": answer["code"], "code_verifier": verifier,
                            "redirect_uri": CALLBACK})

    def by_credentials(self, name, metadata=None, scopes=None):
        """A machine's access token."""
        key = base64.b64encode(":".join(self.machines[name]).encode()).decode()
        asked = {"grant_type": "client_credentials"}
        if scopes:
            asked["scope"] = scopes
        if metadata:
            asked["aws_client_metadata"] = json.dumps(metadata)
        return self.tokens(asked, {"Authorization": f"Basic {key}"})["AccessToken"]

    def tokens(self, asked, headers=None):
        status, body, _ = form(f"{self.emulator.endpoint}/oauth2/token", asked, headers)
        if status != 200:
            raise PermissionError(body)
        words = {"access_token": "AccessToken", "id_token": "IdToken",
                 "refresh_token": "RefreshToken"}
        return {word: body[key] for key, word in words.items() if key in body}

    def refusals(self, attempt):
        """Why there was no token, by the trigger's log; `None` if there was one."""
        # AWS: 400 with the trigger's text. Here: 500, so the status says nothing.
        before = len(self.emulator.log(self.trigger))
        try:
            attempt()
            return None
        except (botocore.exceptions.ClientError, PermissionError):
            records = self.emulator.log(self.trigger)[before:]
            return [record["Reason"] for record in records if "Reason" in record]

    def brief(self, name):
        """An access token that soon expires."""
        settings = self.cognito.describe_user_pool_client(
            UserPoolId=self.pool, ClientId=self.web)["UserPoolClient"]
        # An update resets what it leaves out.
        kept = {key: value for key, value in settings.items()
                if value != "" and key not in ("CreationDate", "LastModifiedDate")}
        units = {**kept["TokenValidityUnits"], "AccessToken": "seconds"}
        # AWS: five minutes at least. Here it may be seconds, so that a token can expire.
        self.cognito.update_user_pool_client(
            **{**kept, "AccessTokenValidity": 6, "TokenValidityUnits": units})
        try:
            return self.by_form(name)["AccessToken"]
        finally:
            self.cognito.update_user_pool_client(**kept)


def email(name):
    return f"{name.lower()}@example.com"


def password(name):
    return f"{name}-Password-1!"


def form(url, fields, headers=None):
    headers = {"Content-Type": "application/x-www-form-urlencoded", **(headers or {})}
    return http("POST", url, urllib.parse.urlencode(fields).encode(), headers)


def payload(token):
    part = token.split(".")[1]
    return json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)))


def wait_until_expired(token):
    while time.time() <= payload(token)["exp"]:
        time.sleep(0.1)


def ours(token):
    return tuple(payload(token).get(name) for name in ("org_id", "org_tier", "feature_flags"))


def both(tokens):
    return [ours(tokens["IdToken"]), ours(tokens["AccessToken"])]
