"""The command for npm: a package with the program for each machine, and `claimsmith`, which starts it.

npm takes of the optional packages the one whose `os`, `cpu` and `libc` fit, so nothing is downloaded by
a script, and what is run is byte for byte what the other archives hold. docs/release.md says how they
are published.
"""

import json
import tomllib

import archive

# Node's words for what we build for.
CPUS = {"arm64": "arm64", "x86_64": "x64"}


def write_launcher(root, out):
    """Writes it for the version of Cargo.toml; returns its name."""
    package = manifest(root)
    source = root / "packages/npm"
    files = {path: (source / path).read_bytes() for path in ("bin/claimsmith.js", "README.md")}
    package["optionalDependencies"] = {name(arch): package["version"] for arch in CPUS}
    return write(root, out, "npm-claimsmith.tgz", package, files)


def write_program(root, out, arch, content):
    """Writes the package for one machine; returns its name."""
    package = manifest(root)
    for only_of_the_launcher in ("bin", "engines", "keywords"):
        del package[only_of_the_launcher]
    package |= {
        "name": name(arch),
        "description": f"The program of the package `claimsmith` for Linux on {CPUS[arch]}",
        "os": ["linux"],
        "cpu": [CPUS[arch]],
        "libc": ["glibc"],
        # Yarn would keep it in its archive, where it can't be run.
        "preferUnplugged": True,
    }
    return write(root, out, f"npm-linux-{CPUS[arch]}.tgz", package, {"claimsmith": content})


def name(arch):
    return f"@claimsmith/cli-linux-{CPUS[arch]}"


def manifest(root):
    version = tomllib.loads((root / "Cargo.toml").read_text())["workspace"]["package"]["version"]
    return json.loads((root / "packages/npm/package.json").read_text()) | {"version": version}


def write(root, out, file, package, files):
    files |= {path.name: path.read_bytes() for path in root.glob("LICENSE-*")}
    files["package.json"] = (json.dumps(package, indent=2) + "\n").encode()
    programs = {"claimsmith", "bin/claimsmith.js"}
    modes = {path: 0o755 if path in programs else 0o644 for path in files}
    archive.write_tar(out / file, {f"package/{path}": (files[path], modes[path]) for path in files})
    return file
