"""`./package` with a made-up program in the place of the compiler's, so that nothing is compiled; the
rest of it is real. For the tests beside this file."""

import contextlib
import importlib.machinery
import importlib.util
import io
import sys
import tempfile
import unittest
from pathlib import Path
from unittest import mock

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "release"))

import build
import check

loader = importlib.machinery.SourceFileLoader("package", str(ROOT / "package"))
package = importlib.util.module_from_spec(importlib.util.spec_from_loader("package", loader))
# A data class looks its module up.
sys.modules["package"] = package
loader.exec_module(package)


def program(arch="x86_64", more=b""):
    """The start of a program as `examine` reads it."""
    machine = build.MACHINES[arch].to_bytes(2, "little")
    return b"\x7fELF" + bytes(14) + machine + b"GLIBC_2.17\0GLIBC_2.34\0" + more


# In the place of `claimsmith check`, which the command's own tests are about.
CHECKER = """#!/bin/sh
[ "$1" != completions ] || { echo "completions of $2"; exit; }
grep -q '^wrong' "$3" || exit 0
echo "$2 $3: 1 problem"
exit 2
"""


def checker(root, target):
    program = Path(CHECKERS.name) / "claimsmith"
    program.write_text(CHECKER)
    program.chmod(0o755)
    return program


CHECKERS = tempfile.TemporaryDirectory()


def run_package(*arguments, builder=lambda root, target, arch, *_: program(arch), missing=()):
    """`./package` as a process would run it, but for the compiler. Returns status and errors."""

    def require(arch):
        if arch in missing:
            raise build.Missing(f"{arch}: no target")

    errors = io.StringIO()
    with (
        mock.patch.object(check, "command", checker),
        mock.patch.object(sys, "argv", ["package", *map(str, arguments)]),
        mock.patch.object(build, "install_tools", lambda target: target),
        mock.patch.object(build, "require_target", require),
        mock.patch.object(build, "build", builder),
        contextlib.redirect_stdout(io.StringIO()),
        contextlib.redirect_stderr(errors),
    ):
        return package.main(), errors.getvalue()


class Folder(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)
