"""The smaller examples of infra/, applied as they are, signed in to, and destroyed.

They stand side by side in one configuration, because each Terraform run takes seconds. The complete
one is what the rest of this folder is about; a replica is nothing that the emulator has.
"""

import contextlib
import json
import subprocess

from company import email, password, payload
from emulator import REGION, ROOT, show
from rollout import refused
from terraform import Terraform

# An item for each table that a sign-in reads, by its number or its `sub`.
GUIDE = [("acme-people", {"id": 1001, "email": email("Ada"), "workspace": 7, "beta": True}),
         ("acme-workspaces", {"wsId": "WS-7", "plan": {"name": "team"}, "blocked": False})]
SHIPPED = [{"pk": "USER#{sub}", "sk": "PROFILE", "org_id": "acme"},
           {"pk": "ORG#acme", "sk": "PROFILE", "tier": "pro", "status": "active"},
           {"pk": "TIER#pro", "sk": "PROFILE", "features": ["export"]}]


@contextlib.contextmanager
def applied(emulator, folder):
    """Terraform with the examples applied, and what it says of each. They are gone at the end."""
    policies = {"shipped": ROOT / "claims.toml",
                "own": ROOT / "infra/examples/own-tables/claims.toml"}
    zips = {}
    for name, policy in policies.items():
        zips[name] = folder / f"{name}.zip"
        zips[name].write_bytes(
            emulator.package("pre-token-generation", {"claims.toml": policy.read_text()}))
    pool = emulator.cognito.create_user_pool(
        PoolName="theirs", Policies={"PasswordPolicy": {"MinimumLength": 10, "RequireSymbols": True}},
        AutoVerifiedAttributes=["email"], UsernameAttributes=["email"])["UserPool"]["Id"]
    terraform = Terraform(emulator, folder, {}, example="side-by-side", text=f"""
        module "minimal" {{
          source              = "../minimal"
          trigger_zip         = {json.dumps(in_s3(emulator, zips["shipped"]))}
          deletion_protection = false
        }}

        module "existing" {{
          source              = "../existing-pool"
          trigger_zip         = {json.dumps(str(zips["shipped"]))}
          user_pool_id        = {json.dumps(pool)}
          deletion_protection = false
        }}

        module "own" {{
          source              = "../own-tables"
          trigger_zip         = {json.dumps(str(zips["own"]))}
          deletion_protection = false
        }}

        output "claims" {{
          value = {{ minimal = module.minimal, existing = module.existing, own = module.own }}
        }}
        """)
    made = terraform.create()
    yield terraform, {**made, "existing": {**made["existing"], "user_pool_id": pool}}
    # First what calls the function.
    emulator.cognito.delete_user_pool(UserPoolId=pool)
    terraform.destroy()


def in_s3(emulator, path):
    """A package's address in a bucket that keeps versions."""
    s3 = emulator.service("s3")
    s3.create_bucket(
        Bucket="packages", CreateBucketConfiguration={"LocationConstraint": REGION})
    s3.put_bucket_versioning(Bucket="packages", VersioningConfiguration={"Status": "Enabled"})
    made = s3.put_object(Bucket="packages", Key=path.name, Body=path.read_bytes())
    return f"s3://packages/{path.name}?versionId={made['VersionId']}"


