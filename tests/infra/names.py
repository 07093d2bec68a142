"""Every name that the module uses of the provider exists in version 6 too.

    python names.py FOLDER [MORE…]     with hcl2 (checkov brings it)

The names are those of the typed bindings in PyPI's cdktn-provider-aws 25.8.1, which were generated
from hashicorp/aws 6.69.1: arguments, nested blocks, what is required, and what is exported. They
say nothing about values. FOLDER keeps the wheel, and of it what was needed last time.
MORE are folders with other files.
"""

import gzip
import io
import json
import pathlib
import re
import sys
import tarfile
import zipfile

import hcl2

MODULE = pathlib.Path(__file__).parents[2] / "infra"
# Terraform's own arguments, which every resource has.
META = {"count", "for_each", "depends_on", "lifecycle", "provider", "provisioner", "connection"}


def camel(name):
    first, *rest = name.split("_")
    return first + "".join(word[:1].upper() + word[1:] for word in rest)


def bindings(folder, kinds):
    """The types of these resources, kept in a file of a few kilobytes."""
    kept = folder / "names.json"
    if kept.exists():
        types = json.loads(kept.read_text())
        if types.get("kinds") == sorted(kinds):
            return types
    wheel = next(folder.glob("cdktn_provider_aws-*.whl"))
    with zipfile.ZipFile(wheel) as archive:
        inner = next(name for name in archive.namelist() if name.endswith(".jsii.tgz"))
        data = io.BytesIO(archive.read(inner))
    with tarfile.open(fileobj=data) as archive:
        description = archive.extractfile("package/.jsii").read()
    if description.startswith(b"\x1f\x8b"):
        description = gzip.decompress(description)
    description = json.loads(description)
    if "types" not in description:
        sys.exit("FAILED the bindings have another form than expected")
    wanted = {camel(kind) for kind in kinds}
    types = {"kinds": sorted(kinds)}
    for name, kind in description["types"].items():
        if name.split(".")[1] in wanted and "OutputReference" not in name and not name.endswith("List"):
            types[name] = {p["name"]: [bool(p.get("optional")), json.dumps(p.get("type", ""))]
                           for p in kind.get("properties", [])}
    kept.write_text(json.dumps(types))
    return types


class Names:
    def __init__(self, types):
        self.types = types
        self.checked = 0

    def of(self, kind, suffix):
        namespace = camel(kind)
        name = f"@cdktn/provider-aws.{namespace}.{namespace[0].upper()}{namespace[1:]}{suffix}"
        # Where another type has the name already, the bindings put an A behind it.
        return self.types.get(name) or self.types.get(f"{name}A") or sys.exit(f"FAILED version 6 has no {kind}")

    def body(self, where, allowed, body):
        """An HCL body against the properties of its type."""
        given = {}
        for name, value in body.items():
            if name == "dynamic":
                for block in value:
                    for label, inner in block.items():
                        given.setdefault(label.strip('"'), []).extend(inner["content"])
            elif name not in META and not name.startswith("__"):
                given[name] = value
        for name, value in given.items():
            self.checked += 1
            if camel(name) not in allowed:
                sys.exit(f"FAILED {where}: version 6 has no {name}")
            inner = re.search(r'"fqn": "(@cdktn/provider-aws\.[^"]+)"', allowed[camel(name)][1])
            for nested in value if inner and isinstance(value, list) else []:
                if isinstance(nested, dict):
                    self.body(f"{where}.{name}", self.types[inner[1]], nested)
        for name, (optional, _) in allowed.items():
            if not optional and name not in {camel(given) for given in given}:
                sys.exit(f"FAILED {where}: version 6 needs {name}")

    def exported(self, text):
        """What is read of resources: aws_thing.name[0].attribute."""
        pattern = r'\b(data\.)?(aws_\w+)\.\w+(?:\[[^\]]*\])?\.([a-z]\w*)'
        for data, kind, attribute in re.findall(pattern, text):
            kind = f"data_{kind}" if data else kind.removeprefix("aws_")
            self.checked += 1
            if camel(attribute) not in self.of(kind, ""):
                sys.exit(f"FAILED version 6 exports no {attribute} of {kind}")


def main():
    folder = pathlib.Path(sys.argv[1])
    bodies = []
    text = ""
    folders = [MODULE, *map(pathlib.Path, sys.argv[2:])]
    for path in sorted(path for folder in folders for path in folder.glob("*.tf")):
        text += path.read_text()
        file = hcl2.loads(path.read_text())
        # The bindings call aws_thing `thing`, and data.aws_thing `dataAwsThing`.
        for keyword, spell in [("resource", lambda kind: kind.removeprefix("aws_")),
                               ("data", lambda kind: f"data_{kind}")]:
            for block in file.get(keyword, []):
                for kind, named in block.items():
                    if kind == "terraform_data":  # Terraform's own
                        continue
                    bodies += [(spell(kind), name, body) for name, body in named.items()]
    kinds = {kind for kind, _, _ in bodies}
    names = Names(bindings(folder, kinds))
    for kind, name, body in bodies:
        names.body(f"{kind}.{name}", names.of(kind, "Config"), body)
    names.exported(text)
    print(f"ok {names.checked} names of {len(kinds)} kinds of resources are those of version 6")


if __name__ == "__main__":
    main()
