"""How long sign-ins take with and without the trigger, as a ratio.

The emulator calls the trigger twice for a sign-in where AWS calls it once, and its own time for a
call is another than Lambda's. So the ratio is the emulator's first of all; how much of it is the
trigger's own work is said beside it, from the trigger's log.
"""

import statistics
import time

ROUNDS = 60


def measure(company):
    plain = company.cognito.create_user_pool(
        PoolName="plain", UsernameAttributes=["email"])["UserPool"]["Id"]
    company.person("Ada", plain)
    clients = {"with the trigger": company.web, "without": company.client("plain", plain)}
    taken = {name: [] for name in clients}
    for number in range(ROUNDS + 5):
        # By turns, so that what else the machine does meets both.
        for name, client in clients.items():
            started = time.perf_counter()
            company.by_password("Ada", client)
            if number >= 5:  # The first ones start the function and fill its memory.
                taken[name].append(time.perf_counter() - started)
    for name, times in taken.items():
        ninth = statistics.quantiles(times, n=10)[8]
        print(f"sign-in {name}: median {1000 * statistics.median(times):.1f} ms, "
              f"9 of 10 below {1000 * ninth:.1f} ms, {len(times)} sign-ins")
    own = [record["Duration"] for record in company.emulator.log(company.trigger)
           if "Duration" in record][-2 * ROUNDS:]
    print(f"of each call, the trigger's own work: median {statistics.median(own):.1f} ms")
    with_trigger, without = (statistics.median(times) for times in taken.values())
    print(f"ratio of the medians: {with_trigger / without:.2f}")
