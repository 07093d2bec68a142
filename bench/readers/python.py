"""Six typed claims read from an HTTP API event in Python, beside parsing the same event's text.

    python.py [ROUNDS] [READS_PER_ROUND]

In one process, in rounds that ask each of the two in turn; a ratio is the median of the ratios within a
round, so that a noisy neighbour hits both sides. Prints one line of JSON: `ratio`, and microseconds.
"""

import gc
import json
import pathlib
import random
import statistics
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "packages/python/src"))
sys.dont_write_bytecode = True

from cognito_claims import Claims, Features, OrgId, Tier, Words  # noqa: E402

TEXT = json.dumps(json.loads((ROOT / "crates/claims/tests/contexts/1/http-api.json").read_text()), separators=(",", ":"))
EVENT = json.loads(TEXT)


@dataclass(frozen=True)
class OrderClaims:
    org_id: OrgId
    org_tier: Tier
    feature_flags: Features
    permissions: Words
    seats: int
    trial: bool


def parse() -> object:
    return json.loads(TEXT)


def read() -> object:
    return Claims.from_http_api(EVENT).read(OrderClaims)


def microseconds(work: Callable[[], object], times: int) -> float:
    begun = time.process_time_ns()
    for _ in range(times):
        work()
    return (time.process_time_ns() - begun) / times / 1000


def main() -> None:
    rounds, times = (int(each) for each in (*sys.argv[1:], *("41", "1000")[len(sys.argv) - 1 :]))
    for work in (parse, read):
        microseconds(work, times)
    gc.disable()
    done: dict[str, list[float]] = {"parse": [], "read": []}
    for _ in range(rounds):
        for work in random.sample([parse, read], 2):
            done[work.__name__].append(microseconds(work, times))
    ratio = statistics.median(read / parse for read, parse in zip(done["read"], done["parse"]))
    medians = {f"{name}_us": round(statistics.median(all_), 2) for name, all_ in done.items()}
    print(json.dumps({"ratio": round(ratio, 2), **medians, "bytes": len(TEXT)}))


if __name__ == "__main__":
    main()
