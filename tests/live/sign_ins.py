"""Every way to a token that a script can go, by the trigger source that it leads to."""

import base64
import contextlib
import hashlib
import html
import http.cookiejar
import json
import re
import secrets
import time
import urllib.error
import urllib.parse
import urllib.request

import botocore.exceptions

from cloud import Failed

CALLBACK = "http://localhost:3000/callback"
# What no script of this kit reaches.
BY_HAND = {
    "TokenGeneration_AuthenticateDevice": "a remembered device proves itself by SRP, which the kit doesn't speak",
}


class NotTried(Exception):
    """Why. No value is in it."""


class Person:
    """Ada, in one of the kit's pools, with a password that nobody else knows."""

    def __init__(self, cloud, pool, private):
        self.cloud, self.cognito, self.pool = cloud, cloud.service("cognito-idp"), pool
        self.name = f"kit-{secrets.token_hex(4)}@example.com"
        self.password = secrets.token_urlsafe(24) + "aA1!"
        self.private = private
        user = self.cognito.admin_create_user(
            UserPoolId=pool["id"], Username=self.name, MessageAction="SUPPRESS",
            UserAttributes=[{"Name": "email", "Value": self.name},
                            {"Name": "email_verified", "Value": "true"}])["User"]
        self.set_password()
        self.sub = next(it["Value"] for it in user["Attributes"] if it["Name"] == "sub")
        private |= {self.name, self.password, self.sub, pool["id"], pool["client"]}
        private |= {pool.get("machine"), pool.get("machine_secret")} - {None}

    def set_password(self, permanent=True):
        self.cognito.admin_set_user_password(UserPoolId=self.pool["id"], Username=self.name,
                                             Password=self.password, Permanent=permanent)

    def join(self, *groups):
        for group in groups:
            self.cognito.admin_add_user_to_group(
                UserPoolId=self.pool["id"], Username=self.name, GroupName=group)

    def rename(self, name):
        self.cognito.admin_update_user_attributes(
            UserPoolId=self.pool["id"], Username=self.name,
            UserAttributes=[{"Name": "name", "Value": name}])

    def by_password(self):
        return self.authenticate("USER_PASSWORD_AUTH", USERNAME=self.name, PASSWORD=self.password)

    def by_new_password(self):
        self.set_password(permanent=False)
        challenge = self.cognito.initiate_auth(
            AuthFlow="USER_PASSWORD_AUTH", ClientId=self.pool["client"],
            AuthParameters={"USERNAME": self.name, "PASSWORD": self.password})
        self.password = secrets.token_urlsafe(24) + "aA1!"
        self.private.add(self.password)
        return self.cognito.respond_to_auth_challenge(
            ClientId=self.pool["client"], ChallengeName="NEW_PASSWORD_REQUIRED",
            Session=challenge["Session"], ChallengeResponses={
                "USERNAME": self.name, "NEW_PASSWORD": self.password})["AuthenticationResult"]

    def by_refresh(self, tokens):
        return self.authenticate("REFRESH_TOKEN_AUTH", REFRESH_TOKEN=tokens["RefreshToken"])

    def authenticate(self, flow, **parameters):
        return self.cognito.initiate_auth(AuthFlow=flow, ClientId=self.pool["client"],
                                          AuthParameters=parameters)["AuthenticationResult"]

    def by_form(self):
        """The classic pages, as a browser without scripts goes through them."""
        verifier = secrets.token_urlsafe(48)
        digest = hashlib.sha256(verifier.encode()).digest()
        asked = {"client_id": self.pool["client"], "response_type": "code",
                 "scope": f"openid email profile {self.pool['scope']}", "redirect_uri": CALLBACK,
                 "state": secrets.token_urlsafe(), "code_challenge_method": "S256",
                 "code_challenge": base64.urlsafe_b64encode(digest).decode().rstrip("=")}
        base = self.cloud.hosted(self.pool)
        browser = Browser()
        page = browser.get(f"{base}/oauth2/authorize?{urllib.parse.urlencode(asked)}")
        # The page holds the form twice, for narrow and for wide windows.
        form = re.search(r"<form\b[^>]*method=\"post\".*?</form>", page, re.DOTALL | re.IGNORECASE)
        if not form:
            raise NotTried("the sign-in page has no form that works without scripts")
        opening = form[0].partition(">")[0]
        action = re.search(r'action="([^"]*)"', opening)
        fields = {}
        for tag in re.findall(r"<input\b[^>]*>", form[0]):
            words = dict(re.findall(r'(\w+)="([^"]*)"', tag))
            if words.get("type") == "hidden" and "name" in words:
                fields[words["name"]] = html.unescape(words.get("value", ""))
        fields |= {"username": self.name, "password": self.password}
        browser.post(html.unescape(action[1]) if action else browser.at, fields)
        answer = dict(urllib.parse.parse_qsl(urllib.parse.urlsplit(browser.called_back or "").query))
        if "code" not in answer or answer.get("state") != asked["state"]:
            raise NotTried("the sign-in form led to no code")
        return self.token_endpoint({
            "grant_type": "authorization_code", "client_id": asked["client_id"],
            "code": answer["code"], "code_verifier": verifier, "redirect_uri": CALLBACK})

    def by_credentials(self):
        key = base64.b64encode(
            f"{self.pool['machine']}:{self.pool['machine_secret']}".encode()).decode()
        return self.token_endpoint({"grant_type": "client_credentials",
                                    "scope": self.pool["scope"]}, {"Authorization": f"Basic {key}"})

    def token_endpoint(self, fields, headers=None):
        request = urllib.request.Request(
            f"{self.cloud.hosted(self.pool)}/oauth2/token",
            urllib.parse.urlencode(fields).encode(),
            {"Content-Type": "application/x-www-form-urlencoded", **(headers or {})})
        try:
            with patiently(lambda: urllib.request.urlopen(request, timeout=60)) as answer:
                body = json.load(answer)
        except urllib.error.HTTPError as error:
            with error:
                raise Refused(error.code) from None
        words = {"AccessToken": "access_token", "IdToken": "id_token",
                 "RefreshToken": "refresh_token"}
        return {word: body[key] for word, key in words.items() if key in body}


