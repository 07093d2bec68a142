"""From an empty folder to a policy of one's own, for each starter."""
import os
import re
import zipfile
from pathlib import Path

# So many commands from nothing to one's own policy simulated.
COMMANDS = 6
PERSON = "--user 11111111-1111-4111-8111-111111111111"
MACHINE = "--client 4machineexample0000000000001"
# Each starter: what its tokens say, what they are called in TypeScript, and somebody who gets them.
STARTERS = {
    "single-table": (["org_id", "acme-corp", "org_tier", "enterprise"], "feature_flags", PERSON),
    "own-table": (
        ["org_id", "org_tier", "team"],
        "beta",
        f"{PERSON} --attribute email=ada@acme.example --attribute email_verified=true",
    ),
    "entra-id": (
        ["org_name", "Northwind", "catalog_editor"],
        "roles",
        f"{PERSON} --attribute custom:entra_tid=3f2504e0-4f89-41d3-9a0c-0305e82c3301 "
        "--attribute 'custom:entra_roles=[Catalog.Write]' --attribute 'identities=[{\"providerName\":\"EntraID\"}]'",
    ),
    "machines": (["org_id", "acme", "orders/read"], "org_tier", f"{MACHINE} --scope orders/read"),
    "attribute": (["department", "finance"], "department", f"{PERSON} --attribute custom:department=finance"),
}
FILES = {"claims.toml", "items.json", "event.json", ".github/workflows/claims.yml"}
OWN_CLAIM = "\n[claims.greeting]\nvalue = \"hello\"\n"

# Commands that know no policy of the folder, or don't use one.
WITHOUT_POLICY = {"init", "anonymise", "schema", "completions", "manual", "help"}
# All others, beside a policy that can't be used.
WITH_POLICY = {
    "check": "check",
    "simulate": "simulate --records items.json event.json",
    "event": f"event {PERSON}",
    "diff": "diff --against good.toml --records items.json event.json",
    "contract": "contract",
    "types": "types --language typescript",
    "show": f"show {PERSON} --records items.json",
    "seed": "seed --dry-run items.json",
    "revoke": f"revoke {PERSON} --dry-run",
    "doctor": "doctor --event event.json --records items.json",
    "pack": "pack --policy claims.toml --function released.zip "
            "--sha256 $(sha256sum released.zip | cut -d ' ' -f 1)",
}
# What `serve` says of it: tests/stranger/served.py.
SERVED = {"serve"}


def files(folder):
    """Each file below a folder, with its bytes."""
    found = (path for path in Path(folder).rglob("*") if path.is_file())
    return {str(path.relative_to(folder)): path.read_bytes() for path in found}


def told(printed):
    """The commands that a text tells to run; what they are for stands behind two blanks."""
    lines = (line.strip() for line in printed.splitlines())
    return [re.split("  +", line)[0] for line in lines if line.startswith("claimsmith ")]


def walk(desk, name):
    """From nothing to a policy of one's own, and all that can be asked about it."""
    says, typed, who = STARTERS[name]
    folder = desk.folder(name)
    records = "" if name == "attribute" else " --records items.json"
    first = len(desk.times)

    next_ones = told(desk.run(name, f"claimsmith init {name}", folder, says=[name]))
    expected = FILES - (set() if records else {"items.json"})
    if set(files(folder)) != expected:
        desk.wrong(name, f"init wrote {sorted(files(folder))}")
    simulated = [line for line in next_ones if " simulate " in line]
    if "claimsmith check" not in next_ones or not simulated:
        desk.wrong(name, f"init doesn't tell of check and simulate: {next_ones}")
        return
    desk.run(name, "claimsmith check", folder, says=["claims.toml"])
    desk.run(name, simulated[0], folder, says=says)
    # Now it is one's own: an editor, and the same again.
    policy = folder / "claims.toml"
    shipped = policy.read_text()
    policy.write_text(shipped + OWN_CLAIM)
    desk.run(name, "claimsmith check", folder, says=["claims.toml"])
    desk.run(name, simulated[0], folder, says=[*says, "greeting", "hello"])
    if len(desk.times) - first > COMMANDS:
        desk.wrong(name, f"more than {COMMANDS} commands until one's own policy was simulated")

    for line in simulated[1:]:
        desk.run(name, line, folder, says=[typed])
    desk.run(name, f"claimsmith simulate{records} {who}", folder, says=[*says, "hello"])
    desk.run(name, f"claimsmith show{records} {who}", folder, says=["claims.toml"])
    desk.run(name, f"claimsmith event {who} >mine.json", folder)
    desk.run(name, f"claimsmith simulate{records} mine.json", folder, says=[*says, "hello"])
    desk.run(name, "claimsmith contract", folder, says=[typed, "greeting"])
    desk.run(name, "claimsmith contract >contract.json", folder)
    desk.run(name, "claimsmith contract --against contract.json", folder)
    desk.run(name, "claimsmith types --language typescript", folder, says=[typed, "greeting"])
    (folder / "before.toml").write_text(shipped)
    # 4 is "something differs".
    difference = f"claimsmith diff --against before.toml{records} event.json"
    desk.run(name, difference, folder, status=4, says=["greeting"])
    policy.write_text(shipped)
    desk.run(name, difference, folder)
    if set(files(folder)) != expected | {"mine.json", "contract.json", "before.toml"}:
        desk.wrong(name, f"files came or went: {sorted(files(folder))}")
    if os.listdir(desk.home):
        desk.wrong(name, f"the home has {os.listdir(desk.home)}")


