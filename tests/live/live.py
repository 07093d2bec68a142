"""One run of the live kit, from the question whether it may to the transcript. `run` starts it."""

import argparse
import contextlib
import datetime
import json
import os
import pathlib
import secrets
import shutil
import signal
import sys
import tempfile
import time
import tomllib
import traceback

import cost
import logs_role
import questions
import transcript
import tries
from cloud import PREFIX, ROOT, Amazon, Emulated, Failed, ministack
from observe import doors_of, sign_ins_of, times_of, updated_issuer
from sign_ins import BY_HAND
from stacks import Stacks, still_there, there, unbroken

# How many sign-ins are measured: warm ones, cold ones.
ROUNDS = {True: (5, 1), False: (100, 10)}


def arguments():
    parser = argparse.ArgumentParser(prog="tests/live/run")
    parser.add_argument("--target", type=pathlib.Path, required=True, help=argparse.SUPPRESS)
    parser.add_argument("--emulator", action="store_true")
    parser.add_argument("--profile")
    parser.add_argument("--region")
    parser.add_argument("--packages", type=pathlib.Path, help="folder with the zips of ./package")
    parser.add_argument("--out", type=pathlib.Path, default=pathlib.Path("live.md"))
    parser.add_argument("--yes", action="store_true", help="don't ask")
    parser.add_argument("--rest-api-account-role", action="store_true",
                        help="the account has no role yet by which REST APIs write logs: make it")
    return parser.parse_args()


def packages(folder):
    """The zips of ./package, of whichever architecture is there."""
    for architecture in ("arm64", "x86_64"):
        paths = {word: folder / f"{name}-{architecture}.zip" for word, name in
                 (("trigger", "pre-token-generation"), ("authorizer", "authorizer"))}
        if all(path.exists() for path in paths.values()):
            return architecture, {word: str(path.resolve()) for word, path in paths.items()}
    raise Failed(f"{folder} has no zips of the trigger and the authorizer: run ./package first")


def emulated_packages(emulator, folder):
    authorizer = (ROOT / "infra/examples/complete/authorizer.toml").read_text()
    # AWS: the keys are below the issuer, where they are found without this. Here: elsewhere.
    key_set = f'key_set = "{emulator.endpoint}/${{USER_POOL_ID}}/.well-known/jwks.json"'
    authorizer = authorizer.replace("[pools.main]\n", f"[pools.main]\n{key_set}\n")
    programs = {"trigger": ("pre-token-generation", "claims.toml",
                            (ROOT / "claims.toml").read_text()),
                "authorizer": ("authorizer", "authorizer.toml", authorizer)}
    paths = {}
    for word, (program, name, text) in programs.items():
        paths[word] = str(folder / f"{word}.zip")
        pathlib.Path(paths[word]).write_bytes(emulator.package(program, {name: text}))
    return "x86_64", paths


def run(cloud, options, folder, architecture, paths, record, private):
    account = cloud.account()
    private.add(account)
    left = there(cloud, PREFIX) + [str(it) for it in sorted(folder.glob(f"{PREFIX}*"))]
    if left:
        raise Failed("an earlier run is not cleaned up, so nothing is made: " + ", ".join(left))
    logs_role.check(cloud, options.rest_api_account_role)
    name = PREFIX + secrets.token_hex(3)
    place = folder / name
    place.mkdir(mode=0o700)  # Terraform's state has secrets
    try:
        stacks = Stacks(cloud, place, options.target / "live/providers", {
            "name": name, "architecture": architecture, "packages": paths,
            "rest_api_account_role": options.rest_api_account_role})
        if not agreed(cloud, options, account, name, stacks.planned()):
            raise Failed("not agreed to: nothing was made")
    except BaseException:
        shutil.rmtree(place)
        raise
    started = time.monotonic()
    try:
        observe(cloud, stacks.apply(), place, record, private)
    finally:
        with unbroken():
            print("destroying; an interrupt is ignored until it is done", flush=True)
            problem = stacks.destroy() or ", ".join(still_there(cloud, name))
            if options.rest_api_account_role:
                problem = problem or logs_role.reset(cloud)
        record["left"] = problem or "nothing"
        print(f"left: {record['left']}\nin {time.monotonic() - started:.0f} seconds", flush=True)
    if problem:
        raise Failed("not everything could be destroyed")


def agreed(cloud, options, account, name, planned):
    print("\n".join(cost.lines()))
    print(f"It makes, in account {account}, region {cloud.region}, named {name}…:")
    for kind, count in sorted(planned.items()):
        print(f"  {count} {kind}")
    print("and destroys all of it at the end, and nothing else.", flush=True)
    return options.yes or cloud.emulated or input("Go on? Type yes: ").strip() == "yes"


