"""The transcript: Markdown for people, and the same as JSON for machines.

What is private of a run is left out of both, and so is all that looks like it.
"""

import json
import re

LEFT_OUT = "(left out)"
LOOKS_PRIVATE = re.compile("|".join([
    r"eyJ[\w-]{8,}(\.[\w-]*)*",  # a token
    r"[\w.+-]+@[\w-]+\.[\w.-]+",  # an e-mail
    r"(?<!\d)\d{12}(?!\d)",  # an account
    r"\b(AKIA|ASIA)[A-Z0-9]{16}\b",  # an access key
    r"\barn:[\w-]+:[^\s\"'`]*",
    r"\b[a-z]{2}(-[a-z]+)+-\d_\w+",  # a user pool
    r"\b[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\b",  # a person
]))


def clean(value, private):
    """`value` with every text in it, keys too, freed of what is private."""
    # The longest first: one may be a part of another.
    words = sorted((word for word in private if word), key=len, reverse=True)

    def text(it):
        for word in words:
            it = it.replace(word, LEFT_OUT)
        return LOOKS_PRIVATE.sub(LEFT_OUT, it)

    def all_of(it):
        if isinstance(it, dict):
            return {text(str(key)): all_of(value) for key, value in it.items()}
        if isinstance(it, list | tuple):
            return [all_of(value) for value in it]
        return text(it) if isinstance(it, str) else it

    return all_of(value)


def write(path, record, private):
    """`path` in Markdown, and beside it the JSON, which has the events, too."""
    # Anonymised: an event's ids keep their form, and nothing else of theirs.
    events = clean_events(record.get("events", {}), private)
    record = {**clean({key: it for key, it in record.items() if key != "events"}, private),
              "events": events}
    path.write_text("\n".join(markdown(record)) + "\n")
    path.with_suffix(".json").write_text(json.dumps(record, indent=1) + "\n")


def clean_events(events, private):
    text = json.dumps(events)
    for word in sorted((word for word in private if word), key=len, reverse=True):
        text = text.replace(json.dumps(word)[1:-1], LEFT_OUT)
    return json.loads(text)


def table(head, rows):
    yield "| " + " | ".join(head) + " |"
    yield "|" + " --- |" * len(head)
    for row in rows:
        yield "| " + " | ".join(str(cell).replace("|", "\\|") for cell in row) + " |"
    yield ""


def markdown(record):
    yield "# Claimsmith's live kit: what was seen"
    yield ""
    yield f"{record['where']}, {record['date']}, Claimsmith {record['release']}."
    yield f"How it ended: {record['ended']}"
    yield ""
    yield "## Open questions of docs/corrections.md"
    yield ""
    yield from table(["question", "verdict"], record.get("verdicts", {}).items())
    yield f"Issuer `UPDATED`: {record['updated']}"
    yield ""
    yield "## Sign-ins"
    yield ""
    yield from table(["pool", "version", "source", "calls", "against what was foreseen"], (
        [it["kind"], it["version"], it["source"], it.get("calls", ""),
         it.get("problem") or "; ".join(it["differences"]) or "as foreseen"]
        for it in record.get("sign_ins", [])))
    yield "Sizes in bytes, with the range that was foreseen:"
    yield ""
    yield from table(["pool", "version", "source", "token", "bytes", "from", "to"], (
        [it["kind"], it["version"], it["source"], word, size["bytes"],
         (size["foreseen"] or {}).get("lower"), (size["foreseen"] or {}).get("upper")]
        for it in record.get("sign_ins", []) for word, size in it.get("sizes", {}).items()))
    yield "Not signed in:"
    yield ""
    yield from (f"- {source}: {why}" for source, why in record.get("by_hand", {}).items())
    yield ""
    yield "## Claims that the kit's own trigger tried to add"
    yield ""
    yield from table(["claim", "it is in"], (
        [claim, it if isinstance(it, str) else ", ".join(it) or "no token"]
        for claim, it in record.get("tries", {}).items()))
    yield "## Doors"
    yield ""
    doors = record.get("doors", {})
    tokens = list(next(iter(doors.values()), {}))
    yield from table(["door", *tokens], (
        [door, *(by_token.get(token) for token in tokens)] for door, by_token in doors.items()))
    yield "## Times in milliseconds, sign-ins as seen from the machine that ran this"
    yield ""
    yield from table(["what", "count", "p50", "p99"], (
        [what, it["count"], it.get("p50_ms"), it.get("p99_ms")]
        for what, it in record.get("latency", {}).items()))
