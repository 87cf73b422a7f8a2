"""Run in a process of its own, and killed there: import a file, let the consumers catch up, say what is so."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import django

django.setup()

from regulars.commerce.tests.said import tables  # noqa: E402
from regulars.core.models import Business  # noqa: E402
from regulars.events.models import Event, Import  # noqa: E402
from regulars.events.sources import csv  # noqa: E402
from regulars.events.sources.csv import running  # noqa: E402
from tests.stories.importing import catch_up  # noqa: E402

AT = 1_790_000_000_000_000


class Few:
    """Few units per transaction, so that there are many places to be killed at."""

    size = 4

    def learn(self, events: int, took: float) -> None: ...


def work(path: Path) -> None:
    """Start the import, or go on with it."""
    Business.objects.get_or_create(id=1, defaults={"name": "Northgate Sports"})
    running.Pace = lambda *_, **__: Few()
    job = Import.objects.first()
    if job is None:
        mapping = csv.guess_columns(path, "purchases").mapping
        job = csv.start_import(path=path, kind="purchases", mapping=mapping, by="user:1", at=AT, background=False)
    elif job.state != "done":
        csv.continue_import(import_id=job.id, by="user:1", at=AT, background=False)
    csv.run(job.id, at=AT)
    catch_up(AT)


def report() -> None:
    """Everything that must not depend on the kill."""
    job = Import.objects.get()
    refused = csv.errors_file(job.id)
    print("report " + json.dumps({
        **tables(), "events": Event.objects.count(), "state": job.state, "taken": job.taken, "known": job.known,
        "refused": job.refused, "lines": job.lines, "units": job.units, "summary": job.summary,
        "errors": refused.read_text() if refused else "",
    }))  # fmt: skip


if __name__ == "__main__":
    work(Path(sys.argv[1]))
    report()
