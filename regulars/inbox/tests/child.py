"""Run by the tests in a process of its own, and killed there: people write, colleagues answer, the loop takes it."""

from __future__ import annotations

import json
import sys

import django

django.setup()

from regulars.channels.networks import posting  # noqa: E402
from regulars.channels.networks.models import Account, Item  # noqa: E402
from regulars.channels.networks.signals import ItemsChanged  # noqa: E402
from regulars.channels.tests.networks.pretend import connected, pretended  # noqa: E402
from regulars.core.clock import MINUTE, SECOND  # noqa: E402
from regulars.core.models import Business  # noqa: E402
from regulars.core.signals import send  # noqa: E402
from regulars.inbox.actions import answer, carrying, save_label, save_rule, taking  # noqa: E402
from regulars.inbox.models import Case, Entry, RuleRun, Wait  # noqa: E402
from regulars.inbox.tests.talk import MONDAY, said, take_all  # noqa: E402
from regulars.team.models import User  # noqa: E402

carrying.BATCH = 3  # several commits in a small shop
taking.pace.size = taking.pace.least = taking.pace.most = 3
TEXT = "Hello, this is Ann from Northgate Sports. Thank you: we look into it."


def begin() -> None:
    """An account, a colleague, a rule, and twelve people who write, each in private and twice."""
    Business.objects.create(name="Northgate Sports", timezone="Europe/London", currency="GBP")
    ann = User.objects.create_user("ann@northgate.example", name="Ann", role="agent")
    save_label(name="seen", by=ann.by, at=MONDAY)
    save_rule(name="All", occasion="arrival", conditions={}, steps=[{"do": "label", "label": "seen"}],
              by=ann.by, at=MONDAY)  # fmt: skip
    with pretended():
        account = connected(at=MONDAY)
    for n in range(12):
        for turn in range(2):
            thread = {"thread": f"t{n}", "public": False, "kind": "dm", "by": f"p{n}"}
            said(f"{n}.{turn}", f"words {n} {turn}", at=MONDAY + turn * SECOND, account_id=account.id, **thread)


def work() -> None:
    """Everything is told and taken in, answered and sent, and then said again."""
    account, at = Account.objects.get(), MONDAY + MINUTE
    with pretended():
        for item in Item.objects.order_by("-id").values_list("id", flat=True):
            send(ItemsChanged((item,), MONDAY))
        take_all(MONDAY)
        for case in Case.objects.order_by("id"):
            answer(case_id=case.id, text=TEXT, public=False, by="user:1", at=at, seen_entry=0)
        while posting.say_some(account_id=account.id, at=at):
            pass
        take_all(at)
    told = Entry.objects.filter(kind__in=("said", "answer")).order_by("case_id", "at", "text")
    waits = Wait.objects.order_by("case_id").values_list("asked_us", "ended_us", "how")
    print("report", json.dumps([
        list(told.values_list("kind", "text", "sent_us")), list(waits), Case.objects.count(), RuleRun.objects.count(),
        sorted(Case.objects.filter(waiting_us=None, labels=["seen"]).values_list("title", flat=True)),
    ]))  # fmt: skip


if __name__ == "__main__":
    {"begin": begin, "work": work}[sys.argv[1]]()
