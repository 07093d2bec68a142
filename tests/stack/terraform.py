"""Terraform on the emulated AWS: examples of infra/, in a copy below the target folder."""

import json
import os
import shutil
import subprocess

from emulator import ROOT, Failed, end, start


class NotCreated(Failed):
    """A first apply that failed."""


class Terraform:
    def __init__(self, emulator, folder, variables, example="complete", text=None):
        """A copy of infra/, with providers. `variables` are those of the example, and `text` is all of
        an example that isn't there."""
        # What init fetches stays below the target folder for the next run.
        cache = folder.parent / "providers"
        cache.mkdir(exist_ok=True)
        self.environment = {**emulator.environment, "TF_IN_AUTOMATION": "1",
                            "TF_PLUGIN_CACHE_DIR": str(cache), "CHECKPOINT_DISABLE": "1"}
        self.module = folder / example / "infra"
        shutil.copytree(ROOT / "infra", self.module, ignore=shutil.ignore_patterns(
            ".terraform*", "*.tfstate*"))
        self.example = self.module / "examples" / example
        if text:
            self.example.mkdir()
            (self.example / "main.tf").write_text(text)
        self.variables = variables
        plugins = os.environ.get("STACK_PLUGINS")
        self.run("init", *([f"-plugin-dir={plugins}"] if plugins else []))

    def create(self):
        """The first apply."""
        try:
            return self.apply()
        except Failed as failure:
            raise NotCreated(str(failure)) from failure

    def apply(self, *options, **changed):
        """Applies the example with these variables changed; its outputs."""
        variables = json.dumps({**self.variables, **changed})
        (self.example / "stack.auto.tfvars.json").write_text(variables)
        self.run("apply", "-auto-approve", "-parallelism=20", *options)
        return json.loads(self.run("output", "-json"))["claims"]["value"]

    def reapply(self, **changed):
        """A second apply, of a change alone.

        AWS: a plan after an apply is empty. Here the emulator shows some settings otherwise than
        they were set, so what is there already isn't looked at again.
        """
        return self.apply("-refresh=false", **changed)

    def edit(self, file, old, new):
        """Changes a place of the module's copy."""
        path = self.module / file
        text = path.read_text()
        if text.count(old) != 1:
            raise Failed(f"infra/{file} has {text.count(old)} times: {old}")
        path.write_text(text.replace(old, new))

    def destroy(self):
        self.run("destroy", "-auto-approve", "-refresh=false", "-parallelism=20")

    def run(self, *words):
        command = ["terraform", *words, "-no-color"]
        if words[0] != "output":
            command.append("-input=false")
        process = start(command, cwd=self.example, env=self.environment, text=True,
                        stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        try:
            output, problem = process.communicate()
        finally:
            end(process)
        if process.returncode != 0:
            # What Terraform complains about comes first: some keep only the beginning of a failure.
            raise Failed(f"terraform {words[0]}\n{problem[:6000]}\n{output[-2000:]}")
        return output
