"""Run by the tests in a process of its own, and killed there: see, follow, erase; then say what is so."""

from __future__ import annotations

import json
import sys

import django

django.setup()

from regulars.core import bulk  # noqa: E402
from regulars.core.models import QueuedJob  # noqa: E402
from regulars.people.actions import Sighting, erase_person, record_sightings  # noqa: E402
from regulars.people.actions.profiling import follow_touches  # noqa: E402
from regulars.people.models import ErasedNode, Node, Person  # noqa: E402

NAMES = ["Anna Berg", "Bob Hall"]


def work() -> None:
    for n, name in enumerate(NAMES):
        record_sightings(
            sightings=[Sighting("shop", (("user", f"k{n}"),), (), {"name": name}, at=1)], source_id=1, at=1
        )
    drain()
    anna = Node.objects.filter(key="k0").first()
    if anna:
        erase_person(person_id=anna.id, by="system", at=2)


def drain() -> None:
    while follow_touches():
        pass


def report() -> None:
    drain()
    found = {
        "names": sorted(Person.objects.values_list("name", flat=True)),
        "words": sorted(row[0] for row in bulk.query("SELECT word FROM people_searchword")),
        "erased": ErasedNode.objects.count(),
        "wiping": QueuedJob.objects.filter(name__endswith="wipe_later").count(),
    }
    print("report", json.dumps(found))


if __name__ == "__main__":
    {"work": work, "report": report}[sys.argv[1]]()
