"""Reads what Claimsmith writes: flags as `bits`, flags as text, and lists."""

import re


def read_bits(text: str, catalogue: list[str]) -> dict[str, bool]:
    """Flags that are on or off. One that isn't in the answer is unknown: treat it as off."""
    parts = re.fullmatch(r"1\.(0|[1-9][0-9]{0,3})\.([0-9a-f]{8})\.(0|[1-9a-f][0-9a-f]*)", text)
    if not parts or int(parts[1]) > len(catalogue):
        return {}
    known, bits, print = catalogue[: int(parts[1])], int(parts[3], 16), 0x811C9DC5
    for byte in "".join(flag + "\n" for flag in known).encode():
        print = (print ^ byte) * 0x01000193 & 0xFFFFFFFF
    if f"{print:08x}" != parts[2] or bits >> len(known):
        return {}
    return {flag: bool(bits >> place & 1) for place, flag in enumerate(known)}


def feature(claims: dict, name: str) -> bool | None:
    """Whether a flag of the encoding `comma` is on; None if the token doesn't say."""
    flags = claims.get("feature_flags")
    return None if flags is None else name in flags.split(",")


def omitted(claims: dict, name: str) -> bool:
    """Whether the claim belongs in the token and was left out, by a fault or a budget."""
    return name in claims.get("claims_omitted", "").split(",")


def cut(claims: dict, name: str) -> bool:
    """Whether the token has only the beginning of a list claim: a word not in it is unknown."""
    return name in claims.get("claims_cut", "").split(",")


def read_list(value, door: str) -> list[str]:
    """A list claim as an API shows it: `http`, `rest`, or `json` where lists stay lists."""
    if door == "http":
        value = value[1:-1].split(" ") if value[:1] + value[-1:] == "[]" else []
    elif door == "rest":
        value = value.split(",")
    return [word for word in value if word]
