"""Run by the tests in a process of its own, and killed there: learn, follow the log, say what is stored."""

from __future__ import annotations

import json
import sys

import django

django.setup()

from conftest import NOW  # noqa: E402
from regulars.core.models import Business  # noqa: E402
from regulars.insights.actions import learning, refit  # noqa: E402
from regulars.insights.calendar import day_of  # noqa: E402
from regulars.insights.models import Fit, Prediction, Report  # noqa: E402
from regulars.insights.reactions import follow  # noqa: E402
from regulars.insights.tests.shops import ZONE, add_orders, drawn, fill  # noqa: E402
from regulars.people.actions import touch  # noqa: E402

learning.BATCH = 20  # several commits in a small shop


def begin() -> None:
    """Sixty customers, not yet learned from."""
    Business.objects.create(name="Northgate Sports", timezone=ZONE, currency="GBP")
    fill(drawn(customers=60, today=day_of(NOW, ZONE), seed=9))


def work() -> None:
    """Learn; then two people buy again, the log is followed, and all is learned anew. Ends the same every time."""
    refit(at=NOW)
    if not Report.objects.filter(name="bought").exists():
        add_orders([(1, day_of(NOW, ZONE), 5_000), (2, day_of(NOW, ZONE), 700)])
        touch(person_ids=[1, 2], cause="derived", at=NOW)
        Report.objects.create(name="bought", day=day_of(NOW, ZONE), as_of_us=NOW, content={})
    while follow(NOW):
        pass
    refit(at=NOW)
    while follow(NOW):
        pass
    report()


def report() -> None:
    """What is stored, as one line."""
    rows = sorted(Prediction.objects.values_list())
    fits = sorted(Fit.objects.values_list("model", "parameters__r"), key=str)
    print("report " + json.dumps([rows, fits, Report.objects.count()]))


if __name__ == "__main__":
    {"begin": begin, "work": work}[sys.argv[1]]()
