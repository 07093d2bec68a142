"""The walls of the package: what knows what."""

import ast
import pathlib
import sys
import unittest

import cognito_claims

ROOMS = (
    *("names", "door", "errors", "encoding", "json_text", "date", "lists", "value"),
    *("bits", "words", "features", "org", "organisations", "annotations", "plan", "people"),
    *("event", "claims", "refusal", "guard", "context", "flatten", "testing", "dangerous"),
    *("fastapi", "powertools"),
)
FOREIGN = {"fastapi": {"fastapi", "starlette"}, "powertools": {"aws_lambda_powertools"}}
# What neither a reader nor a guard needs.
OUTSIDE = {"os", "io", "socket", "urllib", "http", "logging", "pathlib", "subprocess", "threading", "warnings"}
FOLDER = pathlib.Path(cognito_claims.__file__).parent


def imports(room: str) -> tuple[set[str], set[str]]:
    """Rooms of this package, and packages of others."""
    rooms, others = set[str](), set[str]()
    for node in ast.walk(ast.parse((FOLDER / f"{room}.py").read_text("utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.level:
            rooms |= {node.module} if node.module else {each.name for each in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            others.add(node.module.split(".")[0])
        elif isinstance(node, ast.Import):
            others |= {each.name.split(".")[0] for each in node.names}
    return rooms, others


class Rooms(unittest.TestCase):
    def test_every_room_has_its_place(self) -> None:
        files = {file.stem for file in FOLDER.glob("*.py")}
        self.assertEqual(files, {*ROOMS, "__init__"})
        for file in FOLDER.glob("*.py"):
            self.assertLess(len(file.read_text("utf-8").splitlines()), 400, file.name)

    def test_no_room_imports_from_one_that_comes_after_it(self) -> None:
        for place, room in enumerate(ROOMS):
            self.assertLessEqual(imports(room)[0], set(ROOMS[:place]), room)

    def test_the_package_depends_on_nothing(self) -> None:
        for room in ROOMS:
            others = imports(room)[1]
            self.assertFalse(others & OUTSIDE, room)
            self.assertLessEqual(others, sys.stdlib_module_names | FOREIGN.get(room, set()), room)

    def test_what_is_unverified_is_known_to_nobody(self) -> None:
        for room in ROOMS:
            self.assertNotIn("dangerous", imports(room)[0], room)
        self.assertNotIn("claims", imports("dangerous")[0])
        self.assertFalse(hasattr(cognito_claims, "UnverifiedClaims"))


if __name__ == "__main__":
    unittest.main()