def all_work(emulator, folder):
    with applied(emulator, folder) as (terraform, made):
        for name in ("minimal", "existing"):
            sub = person(emulator, made[name]["user_pool_id"])
            for item in SHIPPED:
                put(emulator, made[name]["table_name"], {**item, "pk": item["pk"].format(sub=sub)})
        shipped = {"org_id": "acme", "org_tier": "pro", "feature_flags": "export"}
        show("the minimal example, its package in S3: a token with the claims",
             claims(emulator, made["minimal"], shipped), shipped)

        pool = made["existing"]["user_pool_id"]
        show("a pool that was there before is untouched: no claims",
             claims(emulator, made["existing"], shipped), dict.fromkeys(shipped))
        before = described(emulator, pool)
        merged = merge(emulator, pool, made["existing"]["pool_lambda_config"], folder)
        show("once the output is merged as docs/deploy.md says: a token with the claims",
             claims(emulator, made["existing"], shipped), shipped)
        after = described(emulator, pool)
        show("and nothing else of the pool has changed",
             sorted(key for key in {*before, *after} if before.get(key) != after.get(key)),
             ["LambdaConfig", "LastModifiedDate"])
        # AWS: what the call leaves out is reset. Here it stays, so the call itself is looked at.
        known = emulator.cognito.meta.service_model.operation_model("UpdateUserPool").input_shape
        kept = {key: before[key] for key in known.members
                if before.get(key) not in (None, "", {}) and key != "LambdaConfig"}
        show("every setting that the pool had is in the call, " + ", ".join(sorted(kept)),
             {key: merged.get(key) for key in kept}, kept)
        refused("the protection stays on while the pool calls", "still calls", terraform.reapply)
        emulator.cognito.update_user_pool(UserPoolId=pool, LambdaConfig={})
        terraform.reapply()
        show("and is off once the pool is detached: no claims",
             claims(emulator, made["existing"], shipped), dict.fromkeys(shipped))

        person(emulator, made["own"]["user_pool_id"])
        for table, item in GUIDE:
            put(emulator, table, item)
        own = {"org_id": "7", "org_tier": "team", "beta": True}
        show("tables of one's own, an index among them: a token with the claims of docs/your-table.md",
             claims(emulator, made["own"], own), own)
        show("and no claims table beside them",
             [name for name in emulator.dynamodb.list_tables()["TableNames"] if "claims-own" in name],
             [])


def described(emulator, pool):
    settings = emulator.cognito.describe_user_pool(UserPoolId=pool)["UserPool"]
    # Its place has been taken by the password policy's, as the document says.
    settings["AdminCreateUserConfig"].pop("UnusedAccountValidityDays", None)
    return settings


def merge(emulator, pool, config, folder):
    """The document's own command, between a pool's description and its update; what it wrote."""
    document = (ROOT / "docs/deploy.md").read_text()
    program = document.split("jq --slurpfile config config.json '", 1)[1].split("' before.json", 1)[0]
    described = emulator.cognito.describe_user_pool(UserPoolId=pool)
    described.pop("ResponseMetadata")
    (folder / "config.json").write_text(json.dumps(config))
    merged = subprocess.run(
        ["jq", "--slurpfile", "config", folder / "config.json", program], check=True,
        input=json.dumps(described, default=str), capture_output=True, text=True).stdout
    emulator.cognito.update_user_pool(**json.loads(merged))
    return json.loads(merged)


def person(emulator, pool):
    """Ada in a pool; her `sub`."""
    # AWS: every event says the status, and nobody can set it. Here: only if it is an attribute.
    attributes = {"email": email("Ada"), "email_verified": "true", "cognito:user_status": "CONFIRMED"}
    user = emulator.cognito.admin_create_user(
        UserPoolId=pool, Username=email("Ada"), MessageAction="SUPPRESS",
        UserAttributes=[{"Name": name, "Value": value} for name, value in attributes.items()])
    emulator.cognito.admin_set_user_password(
        UserPoolId=pool, Username=email("Ada"), Password=password("Ada"), Permanent=True)
    return next(a["Value"] for a in user["User"]["Attributes"] if a["Name"] == "sub")


def put(emulator, table, item):
    emulator.dynamodb.put_item(TableName=table, Item=typed(item)["M"])


def typed(value):
    """As DynamoDB writes it."""
    if isinstance(value, dict):
        return {"M": {key: typed(inner) for key, inner in value.items()}}
    if isinstance(value, list):
        return {"L": [typed(inner) for inner in value]}
    if isinstance(value, bool):
        return {"BOOL": value}
    return {"N": str(value)} if isinstance(value, int) else {"S": value}


def claims(emulator, made, names):
    """What Ada's access token says of them, by a client that may send passwords."""
    client = emulator.cognito.create_user_pool_client(
        UserPoolId=made["user_pool_id"], ClientName="try",
        ExplicitAuthFlows=["ALLOW_USER_PASSWORD_AUTH"])["UserPoolClient"]["ClientId"]
    tokens = emulator.cognito.initiate_auth(
        AuthFlow="USER_PASSWORD_AUTH", ClientId=client,
        AuthParameters={"USERNAME": email("Ada"), "PASSWORD": password("Ada")})
    token = payload(tokens["AuthenticationResult"]["AccessToken"])
    return {name: token.get(name) for name in names}
