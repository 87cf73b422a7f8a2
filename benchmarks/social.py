"""From a mention on Bluesky to the inbox, on a whole Bluesky network on this machine, with every worker running.

`python -m benchmarks.social [--quick]`. The clock starts when the author's server has answered that the post is
there; it stops when the item, and then its entry in a conversation, can be read from the database. Skipped, saying
so, where the network is not installed (`make clients`).
"""

from __future__ import annotations

import os
import random
import signal
import statistics
import sys
import tempfile
import time
from pathlib import Path

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "regulars.config.settings")
os.environ["REGULARS_PRIVATE_OUTSIDE"] = "1"
MENTIONS = 10 if "--quick" in sys.argv else 25
TARGET = 3.0  # seconds


def main() -> None:
    """Start the network and an installation with its workers, and mention the shop again and again."""
    with tempfile.TemporaryDirectory(prefix="regulars-social-") as folder:
        _at(Path(folder) / "home")


def _at(home: Path) -> None:
    os.environ |= {"REGULARS_HOME": str(home), "REGULARS_LOG": "ERROR"}
    os.environ.pop("DATABASE_URL", None)
    django.setup()
    from tests.bluesky.network import missing, running

    if why := missing():
        print(why)
        return
    with running() as network:
        _measure(network, home)


def _measure(network, home: Path) -> None:
    from regulars.events.tests.apart import Apart

    shop, anna = network.joins("northgate"), network.joins("anna")
    account = _set_up(network, shop)
    worker = Apart(home, "").start("-m", "regulars", "worker")
    try:
        _until_read(account)
        waits = [_mention(anna, shop, number) for number in range(MENTIONS)]
    finally:
        worker.send_signal(signal.SIGTERM)
        worker.wait(30)
    for name, values in zip(("in the database", "in the inbox"), zip(*waits, strict=True), strict=True):
        worst = sorted(values)
        p95 = worst[min(len(worst) - 1, int(len(worst) * 0.95))]
        met = "met" if p95 < TARGET else "missed"
        print(f"mention {name}: median {statistics.median(values):.2f} s, p95 {p95:.2f} s, longest {worst[-1]:.2f} s"
              f" of {len(values)} (target 3 s: {met})")  # fmt: skip


def _set_up(network, shop) -> int:
    from django.core.management import call_command

    from regulars.channels.networks import accounts
    from regulars.core.clock import now_us
    from regulars.core.models import Business

    call_command("migrate", verbosity=0)
    Business.objects.create(id=1, name="Bench", timezone="Europe/London", currency="GBP")
    values = {"handle": shop.handle, "password": shop.password, "server": network.pds}
    return accounts.connect(kind="bluesky", values=values, by="system", at=now_us()).id


def _until_read(account: int) -> None:
    """The workers are up."""
    from regulars.channels.networks.models import Account

    end = time.monotonic() + 60
    while not Account.objects.filter(id=account, read_us__isnull=False).exists():
        if time.monotonic() > end:
            sys.exit("The workers did not begin to read.")
        time.sleep(0.1)


def _mention(anna, shop, number: int) -> tuple[float, float]:
    """Seconds until the item is there, and until it stands in a conversation."""
    from atproto import client_utils

    from regulars.channels.networks.models import Item
    from regulars.inbox.models import Entry

    time.sleep(random.Random(number).uniform(0.2, 1.5))  # not in step with the reading
    words = client_utils.TextBuilder().mention(f"@{shop.handle}", shop.did).text(f" question {number}")
    uri = anna.client.send_post(words, profile_identify=anna.did).uri
    began = time.monotonic()
    heard = _until(lambda: Item.objects.filter(external=uri).values_list("id", flat=True).first())
    there = time.monotonic() - began
    _until(lambda: Entry.objects.filter(item_id=heard).exists())
    return there, time.monotonic() - began


def _until(question):
    end = time.monotonic() + 30
    while time.monotonic() < end:
        if found := question():
            return found
        time.sleep(0.005)
    sys.exit("A mention did not arrive within 30 s.")


if __name__ == "__main__":
    main()
