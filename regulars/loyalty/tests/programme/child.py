"""Run by the tests in a process of its own, and killed there: a shop with a programme, counted and settled."""

from __future__ import annotations

import json
import sys

import django

django.setup()

from regulars.core.clock import DAY  # noqa: E402
from regulars.core.models import Business  # noqa: E402
from regulars.loyalty.actions import claiming, create_threshold  # noqa: E402
from regulars.loyalty.actions.boundary import settle_days  # noqa: E402
from regulars.loyalty.actions.claiming import count_due  # noqa: E402
from regulars.loyalty.ledger.checking import check  # noqa: E402
from regulars.loyalty.models import Balance, Crossing, Earned, Programme, Standing, Txn  # noqa: E402
from regulars.loyalty.tests.programme.shop import NOW, PER_POUND, TIERS, begin, brings_back, buys, someone  # noqa: E402

claiming._pace.size = claiming._pace.least = claiming._pace.most = 2
PEOPLE = 30
FIRST = {"key": "hello", "kind": "first", "points": 25}
BIRTHDAY = {"key": "cake", "kind": "birthday", "points": 10}


def begun() -> None:
    """Thirty people buy twice; every third brings something back; all are due many times over."""
    Business.objects.create(name="Northgate Sports", timezone="Europe/London", currency="GBP")
    club = begin(PER_POUND, FIRST, BIRTHDAY, tiers=TIERS, return_days=0)
    create_threshold(
        programme_id=club.id, name="Balls", amount=9_000, only={"categories": ["balls"]}, points=40, tier="gold",
        by="user:1", at=NOW - 30 * DAY,
    )  # fmt: skip
    for n in range(PEOPLE):
        node = someone(f"p{n}", birthday="1990-09-21")
        buys(node, f"A{n}", ("balls", 50.0 + n, 1), ("boots", 20.0, 2), at=NOW - 9 * DAY)
        buys(node, f"B{n}", ("balls", 40.0, 1), at=NOW - 5 * DAY)
        if n % 3 == 0:
            brings_back(node, f"A{n}", ("boots", 20.0, 1), at=NOW - DAY)


def work() -> None:
    """Count until nothing is left, and settle the day. Ends the same every time."""
    while count_due(NOW):
        pass
    while settle_days(NOW):
        pass
    report()


def count() -> None:
    """Count beside other workers until nothing is left."""
    idle = 0
    while idle < 20:
        idle = 0 if count_due(NOW) else idle + 1


def report() -> None:
    """What is stored, as one line; and whether the books are right."""
    kept = sorted(Earned.objects.values_list("node_id", "what", "rule", "points"))
    stand = sorted(Standing.objects.values_list("person_id", "tier", "progress", "earned"))
    over = sorted(Crossing.objects.values_list("person_id", "crossed_us"))
    have = sorted(Balance.objects.values_list("node_id", "active", "pending", "debt"))
    posted = sorted(Txn.objects.filter(source="rules").values_list("external_id", "kind", "amount"))
    broken = [str(each) for each in check(NOW)]
    print("report " + json.dumps([kept, stand, over, have, posted, broken, Programme.objects.get().step]))


if __name__ == "__main__":
    {"begin": begun, "work": work, "count": count, "report": report}[sys.argv[1]]()
