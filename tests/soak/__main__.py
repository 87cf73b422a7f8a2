"""200 random `kill -9` of web and worker under load: no accepted event lost, none doubled.

A sender posts batches with known message ids and remembers which were answered with 200; unanswered ones it
sends again, as the official clients do. Meanwhile a random process of the house (server, lane, job, or the
supervisor itself) is killed. At the end everything that was ever answered with 200 must be in the log once,
every order must be there once with its amount, and nobody may be a person twice.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
import urllib.request
from pathlib import Path

from rich.progress import Progress

PEOPLE = 400
BATCH = 20


def main() -> None:
    """Run the soak; exits 1 with the differences when a promise is broken."""
    wanted = argparse.ArgumentParser()
    wanted.add_argument("--kills", type=int, default=200)
    wanted.add_argument("--seed", type=int, default=7)
    options = wanted.parse_args()
    with tempfile.TemporaryDirectory(prefix="regulars-soak-") as home:
        _settings(Path(home))
        house = House()
        sender = Sender(house.port, _new_source())
        try:
            house.start()
            sender.start()
            _kill_at_random(house, options.kills, random.Random(options.seed))
            sender.finish()
            _wait_until_quiet(house)
        finally:
            sender.stopping = True
            house.stop()
        sys.exit(_verdict(sender))


def _settings(home: Path) -> None:
    if os.environ.get("REGULARS_TEST_DB") == "postgresql":
        from tests import cluster

        os.environ["DATABASE_URL"] = cluster.start(durable=True)
    os.environ |= {
        "REGULARS_HOME": str(home / "data"),
        "REGULARS_KEYS": str(home / "keys.json"),
        "DJANGO_SETTINGS_MODULE": "regulars.config.settings",
        "REGULARS_LOG": "ERROR",
    }
    import django

    django.setup()
    from django.core.management import call_command

    call_command("migrate", verbosity=0)


def _new_source() -> str:
    from regulars.core.clock import now_us
    from regulars.core.models import Business
    from regulars.events.actions import create_source

    Business.objects.create(name="Soak", timezone="Europe/London", currency="GBP")
    return create_source(name="soak", kind="segment", by="system", at=now_us()).key


class House:
    """`regulars serve` as a child, with everything it starts."""

    def __init__(self) -> None:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        self.process: subprocess.Popen | None = None

    def start(self) -> None:
        command = [sys.executable, "-m", "regulars", "serve", "--port", str(self.port)]
        self.process = subprocess.Popen(command, stdout=subprocess.DEVNULL, start_new_session=True)

    def members(self) -> list[int]:
        """The supervisor and everything below it."""
        parents = {int(p.name): _parent(p) for p in Path("/proc").iterdir() if p.name.isdigit()}
        found = [self.process.pid]
        for pid in found:
            found += [child for child, parent in parents.items() if parent == pid]
        return found

    def wait_until_up(self, limit: float = 30) -> None:
        """Until web and every lane have a process: whoever is killed at once each time never gets to work."""
        until = time.monotonic() + limit
        while len(self.members()) < 7 and time.monotonic() < until:
            time.sleep(0.1)

    def kill_one(self, dice: random.Random) -> None:
        victim = dice.choice(self.members())
        os.kill(victim, signal.SIGKILL)
        if victim == self.process.pid:
            self.process.wait()
            self.start()

    def stop(self) -> None:
        if self.process and self.process.poll() is None:
            self.process.terminate()
            self.process.wait(timeout=30)


def _parent(folder: Path) -> int:
    try:
        return int((folder / "stat").read_text().rsplit(")", 1)[1].split()[1])
    except (OSError, IndexError):
        return 0


class Sender(threading.Thread):
    """Sends batches until told to finish; sends a batch again until it is answered with 200."""

    def __init__(self, port: int, key: str) -> None:
        super().__init__(daemon=True)
        self.port, self.key = port, key
        self.stopping = self.finishing = False
        self.accepted: dict[str, int] = {}
        self.resent = 0

    def run(self) -> None:
        number = 0
        while not self.stopping and not self.finishing:
            batch = [_event(number * BATCH + i) for i in range(BATCH)]
            while not self.stopping and not self._post(batch):
                self.resent += 1
                time.sleep(0.05)
            if random.random() < 0.05:
                self._post(batch)  # a client that never saw the answer
            self.accepted |= {event["messageId"]: event["properties"]["total"] for event in batch}
            number += 1

    def finish(self) -> None:
        self.finishing = True
        self.join(timeout=60)

    def _post(self, batch: list[dict]) -> bool:
        body = json.dumps({"batch": batch, "writeKey": self.key}).encode()
        request = urllib.request.Request(
            f"http://127.0.0.1:{self.port}/v1/batch", body, {"Content-Type": "application/json"}
        )
        try:
            with urllib.request.urlopen(request, timeout=10) as answer:
                return answer.status == 200
        except OSError:
            return False


def _event(number: int) -> dict:
    person = number % PEOPLE
    return {
        "type": "track",
        "event": "Order Completed",
        "messageId": f"m{number}",
        "userId": f"u{person}",
        "timestamp": f"2026-{1 + number % 9:02d}-{1 + number % 28:02d}T10:00:00Z",
        "context": {"traits": {"email": f"p{person // 2}@example.org"}},
        "properties": {"order_id": f"o{number}", "total": 1 + number % 97, "currency": "GBP"},
    }


def _kill_at_random(house: House, kills: int, dice: random.Random) -> None:
    with Progress() as progress:
        for _ in progress.track(range(kills), description="kill -9"):
            if dice.random() < 0.8:  # else it may be killed while it starts
                house.wait_until_up()
            time.sleep(dice.uniform(0.3, 3.0))
            house.kill_one(dice)


def _wait_until_quiet(house: House, limit: float = 300) -> None:
    """Until the numbers of events, orders and counted customers stand still; starting takes a while, too."""
    if house.process.poll() is not None:
        house.start()
    last, since = None, time.monotonic()
    deadline = time.monotonic() + limit
    while time.monotonic() < deadline and time.monotonic() - since < 15:
        now = _counts()
        if now != last:
            last, since = now, time.monotonic()
        time.sleep(0.5)


def _counts() -> tuple:
    from django.db.models import Sum

    from regulars.commerce.models import Customer, Order
    from regulars.events.models import Event

    return (
        Event.objects.count(),
        Order.objects.count(),
        Order.objects.aggregate(n=Sum("total"))["n"],
        Customer.objects.aggregate(n=Sum("orders"))["n"],
    )


def _verdict(sender: Sender) -> int:
    from regulars.events.models import Event
    from regulars.people.models import Person

    stored = list(Event.objects.values_list("message_id", flat=True))
    lost, doubled = set(sender.accepted) - set(stored), len(stored) - len(set(stored))
    events, orders, total, counted = _counts()
    people = Person.objects.filter(merged_into=None).count()
    wanted_total = sum(sender.accepted.values()) * 100
    wanted_people = len({int(m[1:]) % PEOPLE // 2 for m in sender.accepted})
    checks = {
        f"{len(sender.accepted)} events accepted, {sender.resent} batches sent again, {len(lost)} lost": not lost,
        f"{doubled} doubled": not doubled,
        f"{events} events in the log": events == len(sender.accepted),
        f"{orders} orders": orders == len(sender.accepted),
        f"orders come to {total}, sent were {wanted_total}": total == wanted_total,
        f"customers have {counted} orders": counted == len(sender.accepted),
        f"{people} people, sent were {wanted_people}": people == wanted_people,
    }
    for sentence, fine in checks.items():
        print("ok  " if fine else "BAD ", sentence)
    return 0 if all(checks.values()) else 1


if __name__ == "__main__":
    main()