def observe(cloud, made, place, record, private):
    pools = {(pool["kind"], pool["version"]): pool for pool in made["pools"]}
    people = record.setdefault("sign_ins", [])
    persons = sign_ins_of(cloud, pools, place, private, people)
    record["by_hand"] = BY_HAND
    record["events"] = {f"{it['version']} {it['source']}": it["shown"]
                        for it in people if it.get("shown")}
    record["tries"] = tries.of(cloud, persons["recorder", "V3_0"], questions.RESERVED, private)
    record["scp"] = tries.scp(cloud, made["doors"], persons["recorder", "V3_0"], private)
    record |= doors_of(cloud, made["doors"], persons)
    record["updated"] = updated_issuer(cloud, persons["recorder", "V2_0"])
    record["latency"] = times_of(cloud, persons["trigger", "V3_0"], made["plain"], private,
                                 *ROUNDS[cloud.emulated])


def kept(record):
    """Without what only the verdicts were made of: claims, real events, what handlers got."""
    sign_ins = [{key: it[key] for key in it if key not in ("claims", "event", "shown")}
                for it in record.get("sign_ins", [])]
    return {**{key: it for key, it in record.items() if key not in ("handlers",)},
            "sign_ins": sign_ins}


def shown(record):
    """What the emulator must show, by name: all but times and sizes."""
    found = {f"{part}: {name}": it for part in ("verdicts", "tries", "doors")
             for name, it in record[part].items()}
    for it in record["sign_ins"]:
        name = f"sign-in: {it['kind']} {it['version']} {it['source']}"
        found[name] = it["problem"] or it["differences"]
    return {**found, "updated": record["updated"], "left": record["left"]}


def check(record):
    wanted = json.loads((pathlib.Path(__file__).parent / "emulator.json").read_text())
    got = shown(record)
    wrong = [f"{name}\n     got {got.get(name)}\nexpected {wanted.get(name)}"
             for name in sorted(wanted.keys() | got.keys()) if wanted.get(name) != got.get(name)]
    if wrong:
        raise Failed("the emulator shows something else than emulator.json says\n"
                     + "\n".join(wrong))


def notices_what_is_there(cloud):
    """Asks the services for real: test_kit.py shows what a run makes of their answer."""
    name = f"{PREFIX}somebody"
    cloud.service("dynamodb").create_table(
        TableName=name, BillingMode="PAY_PER_REQUEST",
        AttributeDefinitions=[{"AttributeName": "pk", "AttributeType": "S"}],
        KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}])
    pool = cloud.service("cognito-idp").create_user_pool(PoolName=name)["UserPool"]["Id"]
    found = there(cloud, PREFIX)
    cloud.service("dynamodb").delete_table(TableName=name)
    cloud.service("cognito-idp").delete_user_pool(UserPoolId=pool)
    if found != [f"cognito-idp {name}", f"dynamodb {name}"]:
        raise Failed(f"an earlier run isn't noticed: {found}")


@contextlib.contextmanager
def place_of(options):
    if options.emulator:
        target = options.target / "live"
        with tempfile.TemporaryDirectory(dir=target) as folder:
            runs, server = pathlib.Path(folder, "runs"), pathlib.Path(folder, "server")
            runs.mkdir()
            server.mkdir()
            with ministack(str(server), target) as emulator:
                emulator.programs = pathlib.Path(os.environ["PROGRAMS"])
                architecture, paths = emulated_packages(emulator, pathlib.Path(folder))
                yield Emulated(emulator), runs, architecture, paths
    else:
        cloud = Amazon(options.profile, options.region)
        folder = options.target / "live"
        folder.mkdir(parents=True, exist_ok=True)
        architecture, paths = packages(options.packages or options.target / "package")
        yield cloud, folder, architecture, paths


def main():
    options = arguments()
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.default_int_handler)
    release = tomllib.loads((ROOT / "Cargo.toml").read_text())["workspace"]["package"]["version"]
    record = {"where": "the emulator" if options.emulator else "AWS", "release": release,
              "date": datetime.date.today().isoformat(), "ended": "with everything destroyed"}
    # What verdicts say of a part that the run didn't come to.
    early = "the run ended before"
    record |= {"tries": {}, "doors": {}, "handlers": {}, "latency": {}, "scp": early,
               "unlisted": early, "updated": f"not tried: {early}"}
    private, failure = set(), None
    try:
        with place_of(options) as (cloud, folder, architecture, paths):
            record["where"] += f", region {cloud.region}"
            if cloud.emulated:
                notices_what_is_there(cloud)
            run(cloud, options, folder, architecture, paths, record, private)
    except (Exception, KeyboardInterrupt) as problem:
        # Whatever it is: what was seen until then is worth a transcript.
        if not isinstance(problem, Failed | KeyboardInterrupt):
            traceback.print_exc()
        failure = f"{type(problem).__name__}: {problem}"
        record["ended"] = f"{type(problem).__name__}; left: {record.get('left', 'nothing')}"
    out = options.target / "live/transcript.md" if options.emulator else options.out
    if "sign_ins" in record:
        record["verdicts"] = questions.verdicts(record)
        transcript.write(out, kept(record), private)
        print(f"the transcript is {out}, and {out.with_suffix('.json').name} beside it", flush=True)
    if failure:
        sys.exit(f"FAILED {failure}")
    if options.emulator:
        check(record)
        print("ok every verdict is the emulator's")


if __name__ == "__main__":
    try:
        main()
    except Failed as failure:
        sys.exit(f"FAILED {failure}")
