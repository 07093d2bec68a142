"""The whole stack, applied, signed in to, and destroyed. `run` starts it.

Every line `ok …` is one thing shown; the first one that is not so ends it with exit status 1.
Nothing here is said about latency on AWS, about Cognito's five seconds, or about who may invoke a
function: the emulator measures the first badly and enforces the others not at all.
"""

import concurrent.futures
import contextlib
import pathlib
import signal
import sys
import tempfile
import time

import broken
import deployed
import doors
import examples
import latency
import revoked
import rollout
from company import Company
from emulator import ROOT, Failed, Relay, ministack
from handlers import Handlers
from terraform import NotCreated, Terraform

TIMES = []


@contextlib.contextmanager
def phase(name):
    print(f"-- {name}", flush=True)
    started = time.monotonic()
    try:
        yield
    finally:
        TIMES.append((name, time.monotonic() - started))


@contextlib.contextmanager
def meanwhile(work, *arguments):
    """Something to do while Terraform applies a change, which is mostly waiting."""
    with concurrent.futures.ThreadPoolExecutor(1) as pool:
        done = pool.submit(work, *arguments)
        yield
        done.result()


def variables(emulator, relay, folder):
    """Of infra/examples/complete: what differs between this and production."""
    authorizer = (ROOT / "infra/examples/complete/authorizer.toml").read_text()
    # AWS: the keys are below the issuer, where they are found without this. Here: elsewhere.
    key_set = f'key_set = "{emulator.endpoint}/${{USER_POOL_ID}}/.well-known/jwks.json"'
    authorizer = authorizer.replace("[pools.main]\n", f"[pools.main]\n{key_set}\n")
    packages = {
        "trigger_zip": ("pre-token-generation",
                        {"claims.toml": (ROOT / "claims.toml").read_text() + revoked.NOT_REVOKED}),
        "authorizer_zip": ("authorizer", {"authorizer.toml": authorizer}),
        "handler_zip": ("items-api", {}),
    }
    paths = {}
    for name, (program, files) in packages.items():
        path = folder / f"{program}.zip"
        path.write_bytes(emulator.package(program, files))
        paths[name] = str(path)
    table = {"AWS_ENDPOINT_URL_DYNAMODB": relay.url}
    return {
        **paths, "architecture": "x86_64", "domain_prefix": "claims-stack",
        "machine_clients": {"machine": ["read", "write"], "feed": ["read"]},
        "password_auth": True, "deletion_protection": False,
        "trigger_environment": table, "handler_environment": table,
        # Past the relay: what fails there is the trigger's and the handler's.
        "authorizer_environment": {"AWS_ENDPOINT_URL_DYNAMODB": emulator.endpoint},
    }


def whole_test(emulator, folder):
    relay = Relay(emulator.endpoint)
    with phase("packages, terraform init"):
        terraform = Terraform(emulator, folder, variables(emulator, relay, folder))
    with phase("terraform apply"):
        made = terraform.create()
    with phase("people and records"):
        company = Company(emulator, made)
    four = deployed.doors(emulator, made)
    packages = folder.parent / "handlers"  # of tests/handlers/zip
    with phase("tokens"):
        deployed.every_identity_has_its_claims(company)
        deployed.machines_have_their_claims(company)
        deployed.some_get_no_token(company)
        deployed.another_organisation_needs_a_membership(company)
        deployed.a_refresh_reads_the_table_again(company)
        without_features = deployed.a_full_token_says_what_it_left_out(company)
    with phase("APIs"):
        for door in four:
            deployed.a_preflight_needs_no_token(door)
        deployed.its_own_answers_are_problems(four[1])
        deployed.tokens_expire(company, four)
    with phase("revocation"):
        revoked.tokens_open_nothing(emulator, company, four)
        revoked.nobody_gets_new_ones(emulator, company)
    with phase("the handler in Rust"):
        handlers = Handlers(terraform, company, relay, four, without_features, packages)
        handlers.keep_their_promises("Rust")
    with meanwhile(handlers.deploy, "TypeScript"), phase("doors that Terraform doesn't make"):
        others = doors.Doors(emulator, company)
        others.open(packages)
    with phase("the handler in TypeScript"):
        handlers.keep_their_promises("TypeScript")
    with meanwhile(handlers.deploy, "Python"):
        with phase("what those doors refuse"):
            others.stay_closed()
        with phase("a table that fails"):
            deployed.failures_are_as_documented(company, relay)
            deployed.logs_are_private(emulator, [company.trigger, four[2].authorizer])
    with phase("the handler in Python"):
        handlers.keep_their_promises("Python")
    with phase("versions go live and back"):
        versions = rollout.Rollout(terraform, company, folder)
        versions.a_good_version_goes_live()
        versions.bad_ones_do_not()
        versions.rights_stay_until_live_has_moved()
        versions.one_command_goes_back()
        versions.a_protected_stack_stays()
    with phase("stacks with something wrong"):
        broken.all_are_seen(terraform, company, four[0], four[2])
    with phase("terraform destroy"):
        terraform.destroy()
        deployed.nothing_is_left(emulator)


def smaller_examples(emulator, folder):
    with phase("the smaller examples"):
        examples.all_work(emulator, folder)


def latency_test(emulator, folder):
    relay = Relay(emulator.endpoint)
    terraform = Terraform(emulator, folder, variables(emulator, relay, folder))
    # Without the relay, which is slower than a connection.
    latency.measure(Company(emulator, terraform.apply(trigger_environment={})))


def on_an_emulator(test, target):
    """Once more on a new one if not even the first apply works: beside twenty requests at once the
    emulator loses an answer now and then, and what Terraform sends again exists already."""
    for last in (False, True):
        try:
            with tempfile.TemporaryDirectory(dir=target) as folder, \
                    ministack(folder, target) as emulator:
                return test(emulator, pathlib.Path(folder))
        except NotCreated as failure:
            if last:
                raise
            print(f"once more on a new emulator: {failure}", flush=True)


def main():
    signal.signal(signal.SIGTERM, lambda *_: sys.exit("FAILED: ended from outside"))
    target = pathlib.Path(sys.argv[1]).resolve()
    tests = [latency_test] if "--latency" in sys.argv else [whole_test, smaller_examples]
    started = time.monotonic()
    try:
        for test in tests:
            on_an_emulator(test, target)
    except Failed as failure:
        sys.exit(f"FAILED {failure}")
    except KeyboardInterrupt:
        sys.exit("FAILED: ended from outside")
    finally:
        for name, seconds in TIMES:
            print(f"{seconds:6.1f} s  {name}")
        print(f"in {time.monotonic() - started:.0f} seconds", flush=True)


main()
