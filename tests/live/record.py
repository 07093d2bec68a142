"""The events of the kit's own trigger: read from its table, and shown by `claimsmith anonymise`."""

import json
import os
import pathlib
import subprocess

CLAIMSMITH = pathlib.Path(os.environ.get("PROGRAMS", "")) / "claimsmith"


class Recorder:
    def __init__(self, cloud, table):
        self.table, self.dynamodb = table, cloud.service("dynamodb")

    def taken(self):
        """What has come since the last time, in order."""
        pages = self.dynamodb.get_paginator("scan").paginate(
            TableName=self.table, ConsistentRead=True)
        items = sorted((item for page in pages for item in page["Items"]),
                       key=lambda item: item["pk"]["S"])
        for item in items:
            self.dynamodb.delete_item(TableName=self.table, Key={"pk": item["pk"]})
        return [json.loads(item["event"]["S"]) for item in items]


def claimsmith(*words, text):
    return subprocess.run([CLAIMSMITH, *words], input=text, text=True, check=True,
                          stdout=subprocess.PIPE, stderr=subprocess.DEVNULL).stdout


def anonymised(event):
    return json.loads(claimsmith("anonymise", "-", text=json.dumps(event)))


def moved(event, person, other):
    """The event as the pool of `other` would send it for the same way to sign in."""
    pairs = {person.sub: other.sub, person.name: other.name, person.pool["id"]: other.pool["id"],
             person.pool["client"]: other.pool["client"]}
    if person.pool.get("machine"):
        pairs[person.pool["machine"]] = other.pool["machine"]
    text = json.dumps(event)
    for old, new in pairs.items():
        text = text.replace(old, new)
    return json.loads(text)
