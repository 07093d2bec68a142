"""The documents that somebody without a checkout begins with."""
import re

FENCE = re.compile(r"^```console\n(.*?)^```$", re.MULTILINE | re.DOTALL)
SPAN = re.compile(r"`(claimsmith [^`]+)`")
# In a span these stand for something that the reader has.
PLACEHOLDER = re.compile(r"[A-Z…\[]")
ENTERED = re.compile(r"mkdir (\w+) && cd \1$")


def commands(text):
    """The commands of the blocks ```console; one that ends with a backslash goes on in the next line."""
    found = []
    for block in FENCE.findall(text):
        for line in block.splitlines():
            if line.startswith("$ "):
                found.append(line[2:])
            elif found and found[-1].endswith("\\"):
                found[-1] += "\n" + line
    return found


def first_screen(desk, readme):
    """README until its first heading: what begins with the command's name works with it alone."""
    screen = readme.read_text().split("\n## ")[0]
    lines = [line for line in commands(screen) if line.startswith("claimsmith ")]
    spans = [line for line in SPAN.findall(screen) if not PLACEHOLDER.search(line)]
    lines += [line for line in spans if line not in lines and " serve" not in line]
    if not lines:
        desk.wrong("README", "its first screen shows no command to somebody who has only that")
    folder = desk.folder("readme")
    for line in lines:
        desk.run("README", line, folder)


def first_guide(desk, guide):
    """The first guide, as it is read: each command in the folder that the guide is in by then."""
    name = guide.stem
    folder = desk.folder(name)
    lines = commands(guide.read_text())
    if not lines:
        desk.wrong(name, "it has no commands")
    for line, following in zip(lines, [*lines[1:], ""]):
        if entered := ENTERED.match(line):
            folder = folder / entered[1]
            folder.mkdir()
        elif line != "echo $?":
            # A status that the guide asks for is meant.
            meant = (1, 2, 3, 4) if following == "echo $?" else 0
            desk.run(name, line, folder, status=meant)
