"""The tables of infra/README.md, from the module's own files.

    python3 tests/infra/tables.py           writes them
    python3 tests/infra/tables.py --check   says whether they are up to date

The files are formatted by `terraform fmt`, so blocks begin and end in the first column, and their
arguments in the third.
"""

import pathlib
import re
import sys

MODULE = pathlib.Path(__file__).parents[2] / "infra"
README = MODULE / "README.md"


# Of inputs and outputs, in the order of the tables: files of one kind, the general ones first.
ORDER = ["", "pool", "sign-in", "clients", "federation", "trigger", "rollout", "functions", "table", "apis", "watching"]


def files(kind):
    """The files `variables.tf`, `variables-pool.tf` and so on."""
    found = {path.stem.removeprefix(kind).removeprefix("-"): path.name for path in MODULE.glob(f"{kind}*.tf")}
    if unknown := set(found) - set(ORDER):
        sys.exit(f"FAILED no place in the tables is known for {kind} of {sorted(unknown)}: ORDER in {__file__}")
    return [found[subject] for subject in ORDER if subject in found]


def blocks(kind, file):
    """Labels and arguments of a file's blocks of one kind, in its order."""
    text = (MODULE / file).read_text()
    for labels, body in re.findall(rf'^{kind} ((?:"[^"]+" )+)\{{\n(.*?)^\}}', text, re.S | re.M):
        arguments = re.findall(r"^  (\w+) += (.*?)(?=^  \w|\Z|\n\n)", body, re.S | re.M)
        yield re.findall(r'"([^"]+)"', labels), {name: value.strip() for name, value in arguments}


def text(value):
    return value[1:-1].replace('\\"', '"').replace("|", "\\|")


def code(value):
    value = " ".join(value.split()).replace("|", "\\|")
    return f"`{value}`"


def inputs():
    yield "| input | type | default | what it is |"
    yield "|---|---|---|---|"
    for (name,), block in (found for file in files("variables") for found in blocks("variable", file)):
        default = code(block["default"]) if "default" in block else "needed"
        kind = code(one_line(block["type"]))
        yield f"| `{name}` | {kind} | {default} | {text(block['description'])} |"


def one_line(kind):
    """A type as one writes it in one line."""
    kind = re.sub(r"([^{(,\s])\n\s*(?=\w)", r"\1, ", kind)
    return re.sub(r"\s+", " ", kind).replace("({ ", "({ ").replace(" })", " })")


def outputs():
    yield "| output | what it is |"
    yield "|---|---|"
    for (name,), block in (found for file in files("outputs") for found in blocks("output", file)):
        secret = " (sensitive)" if block.get("sensitive") == "true" else ""
        yield f"| `{name}` | {text(block['description'])}{secret} |"


def resources():
    yield "| file | resources |"
    yield "|---|---|"
    for path in sorted(MODULE.glob("*.tf")):
        made = [f"`{kind}.{name}`" for (kind, name), _ in blocks("resource", path.name)]
        if made:
            yield f"| [{path.name}]({path.name}) | {', '.join(made)} |"


def written(document):
    for name, table in [("inputs", inputs), ("outputs", outputs), ("resources", resources)]:
        begin, end = f"<!-- {name}: tests/infra/tables.py -->", f"<!-- end of {name} -->"
        before, _, rest = document.partition(begin)
        _, found, after = rest.partition(end)
        if not found:
            sys.exit(f"FAILED infra/README.md has no place for the {name}: {begin} … {end}")
        document = "\n".join([before + begin, *table(), end + after])
    return document


def main():
    document = README.read_text()
    new = written(document)
    if "--check" not in sys.argv:
        README.write_text(new)
    elif new != document:
        sys.exit("FAILED the tables of infra/README.md are old: python3 tests/infra/tables.py")
    else:
        print("ok the tables of infra/README.md say what the module has")


if __name__ == "__main__":
    main()
