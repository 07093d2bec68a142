"""The kit's stacks: made by Terraform, and taken away again in whatever way the run ends."""

import collections
import contextlib
import io
import json
import os
import pathlib
import shutil
import signal
import subprocess
import time
import zipfile

from cloud import ROOT, Failed

HERE = pathlib.Path(__file__).parent


class Stacks:
    """Its folder holds Terraform's state until everything is destroyed."""

    def __init__(self, cloud, folder, cache, variables):
        self.cloud, self.folder = cloud, folder
        module = folder / "infra"
        shutil.copytree(ROOT / "infra", module, ignore=shutil.ignore_patterns(
            ".terraform*", "*.tfstate*"))
        self.root = module / "examples/live"
        shutil.copytree(HERE / "stacks", self.root)
        for name in ("recorder", "echo"):
            path = folder / f"{name}.zip"
            path.write_bytes(zipped({f"{name}.py": (HERE / f"functions/{name}.py").read_text()}))
            variables["packages"][name] = str(path)
        (self.root / "live.auto.tfvars.json").write_text(json.dumps(variables))
        cache.mkdir(exist_ok=True)
        self.environment = {**cloud.environment, "TF_IN_AUTOMATION": "1", "CHECKPOINT_DISABLE": "1",
                            "TF_PLUGIN_CACHE_DIR": str(cache)}
        plugins = os.environ.get("STACK_PLUGINS")
        self.terraform("init", "-input=false", *([f"-plugin-dir={plugins}"] if plugins else []))

    def planned(self):
        """How many of which resource an apply would make. It makes nothing."""
        self.terraform("plan", "-input=false", "-out=plan")
        plan = json.loads(self.terraform("show", "-json", "plan"))
        return collections.Counter(change["type"] for change in plan["resource_changes"]
                                   if "create" in change["change"]["actions"])

    def apply(self):
        self.terraform("apply", "-input=false", "-parallelism=20", "plan")
        outputs = json.loads(self.terraform("output", "-json"))
        return {name: output["value"] for name, output in outputs.items()}

    def destroy(self):
        """Only what is in this state, which only this run has written. What is left, by name."""
        problem = None
        # A second try, because AWS may need a moment to see that nothing uses a thing any more.
        for _ in range(2):
            try:
                self.terraform("destroy", "-input=false", "-auto-approve", "-parallelism=20")
                shutil.rmtree(self.folder)
                return None
            except Failed as failure:
                problem = failure
        left = self.terraform("state", "list").split()
        return (f"{len(left)} resources are left: {', '.join(left)}\nDestroy them by `terraform "
                f"destroy` in {self.root}\n{problem}")

    def terraform(self, *words):
        """Ends by an interrupt alone, so that its state names all that it has made."""
        process = subprocess.Popen(
            ["terraform", words[0], *(["-no-color"] if words[0] not in ("show", "state") else []),
             *words[1:]], cwd=self.root, env=self.environment, text=True, start_new_session=True,
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        try:
            output, problem = process.communicate()
        except BaseException:
            process.send_signal(signal.SIGINT)
            with unbroken():
                process.communicate()
            raise
        if process.returncode != 0:
            raise Failed(f"terraform {words[0]}\n{output[-2000:]}\n{problem[-4000:]}")
        return output


@contextlib.contextmanager
def unbroken():
    """What must come to its end, whatever signals come."""
    before = {number: signal.signal(number, signal.SIG_IGN)
              for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def there(cloud, word):
    """What is in the account and has the word in its name, in each service that the kit uses."""
    services = [
        ("cognito-idp", "list_user_pools", {"MaxResults": 60}, "UserPools", "Name"),
        ("lambda", "list_functions", {}, "Functions", "FunctionName"),
        ("dynamodb", "list_tables", {}, "TableNames", None),
        ("iam", "list_roles", {}, "Roles", "RoleName"),
        ("logs", "describe_log_groups", {}, "logGroups", "logGroupName"),
        ("cloudwatch", "describe_alarms", {}, "MetricAlarms", "AlarmName"),
        ("apigatewayv2", "get_apis", {}, "Items", "Name"),
        ("apigateway", "get_rest_apis", {}, "items", "name"),
    ]
    found = []
    for service, operation, arguments, field, name in services:
        client = cloud.service(service)
        pages = (client.get_paginator(operation).paginate(**arguments)
                 if client.can_paginate(operation) else [getattr(client, operation)(**arguments)])
        names = (item[name] if name else item for page in pages for item in page.get(field, []))
        found += [f"{service} {it}" for it in names if word in it]
    return found


def still_there(cloud, word):
    """The same after a destroy, when lists may be of a moment ago."""
    for _ in range(6):
        if not (found := there(cloud, word)):
            break
        time.sleep(0 if cloud.emulated else 10)
    return found


def zipped(files):
    package = io.BytesIO()
    with zipfile.ZipFile(package, "w", zipfile.ZIP_DEFLATED) as archive:
        for path, content in files.items():
            archive.writestr(path, content)
    return package.getvalue()
