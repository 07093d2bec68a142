"""What the archive of the command holds: the program, its licences, and completions of shells."""

import subprocess

SHELLS = {
    "bash": "completions/claimsmith.bash",
    "fish": "completions/claimsmith.fish",
    "zsh": "completions/_claimsmith",
}


def completions(native):
    """Printed by the command of this machine: its definitions are the same on each."""
    return {
        name: subprocess.run([native, "completions", shell], check=True, capture_output=True).stdout
        for shell, name in SHELLS.items()
    }


def files(root, content, completed):
    found = {path.name: path.read_bytes() for path in root.glob("LICENSE-*")} | completed
    return {"claimsmith": (content, 0o755)} | {name: (text, 0o644) for name, text in found.items()}
