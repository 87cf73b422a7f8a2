"""Run by the tests in a process of its own: make a source, take in what a client sent, say what is there."""

from __future__ import annotations

import json
import sys

import django

django.setup()

from regulars.core.clock import now_us  # noqa: E402
from regulars.events import actions, ingest  # noqa: E402
from regulars.events.models import DeadLetter, Event, Source  # noqa: E402
from regulars.people.models import Identifier, Node  # noqa: E402


def source(name: str, per_second: str = "") -> None:
    """Print the write key of a new source."""
    made = actions.create_source(name=name, by="system", at=now_us())
    if per_second:
        made.settings = {"events_per_second": float(per_second)}
        made.save()
    print(made.key)


def report(name: str) -> None:
    """Take in and print what came from a source."""
    while ingest.step(now_us()):
        pass
    mine = Source.objects.get(name=name).id
    nodes = dict(Node.objects.values_list("id", "person_id"))
    events = Event.objects.filter(source_id=mine).order_by("ts", "id")
    print(json.dumps({
        "events": [[e.name, json.loads(e.properties), nodes[e.node_id]] for e in events],
        "emails": sorted(Identifier.objects.filter(type="email").values_list("value", flat=True)),
        "dead": list(DeadLetter.objects.filter(source_id=mine).values_list("code", "reason")),
    }))  # fmt: skip


if __name__ == "__main__":
    {"source": source, "report": report}[sys.argv[1]](*sys.argv[2:])
