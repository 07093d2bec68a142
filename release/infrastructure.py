"""What deploys the functions, as files of a release: nobody needs a checkout for it.

    terraform-module.zip    the module of infra/, where Terraform's registry wants its parts: the module at
                            the top, the examples below it, no tests
    cloudformation.yaml     the template of infra/sam

Documents in the archive lead to the pages of the release's own tag.
"""

import re
import shutil
import tomllib

import archive

REPOSITORY = "https://github.com/claimsmith/claimsmith"
# What Terraform or a check leaves beside the sources has other endings.
ENDINGS = {".tf", ".toml", ".json", ".py", ".md"}


def write(root, out):
    """Writes both; returns their names."""
    tag = "v" + tomllib.loads((root / "Cargo.toml").read_text())["workspace"]["package"]["version"]
    module = root / "infra"
    paths = [path for path in module.glob("*") if path.is_file()]
    paths += [path for path in module.glob("examples/*/*") if path.is_file()]
    files = {}
    for path in paths:
        if path.suffix in ENDINGS and not path.name.startswith("."):
            text = path.read_text(encoding="utf-8")
            if path.suffix == ".md":
                text = re.sub(r"\]\(\.\./", f"]({REPOSITORY}/blob/{tag}/", text)
            files[str(path.relative_to(module))] = (text.encode(), 0o644)
    for licence in root.glob("LICENSE-*"):
        files[licence.name] = (licence.read_bytes(), 0o644)
    archive.write_zip(out / "terraform-module.zip", files)
    shutil.copyfile(module / "sam/template.yaml", out / "cloudformation.yaml")
    return {"terraform-module.zip", "cloudformation.yaml"}
