"""What a run costs at most: counts that are the kit's own, prices as docs/deploy.md has them.

Nothing is read from AWS's price list. No free tier is counted.
"""

# What, how many at most, price of one, and where the price is from.
ROWS = [
    ("people who sign in (monthly active users)", 20, 0.015, "from memory, beyond the first 10,000"),
    ("app clients of machines, a whole month each", 2, 6.0, "public texts of 2025"),
    ("tokens of machines", 20, 2.25 / 1000, "public texts of 2025"),
    ("Lambda requests", 2000, 0.20 / 1e6, "docs/deploy.md"),
    ("Lambda time, GB-seconds", 500, 0.0000133334, "docs/deploy.md"),
    ("DynamoDB read and write units", 5000, 0.625 / 1e6, "from memory, the price of a write"),
    ("requests to the APIs", 200, 3.50 / 1e6, "from memory"),
    ("CloudWatch Logs, GB", 0.01, 0.50, "docs/deploy.md"),
    ("CloudWatch metrics, a day of a month each", 72, 0.30 / 30, "docs/deploy.md"),
    ("alarms and dashboards, a day of a month", 1, (3 * 1.20 + 3 * 3.00) / 30, "docs/deploy.md"),
]


def dollars():
    return sum(count * price for _, count, price, _ in ROWS)


def lines():
    yield "What it costs at most, in US dollars, list prices of us-east-1, no free tier:"
    for what, count, price, source in ROWS:
        yield f"  {what}: {count:g} x {price:.7g} = {count * price:.4f} ({source})"
    yield f"  sum: about {dollars():.2f}"
    yield ("  Assumed: one run a day, destroyed within the hour; machines are billed for the month, "
           "the rest by use. AWS's own price list was not read.")
