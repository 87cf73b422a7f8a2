"""Run by the tests in processes of its own, and killed there: begin fills the books, work posts what is left to post.

`python -m regulars.loyalty.tests.ledger.child begin | work`
"""

from __future__ import annotations

import json
import sys

import django

django.setup()

from regulars.core.clock import DAY  # noqa: E402
from regulars.core.models import Business  # noqa: E402
from regulars.loyalty import ledger  # noqa: E402
from regulars.loyalty.ledger import news  # noqa: E402
from regulars.loyalty.tests.ledger.conftest import PROGRAMME, Books  # noqa: E402
from regulars.people.actions import Sighting, record_sightings  # noqa: E402

START = 1_790_000_000_000_000
PEOPLE = 3


def begin() -> None:
    """A business and some people with pending points."""
    Business.objects.create(name="Shop", timezone="Europe/London", currency="GBP")
    sightings = [Sighting("shop", (("user", f"u{n}"),), (), {}, (), START) for n in range(PEOPLE)]
    for node in record_sightings(sightings=sightings, source_id=1, at=START):
        Books(START).earn(node, 40, key=f"first {node}", wait=1, live=5)


def work() -> None:
    """What tills and rounds do; every step has its key, so it may be done again after a death."""
    books, at = Books(START), START + DAY
    nodes = range(1, PEOPLE + 1)
    for node in nodes:
        books.earn(node, 60, key=f"order {node}", occurred_us=at, at=at, live=7)
        spent = books.spend(node, 70, key=f"spend {node}", at=at)
        hold = books.hold(node, 20, key=f"hold {node}", at=at)
        books.capture(hold.id, amount=15, at=at)
        books.back(spent.id, key=f"back {node}", amount=25, at=at)
        books.claw(node, 20, key=f"claw {node}", at=at)
    while ledger.expire_due(at + 20 * DAY):
        pass
    while news.tell(at + 20 * DAY):
        pass
    have = ledger.balances(list(nodes), programme_id=PROGRAMME, at=at + 20 * DAY)
    broken = ledger.check(at + 20 * DAY) + ledger.verify()
    print("report", json.dumps([[[h.active, h.debt] for _, h in sorted(have.items())], [str(b) for b in broken]]))


if __name__ == "__main__":
    {"begin": begin, "work": work}[sys.argv[1]]()
