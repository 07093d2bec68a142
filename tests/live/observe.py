"""What a run looks at, once its stacks stand."""

import botocore.exceptions

import doors
import latency
from compare import NOTHING, differences, foreseen, sizes
from cloud import ROOT
from record import Recorder, anonymised, moved
from sign_ins import NotTried, Person, Refused, attempt, both, payload, steady, ways

GROUPS = ("admins", "auditors")


def items(person):
    """What the table knows about the person, and about the machine."""
    found = [
        {"pk": f"USER#{person.sub}", "sk": "PROFILE", "org_id": "acme"},
        {"pk": "ORG#acme", "sk": "PROFILE", "tier": "pro", "status": "active"},
        {"pk": "TIER#pro", "sk": "PROFILE", "features": ["export"]},
    ]
    if person.pool.get("machine"):
        found.append({"pk": f"CLIENT#{person.pool['machine']}", "sk": "PROFILE", "org_id": "acme",
                      "status": "active"})
    return found


def seed(cloud, person):
    for item in items(person):
        cloud.service("dynamodb").put_item(TableName=person.pool["table"], Item={
            key: {"S": it} if isinstance(it, str) else {"L": [{"S": word} for word in it]}
            for key, it in item.items()})


def sign_ins_of(cloud, pools, folder, private, found):
    """Signs in by every way, first to the kit's own trigger, whose events say what to expect of
    the shipped one. Fills `found`; the people by kind and version."""
    persons = {}
    policy = (ROOT / "claims.toml").read_text()
    for version in ("V1_0", "V2_0", "V3_0"):
        own, shipped = (Person(cloud, pools[kind, version], private)
                        for kind in ("recorder", "trigger"))
        persons["recorder", version], persons["trigger", version] = own, shipped
        for person in (own, shipped):
            person.join(*GROUPS)
        seed(cloud, shipped)
        for person in (own, shipped):
            steady(person)
        recorder, events = Recorder(cloud, own.pool["table"]), {}
        for source, way in ways(own):
            recorder.taken()
            tokens, problem = attempt(way, private)
            calls = [it for it in recorder.taken() if it["triggerSource"] == source]
            entry = told("recorder", version, source, tokens, problem)
            if calls:
                events[source] = calls[-1]
                entry |= {"calls": len(calls), "event": calls[-1], "shown": anonymised(calls[-1])}
            if tokens:
                compared(entry, events.get(source), tokens, folder, NOTHING, [])
            found.append(entry)
        for source, way in ways(shipped):
            tokens, problem = attempt(way, private)
            entry = told("trigger", version, source, tokens, problem)
            if tokens:
                event = events.get(source)
                event = event and moved(event, own, shipped)
                compared(entry, event, tokens, folder, policy, items(shipped))
            found.append(entry)
    return persons


def told(kind, version, source, tokens, problem):
    claims = {word: payload(token) for word, token in both(tokens).items()} if tokens else None
    return {"kind": kind, "version": version, "source": source, "problem": problem,
            "claims": claims, "differences": []}


def compared(entry, event, tokens, folder, policy, records):
    if event is None:
        entry["differences"] = ["no event with this source was recorded"]
        return
    expected = foreseen(event, folder, policy, records)
    entry["differences"] = differences(expected, tokens)
    entry["sizes"] = sizes(expected, tokens)


def doors_of(cloud, made, persons):
    person, other = persons["trigger", "V3_0"], persons["recorder", "V3_0"]
    try:
        expiring = doors.brief(cloud, person)
        tokens = doors.tokens(person, other)
    except (NotTried, Refused) as reason:
        return {"doors": {}, "handlers": {}, "unlisted": f"no token for it ({reason})"}
    person.private |= {token for token in [*tokens.values(), expiring] if token}
    seen = doors.statuses(cloud, made, tokens)
    handlers = {door: doors.ask(cloud, made, door, tokens["good"])[1] for door in doors.DOORS}
    unlisted = doors.ask(cloud, made, "HTTP API, JWT authorizer without scopes",
                         doors.unlisted(person))[0]
    if doors.wait(cloud, expiring):
        for door, status in doors.statuses(cloud, made, {"expired": expiring}).items():
            seen[door] |= status
    return {"doors": seen, "handlers": handlers, "unlisted": unlisted}


def times_of(cloud, person, plain, private, warm, cold):
    return latency.measure(cloud, person, Person(cloud, plain, private), warm, cold)


def updated_issuer(cloud, person):
    """Sets the other issuer, which Terraform's provider 5 doesn't know, and signs in."""
    pools = cloud.service("cognito-idp")
    pool = {"UserPoolId": person.pool["id"]}
    shape = pools.meta.service_model.operation_model("UpdateUserPool").input_shape
    if "IssuerConfiguration" not in shape.members:
        return "not tried: this boto3 doesn't know it"
    before = pools.describe_user_pool(**pool)["UserPool"]
    # A call resets what it leaves out: here only what the kit itself has set.
    keep = {key: before[key] for key in ("LambdaConfig", "UserPoolTier", "DeletionProtection")
            if key in before}
    try:
        pools.update_user_pool(**pool, **keep, IssuerConfiguration={"Type": "UPDATED"},
                               AdminCreateUserConfig={"AllowAdminCreateUserOnly": True})
    except botocore.exceptions.ClientError as error:
        return f"not tried: {error.response['Error']['Code']}"
    after = pools.describe_user_pool(**pool)["UserPool"].get("IssuerConfiguration")
    if not after:
        return "not tried: the pool took no word of it"
    claims = payload(person.by_password()["AccessToken"])
    if claims["iss"].startswith("https://issuer-cognito-idp."):
        return "confirmed: `iss` begins with `issuer-cognito-idp`"
    return "refuted: `iss` is as before"