def init_overwrites_nothing(desk):
    """Twice in one folder, with the same starter and with another."""
    folder = desk.folder("twice")
    desk.run("twice", "claimsmith init", folder)
    (folder / "claims.toml").write_text("mine")
    before = files(folder)
    for again in ["claimsmith init", "claimsmith init machines"]:
        desk.run("twice", again, folder, status=2, says=["claims.toml", "nothing was written"])
    if files(folder) != before:
        desk.wrong("twice", "something was overwritten, or came beside it")


def nothing_here_is_told(desk):
    """Without a policy in the folder it is about another one, and how to begin is said."""
    folder = desk.folder("empty")
    for line in ["check", f"simulate {PERSON}", f"event {PERSON}", "contract", "types --language typescript"]:
        desk.run("empty", f"claimsmith {line}", folder, says=["built-in policy", "claimsmith init"])
    for line in ["claimsmith simulate", "claimsmith event", "claimsmith show"]:
        desk.run("empty", line, folder, status=2, says=["--user", "--client"])
    if files(folder):
        desk.wrong("empty", f"it has {sorted(files(folder))}")


def every_command_finds_a_broken_policy(desk):
    """No command says that all is well beside a policy that the function wouldn't start with."""
    folder = desk.folder("broken")
    desk.run("broken", "claimsmith init", folder)
    (folder / "good.toml").write_text((folder / "claims.toml").read_text())
    with zipfile.ZipFile(folder / "released.zip", "w") as released:
        # Any program could be a function.
        released.write("/bin/true", "bootstrap")
        released.write(folder / "good.toml", "claims.toml")
    commands = desk.run("broken", "claimsmith help", folder).split("\nCommands:\n")[-1].split("\n\n")[0]
    names = {line.split()[0] for line in commands.splitlines() if line.startswith("  ") and line[2] != " "}
    if names != WITHOUT_POLICY | set(WITH_POLICY) | SERVED:
        desk.wrong("broken", f"commands that nobody tries here, or that are gone: "
                   f"{names ^ (WITHOUT_POLICY | set(WITH_POLICY) | SERVED)}")
    for broken, says in [("version = 1\n[claims.sub]\nvalue = \"x\"\n", "reserved-claim"), ("version = \n", "toml-syntax")]:
        (folder / "claims.toml").write_text(broken)
        for name, arguments in WITH_POLICY.items():
            # doctor names a cause.
            status = 4 if name == "doctor" else 2
            desk.run("broken", f"claimsmith {arguments}", folder, status=status, says=["claims.toml", says])
    (folder / "claims.toml").unlink()
    (folder / "claims.toml").symlink_to("gone.toml")
    for name, arguments in WITH_POLICY.items():
        # revoke asks for authorizer.toml then, which is no "all is well" either.
        said = [] if name == "revoke" else ["claims.toml"]
        desk.run("broken", f"claimsmith {arguments}", folder, status=2, says=said)
