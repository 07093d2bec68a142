"""How long sign-ins take with and without the trigger, cold and warm, seen from this machine, and
what the trigger says of itself in its log."""

import json
import math
import time


def quantile(times, share):
    """The smallest value that is not below `share` of them."""
    return sorted(times)[max(math.ceil(share * len(times)), 1) - 1]


def summary(times):
    return {"count": len(times), "p50_ms": round(quantile(times, 0.5), 1),
            "p99_ms": round(quantile(times, 0.99), 1)} if times else {"count": 0}


def timed(work):
    started = time.perf_counter()
    work()
    return 1000 * (time.perf_counter() - started)


def measure(cloud, person, plain, warm, cold):
    functions, name = cloud.service("lambda"), person.pool["function"]
    first = [timed(fresh(functions, name, number, person.by_password)) for number in range(cold)]
    taken = {"with": [], "without": []}
    for _ in range(warm):
        # By turns, so that what else happens meets both.
        taken["with"].append(timed(person.by_password))
        taken["without"].append(timed(plain.by_password))
    return {"sign-in with the trigger, cold": summary(first),
            "sign-in with the trigger, warm": summary(taken["with"]),
            "sign-in without a trigger": summary(taken["without"]),
            "the trigger's own Duration": summary(durations(cloud, name))}


def fresh(functions, name, number, sign_in):
    """A version that nobody has called, behind the alias, so that the next sign-in starts it."""
    functions.update_function_configuration(FunctionName=name, Description=f"kit {number}")
    functions.get_waiter("function_updated_v2").wait(FunctionName=name)
    version = functions.publish_version(FunctionName=name)["Version"]
    functions.get_waiter("published_version_active").wait(FunctionName=name, Qualifier=version)
    functions.update_alias(FunctionName=name, Name="live", FunctionVersion=version)
    return sign_in


def durations(cloud, function):
    pages = cloud.service("logs").get_paginator("filter_log_events").paginate(
        logGroupName=f"/aws/lambda/{function}")
    lines = (line for page in pages for event in page["events"]
             for line in event["message"].splitlines() if line.startswith("{"))
    return [record["Duration"] for record in map(json.loads, lines) if "Duration" in record]
