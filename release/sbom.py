"""The bill of materials of one archive, in CycloneDX 1.6, without dates and chance.

The packages are those of `shipped.py`, so neither test nor build dependencies are listed. The
serial number is derived from the rest: same archive, same bill.
"""

import json
import uuid

from archive import sha256


def bill(function, arch, packages, needs, files, toolchain):
    """The bill as text. `files` is what the archive holds; `toolchain` names what built it."""
    key = next(key for key in packages if key[0] == function.package)
    root = component(packages[key], "application") | {
        "name": function.program,
        "hashes": [{"alg": "SHA-256", "content": sha256(files[function.entry][0])}],
    }
    libraries = [
        component(found, "library") for found in packages.values() if found.name != function.package
    ]
    documents = [
        {"type": "file", "bom-ref": f"file:{name}", "name": name,
         "hashes": [{"alg": "SHA-256", "content": sha256(content)}]}
        for name, (content, _) in sorted(files.items())
        if name != function.entry
    ]  # fmt: skip
    bom = {
        "$schema": "http://cyclonedx.org/schema/bom-1.6.schema.json",
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "version": 1,
        "metadata": {
            "component": root,
            "properties": [
                {"name": f"claimsmith:{name}", "value": value}
                for name, value in sorted({**toolchain, "architecture": arch}.items())
            ],
        },
        "components": libraries + [standard_library(toolchain["rustc"])] + documents,
        "dependencies": [
            {"ref": packages[key].purl, "dependsOn": [packages[needed].purl for needed in needs[key]]}
            for key in packages
        ],
    }
    content = json.dumps(bom, sort_keys=True).encode()
    bom["serialNumber"] = f"urn:uuid:{uuid.uuid5(uuid.NAMESPACE_URL, sha256(content))}"
    return json.dumps(bom, indent=1, sort_keys=True) + "\n"


def component(package, kind):
    found = {
        "type": kind,
        "bom-ref": package.purl,
        "name": package.name,
        "version": package.version,
        "purl": package.purl,
        "scope": "required",
    }
    if package.licence:
        found["licenses"] = [{"expression": package.licence}]
    if package.description:
        found["description"] = package.description
    if package.checksum:
        found["hashes"] = [{"alg": "SHA-256", "content": package.checksum}]
    if package.repository:
        found["externalReferences"] = [{"type": "vcs", "url": package.repository}]
    return found


def standard_library(rustc):
    """Linked into every program, and in no lock file."""
    version = rustc.split()[1]
    return {
        "type": "library",
        "bom-ref": f"pkg:generic/rust-std@{version}",
        "name": "rust-std",
        "version": version,
        "purl": f"pkg:generic/rust-std@{version}",
        "scope": "required",
        "licenses": [{"expression": "MIT OR Apache-2.0"}],
    }
