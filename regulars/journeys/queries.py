"""What can be asked about journeys."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Count, Min

from regulars.core import bulk
from regulars.journeys.models import Draft, Enrolment, Journey, Task
from regulars.people.models import Person
from regulars.people.queries import person_id_of


@dataclass(frozen=True)
class Row:
    """A journey in the list: people inside, and how many ever entered."""

    journey: Journey
    inside: int
    entered: int

    @property
    def state(self) -> str:
        """draft, paused or live."""
        if not self.journey.live_version:
            return "draft"
        return "paused" if self.journey.paused_us else "live"


@dataclass(frozen=True)
class Numbers:
    """Of one journey: who stands where (all versions), how many passed each step and each way, how runs ended."""

    here: dict[str, int]
    passed: dict[str, int]
    ways: dict[tuple[str, str], int]
    entered: int
    inside: int
    held_out: int
    ended: dict[str, int]
    older: dict[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class Page:
    """Some rows and where the next ones begin ("" = nowhere)."""

    rows: list
    next: str


def journeys() -> list[Row]:
    """All that are not archived, by name."""
    rows = bulk.query(
        "SELECT journey_id, count(*), sum(CASE WHEN ended_us IS NULL THEN 1 ELSE 0 END) FROM journeys_enrolment"
        " GROUP BY journey_id"
    )
    counts = {journey: (entered, int(inside or 0)) for journey, entered, inside in rows}
    found = Journey.objects.filter(archived_us=None).order_by("name")
    return [Row(one, *reversed(counts.get(one.id, (0, 0)))) for one in found]


def numbers(journey_id: int) -> Numbers:
    """The figures on the tree. `older`: of those who stand at a step, the ones pinned to an older version."""
    live = Journey.objects.values_list("live_version", flat=True).get(id=journey_id)
    here: Counter[str] = Counter()
    older: Counter[str] = Counter()
    sql = "SELECT step, version, count(*) FROM journeys_enrolment WHERE journey_id = %s AND ended_us IS NULL"
    for step, version, people in bulk.query(f"{sql} GROUP BY step, version", [journey_id]):
        here[step] += people
        older[step] += people if version != live else 0
    ways: Counter[tuple[str, str]] = Counter()
    passed: Counter[str] = Counter()
    sql = "SELECT step, way, sum(runs) FROM journeys_tally WHERE journey_id = %s GROUP BY step, way"
    for step, way, runs in bulk.query(sql, [journey_id]):
        ways[step, way] += int(runs)
        passed[step] += int(runs)
    ended = dict(
        bulk.query(
            "SELECT outcome, count(*) FROM journeys_enrolment WHERE journey_id = %s AND ended_us IS NOT NULL"
            " GROUP BY outcome",
            [journey_id],
        )
    )
    out = Enrolment.objects.filter(journey_id=journey_id, held_out=True).count()
    inside = sum(here.values())
    return Numbers(
        dict(here), dict(passed), dict(ways), inside + sum(ended.values()), inside, out, ended, dict(older)
    )


def runs_page(*, journey_id: int, step: str = "", outcome: str = "", after: str = "", limit: int = 50) -> Page:
    """Runs, the newest first: of those who stand at `step`, who ended with `outcome`, or all who are inside."""
    found = Enrolment.objects.filter(journey_id=journey_id)
    if outcome:
        found = found.filter(outcome=outcome, ended_us__isnull=False)
    else:
        found = found.filter(ended_us=None, **({"step": step} if step else {}))
    if after.isdecimal():
        found = found.filter(id__lt=int(after))
    rows = list(found.order_by("-id")[: limit + 1])
    return Page(rows[:limit], str(rows[limit - 1].id) if len(rows) > limit else "")


def runs_of(person_id: int) -> list[tuple[Enrolment, Journey]]:
    """The journeys somebody is or was in, the newest first."""
    runs = list(Enrolment.objects.filter(person_id=person_id).order_by("-entered_us")[:50])
    known = Journey.objects.in_bulk({run.journey_id for run in runs})
    return [(run, known[run.journey_id]) for run in runs if run.journey_id in known]


def standing(journey_id: int, before: int) -> dict[str, int]:
    """Step -> people of versions before this one who stand there."""
    sql = "SELECT step, count(*) FROM journeys_enrolment WHERE journey_id = %s AND ended_us IS NULL AND version < %s"
    return dict(bulk.query(f"{sql} GROUP BY step ORDER BY step", [journey_id, before]))


def asked_of_colleagues(*, limit: int = 3) -> list[tuple[int, str, int]]:
    """(journey, what is to be done, how many people wait for it), those waiting longest first."""
    kinds = Task.objects.filter(done_us=None).values_list("journey_id", "text")
    return list(kinds.annotate(people=Count("id"), first=Min("created_us")).order_by("first").values_list(
        "journey_id", "text", "people")[:limit])  # fmt: skip


def open_tasks(*, journey_id: int | None = None, limit: int = 50) -> tuple[list[tuple[Task, Person | None]], int]:
    """What colleagues are asked to do, the oldest first, each with whom it is about; and how many in all."""
    found = Task.objects.filter(done_us=None, **({"journey_id": journey_id} if journey_id else {}))
    tasks = list(found.order_by("created_us", "id")[:limit])
    homes = person_id_of([task.node_id for task in tasks])
    people = Person.objects.in_bulk(set(homes.values()))
    return [(task, people.get(homes.get(task.node_id, 0))) for task in tasks], found.count()


def draft(draft_id: int) -> dict[str, Any] | None:
    """A tree as it was drafted once; None when it is kept no more."""
    return Draft.objects.filter(id=draft_id).values_list("tree", flat=True).first()


def steps_back_and_forth(journey: Journey) -> dict[str, bool]:
    """{"undo": is there a draft before the one that stands, "redo": one behind it}."""
    mine = Draft.objects.filter(journey_id=journey.id)
    return {
        "undo": mine.filter(id__lt=journey.draft_id).exists(),
        "redo": mine.filter(id__gt=journey.draft_id).exists(),
    }
