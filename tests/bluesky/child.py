"""Run by the tests in processes of their own, and killed there: connect, say what is planned, read, report.

`python -m tests.bluesky.child plan SERVER HANDLE PASSWORD POSTS | work | read ITEMS | report`
"""

from __future__ import annotations

import json
import sys
import time

import django

django.setup()

from regulars.channels.models import Gate  # noqa: E402
from regulars.channels.networks import accounts, posting, reading  # noqa: E402
from regulars.channels.networks.models import Account, Item, Post, PostState  # noqa: E402
from regulars.channels.tests.networks.pretend import cleared  # noqa: E402
from regulars.core.clock import SECOND, now_us  # noqa: E402
from regulars.core.models import Business  # noqa: E402

DONE = (PostState.CONFIRMED, PostState.FAILED)


def plan(server: str, handle: str, password: str, posts: int) -> None:
    """An account, and so many posts that are due."""
    at = now_us()
    Business.objects.create(id=1, name="Northgate", timezone="Europe/London")
    values = {"handle": handle, "password": password, "server": server}
    made = accounts.connect(kind="bluesky", values=values, by="user:1", at=at)
    for number in range(posts):
        text = f"Offer {number} of the week."
        posting.plan_post(
            key=f"plan:{number}", account_id=made.id, purpose="post", text=text, examined=cleared(text), by="user:1",
            at=at,
        )  # fmt: skip


def work() -> None:
    """Say and look until all is settled. Its clock runs ahead where it would only wait."""
    account = Account.objects.get()
    at = max(now_us(), Gate.objects.values_list("beat_us", flat=True).first() or 0)
    until = time.monotonic() + 90
    while time.monotonic() < until:
        said = posting.say_some(account_id=account.id, at=at)
        looked = posting.look_some(account_id=account.id, at=at)
        if not Post.objects.exclude(state__in=DONE).exists():
            return
        at += SECOND
        if not (said or looked):
            time.sleep(0.03)  # another worker may be at it, or a lease has to end


def read(items: int) -> None:
    """Read until so many items are there."""
    account = Account.objects.get()
    while Item.objects.filter(to_us=True).count() < items:
        Account.objects.update(next_us=0, leased_us=0)
        reading.read_account(account.id, now_us())
        time.sleep(0.02)


def report() -> None:
    """What is stored, in one line."""
    posts = [[PostState(state).name, external] for state, external in Post.objects.values_list("state", "external")]
    print("report", json.dumps({"posts": posts, "items": list(Item.objects.values_list("text", flat=True))}))


if __name__ == "__main__":
    command, *given = sys.argv[1:]
    match command:
        case "plan":
            plan(*given[:3], int(given[3]))
        case "work":
            work()
        case "read":
            read(int(given[0]))
        case "report":
            report()
