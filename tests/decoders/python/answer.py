"""Answers the questions of ../check.py, read from standard input."""

import json
import sys

import flags

CALLS = {
    "bits": lambda it: flags.read_bits(it["text"], it["catalogue"]),
    "feature": lambda it: flags.feature(it["claims"], it["name"]),
    "omitted": lambda it: flags.omitted(it["claims"], it["name"]),
    "cut": lambda it: flags.cut(it["claims"], it["name"]),
    "list": lambda it: flags.read_list(it["value"], it["door"]),
}
json.dump([CALLS[it["call"]](it) for it in json.load(sys.stdin)], sys.stdout)
