"""100,000 people who wait in journeys fall due at once: all of them looked at, passed on and written. Target 30 s.

On SQLite, or on PostgreSQL in a throw-away cluster (REGULARS_TEST_DB=postgresql), where several workers share the
work (`--workers 3`). The journey: a wait that ends, a branch on a condition, a fact or a random split, with `--send`
a message to everybody (planned, not carried), another wait.
Beside it in the same run: as many bare rows written by one statement each thousand, the least that must be written.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time

PEOPLE = 100_000
NOW = 1_790_000_000_000_000
DAY = 86_400_000_000
BRANCH = {"all": [{"event": "Order Completed", "op": ">=", "value": 1, "within_days": 365}]}


def tree(template: int | None) -> dict:
    """What they go through; with a message where there is a text."""
    note = {"id": "f", "kind": "fact", "name": "bought", "value": True}
    split = {"id": "r", "kind": "random", "ways": [{"share": 50, "steps": []}, {"share": 50, "steps": []}]}
    branch = {"id": "b", "kind": "branch", "condition": BRANCH, "yes": [note], "no": [split]}
    send = [{"id": "s", "kind": "send", "template": template}] if template else []
    steps = [{"id": "w", "kind": "wait", "days": 1}, branch, *send, {"id": "z", "kind": "wait", "days": 30}]
    return {"start": {"kind": "manual"}, "steps": steps}


def main() -> None:
    """Fill, and time."""
    if "--work" in sys.argv:
        _start()
        return _work()
    with tempfile.TemporaryDirectory(prefix="regulars-journeys-") as folder:
        os.environ |= {"REGULARS_HOME": f"{folder}/data", "REGULARS_KEYS": f"{folder}/keys.json"}
        if os.environ.get("REGULARS_TEST_DB") == "postgresql":
            from tests import cluster

            os.environ["DATABASE_URL"] = cluster.start()
        _start()
        from django.core.management import call_command

        call_command("migrate", verbosity=0)
        people = PEOPLE // 10 if "--quick" in sys.argv else PEOPLE
        _fill(people)
        _time(people)


def _start() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "regulars.config.settings")
    import django

    django.setup()


def _fill(people: int) -> None:
    """People with an event for every third, all in the first wait."""
    from regulars.core import bulk
    from regulars.core.models import Business
    from regulars.events.models import Event
    from regulars.journeys import actions
    from regulars.people.models import Node, Person

    Business.objects.create(name="Bench", timezone="Europe/London")
    numbers = range(1, people + 1)
    bulk.insert(Node, ("id", "namespace", "kind", "key", "person_id", "source_id", "created_us"),
                [(n, "shop", "user", f"u{n}", n, 1, NOW) for n in numbers])  # fmt: skip
    bulk.insert(Person, ("id", "name", "name_key", "email", "phone", "city", "nodes", "first_us", "last_us",
                "created_us"), [(n, "", "", "", "", "", 1, NOW, NOW, NOW) for n in numbers])  # fmt: skip
    columns = ("tx", "node_id", "shard", "source_id", "message_id", "raw_seq", "name", "ts", "received_us",
               "properties", "context")  # fmt: skip
    bulk.insert(Event, columns, [(1, n, n % 16, 1, f"m{n}", 0, "Order Completed", NOW - DAY, NOW, "{}", "{}")
                                 for n in numbers if n % 3 == 0])  # fmt: skip
    template = _text(people) if "--send" in sys.argv else None
    journey = actions.create_journey(name="Bench", tree=tree(template), by="system", at=NOW)
    actions.publish(journey_id=journey.id, by="system", at=NOW)
    actions.enrol_people(journey_id=journey.id, person_ids=numbers, by="system", at=NOW)
    while actions.advance(NOW):
        pass


def _text(people: int) -> int:
    """A published text; everybody gets an address and says yes."""
    from regulars.content import actions as content
    from regulars.core import bulk
    from regulars.people.models import ConsentState, Identifier

    numbers = range(1, people + 1)
    bulk.insert(Identifier, ("node_id", "type", "value", "raw", "refused", "first_us", "last_us"),
                [(n, "email", f"u{n}@example.com", "", "", NOW, NOW) for n in numbers])  # fmt: skip
    bulk.insert(ConsentState, ("node_id", "purpose", "channel", "state", "at"),
                [(n, "marketing", "email", "granted", NOW) for n in numbers])  # fmt: skip
    source = '<p>Hello</p><p><a href="{{ links.unsubscribe }}">Unsubscribe</a></p>'
    variant = {"subject": "Hello", "preheader": "", "format": "html", "source": source}
    made = content.create_template(name="Hello", by="system", at=NOW)
    content.save_draft(template_id=made.id, language="en", variant=variant, by="system", at=NOW)
    content.publish(template_id=made.id, by="system", at=NOW)
    return made.id


def _work() -> None:
    """What a worker does until nobody is due."""
    from regulars.core import bulk
    from regulars.journeys import actions

    due = "SELECT EXISTS (SELECT 1 FROM journeys_enrolment WHERE due_us <= %s)"
    while bulk.query(due, [NOW + DAY])[0][0]:
        actions.advance(NOW + DAY)


def _time(people: int) -> None:
    from django.db import connection

    from regulars.journeys.models import Enrolment, Passage

    several = int(sys.argv[sys.argv.index("--workers") + 1]) if "--workers" in sys.argv else 1
    began = time.perf_counter()
    others = [subprocess.Popen([sys.executable, "-m", "benchmarks.journeys", "--work"]) for _ in range(several - 1)]
    _work()
    for other in others:
        other.wait()
    took = time.perf_counter() - began
    assert Enrolment.objects.filter(step="z", ended_us=None).count() == people
    steps = Passage.objects.count()
    least = _bare(people)
    print(
        f"{connection.vendor}, {several} worker(s): {people:,} people due at once in {took:.1f} s (target 30 s at"
        f" 100,000), {steps:,} steps, {steps / took:,.0f}/s; bare rows {least:.1f} s, ratio {took / least:.1f}"
    )


def _bare(people: int) -> float:
    """A passage each, written a thousand at a time."""
    from django.db import transaction

    from regulars.core import bulk
    from regulars.journeys.models import Passage

    began = time.perf_counter()
    for start in range(0, people, 1000):
        rows = [(n, "bare", NOW, "") for n in range(start, min(start + 1000, people))]
        with transaction.atomic():
            bulk.insert(Passage, ("enrolment_id", "step", "at", "outcome"), rows)
    return time.perf_counter() - began


if __name__ == "__main__":
    main()