def patiently(work):
    """A new domain has no address for a while."""
    for _ in range(30):
        try:
            return work()
        except urllib.error.HTTPError:
            raise
        except urllib.error.URLError:
            time.sleep(10)
    raise NotTried("the domain has no address yet")


def steady(person):
    """New rights take a while to count. A trigger that still fails then is what is seen."""
    for _ in range(12):
        with contextlib.suppress(botocore.exceptions.ClientError):
            return person.by_password()
        time.sleep(5)


class Refused(Exception):
    """By a status or by the name of an error. The text of the answer is not in it."""


class Browser(urllib.request.HTTPRedirectHandler):
    """Keeps cookies, and stops where the app would be called back."""

    def __init__(self):
        self.called_back = self.at = None
        self.opener = urllib.request.build_opener(
            self, urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar()))

    def redirect_request(self, request, file, code, message, headers, url):
        if url.startswith(CALLBACK):
            self.called_back = url
            return None
        return super().redirect_request(request, file, code, message, headers, url)

    def get(self, url, body=None):
        try:
            with patiently(lambda: self.opener.open(url, body, timeout=60)) as answer:
                self.at = answer.url
                return answer.read().decode()
        except urllib.error.HTTPError as error:
            with error:
                if not self.called_back:
                    raise Refused(error.code) from None

    def post(self, action, fields):
        return self.get(urllib.parse.urljoin(self.at, action),
                        urllib.parse.urlencode(fields).encode())


def ways(person):
    """Trigger source and how to get there, in an order in which each has what it needs."""
    yield "TokenGeneration_Authentication", person.by_password
    yield "TokenGeneration_NewPasswordChallenge", person.by_new_password
    yield "TokenGeneration_RefreshTokens", lambda: person.by_refresh(person.by_password())
    yield "TokenGeneration_HostedAuth", person.by_form
    if person.pool.get("machine"):
        yield "TokenGeneration_ClientCredentials", person.by_credentials


def attempt(way, private):
    """The tokens, or the word for why there are none."""
    try:
        tokens = way()
    except botocore.exceptions.ClientError as error:
        return None, f"refused: {error.response['Error']['Code']}"
    except Refused as refused:
        return None, f"refused: status {refused}"
    except NotTried as reason:
        return None, f"not tried: {reason}"
    for token in tokens.values():
        if isinstance(token, str) and len(token) > 40:
            private.add(token)
    return tokens, None


def payload(token):
    part = token.split(".")[1]
    return json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)))


def both(tokens):
    """Of tokens by the names of AWS: both by the names of `simulate`, where there are both."""
    words = {"id": "IdToken", "access": "AccessToken"}
    found = {word: tokens[key] for word, key in words.items() if key in tokens}
    if not found:
        raise Failed("an answer without tokens")
    return found
