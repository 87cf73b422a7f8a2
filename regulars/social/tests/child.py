"""Run by the tests in a process of its own, and killed there: posts whose time comes are handed over."""

from __future__ import annotations

import json
import sys
from types import SimpleNamespace

import django

django.setup()

from regulars.channels.networks import kinds  # noqa: E402
from regulars.channels.networks.models import Post, PostState  # noqa: E402
from regulars.core.clock import HOUR  # noqa: E402
from regulars.core.models import Business  # noqa: E402
from regulars.social.actions import clearing, handing, ruling, scheduling  # noqa: E402
from regulars.social.models import Variant  # noqa: E402
from regulars.social.tests import press  # noqa: E402

for kind, network in press.NETWORKS.items():
    kinds.GIVEN[kind] = SimpleNamespace(NETWORK=network)
clearing.examine = press.examine
AT = press.MONDAY + HOUR


def begin() -> None:
    """Three posts for two accounts, due now; one of them is a thread, one nobody agreed to."""
    Business.objects.create(name="Northgate Sports", timezone="Europe/London", currency="GBP")
    a, b = press.account(), press.account("beta")
    agreed = press.draft(a, b, text="New boots are in.")
    thread = press.draft(a, text="One.\n---\nTwo.\n---\nThree.")
    alone = press.draft(a, b, text="Nobody agreed to this.")
    ruling.change_rules(approvals=1, by=press.ANN, at=press.MONDAY)
    for plan in (agreed, thread, alone):
        scheduling.place(plan_id=plan.id, local="2026-09-21T10:30", by=press.ANN, at=press.MONDAY)
    press.yes(agreed)
    press.yes(thread)


def work() -> None:
    """Hand over until nothing moves; the network shows what it got. Ends the same every time."""
    for n in range(12):
        at = AT + n * HOUR // 20
        handing.hand_over_due(at=at)
        for post in Post.objects.filter(state=PostState.PLANNED):
            Post.objects.filter(id=post.id).update(state=PostState.CONFIRMED, external=f"at:{post.key}")
    report()


def report() -> None:
    """What is stored, as one line."""
    posts = sorted(Post.objects.values_list("key", "text", "facts__reply_to"), key=str)
    variants = sorted(Variant.objects.values_list("plan_id", "account_id", "post_key", "round"))
    print("report " + json.dumps([posts, variants]))


if __name__ == "__main__":
    {"begin": begin, "work": work}[sys.argv[1]]()
