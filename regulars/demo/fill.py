"""Fill the demo shop through the same doors as a real one: events in, then every loop until it is quiet."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

from django.conf import settings
from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    SpinnerColumn,
    TaskID,
    TextColumn,
    TimeElapsedColumn,
)

from regulars.core.clock import DAY, now_us
from regulars.core.loops import LOOPS, Loop
from regulars.core.models import Business
from regulars.demo.shop import SOURCES, TIMEZONE, Shop, generate
from regulars.events.actions import create_source
from regulars.events.ingest import take_in
from regulars.events.models import Source
from regulars.insights.actions import note_known_parameters, refit
from regulars.people.linkage import suggest_duplicates
from regulars.segments.actions import create_segment
from regulars.segments.queries import ready_made
from regulars.team.actions import add_member, set_password
from regulars.team.models import Role, User

BATCH = 500
DONE = "demo-is-filled"


def fill(*, people: int, seed: int) -> None:
    """Generate and take in the shop, unless that was done before. Can be killed and started again."""
    done = settings.REGULARS_HOME / DONE
    if done.exists():
        return
    at = now_us()
    Business.objects.get_or_create(
        id=1, defaults={"name": "Northgate Sports", "timezone": TIMEZONE, "currency": "GBP", "country": "GB"}
    )
    with _progress() as progress:
        shop = _step(progress, "Inventing the shop", lambda: generate(seed=seed, people=people, end_us=_midnight(at)))
        _take_in(progress, shop, at)
        _settle(progress, at)
        _step(progress, "Making segments", lambda: _make_segments(at))
        note_known_parameters(**shop.parameters, at=at)
        _step(progress, "Estimating who comes back", lambda: refit(at=at))
        _step(progress, "Looking for duplicates", lambda: suggest_duplicates(at=at))
        _settle(progress, at)
    shop.write_truth(Path(settings.REGULARS_HOME) / "truth")
    done.touch()


def set_owner(*, email: str, password: str) -> None:
    """The owner's account, with this password."""
    found = User.objects.filter(email=email.lower()).first()
    if found is None:
        add_member(email=email, name="Owner", role=Role.OWNER, by="system", at=now_us(), password=password)
    else:
        set_password(user_id=found.id, password=password, by="system", at=now_us())


def _progress() -> Progress:
    columns = (SpinnerColumn(), TextColumn("{task.description:<32}"), BarColumn(), MofNCompleteColumn())
    return Progress(*columns, TimeElapsedColumn(), console=Console())


def _begin(progress: Progress, words: str, *, total: int | None) -> TaskID:
    """A line with a bar; where nobody watches a terminal, a plain line when it begins."""
    if not progress.console.is_terminal:
        progress.console.print(f"{words} …")
    return progress.add_task(words, total=total)


def _step(progress: Progress, words: str, run):
    task = _begin(progress, words, total=1)
    result = run()
    progress.update(task, completed=1)
    return result


def _midnight(at: int) -> int:
    return at - at % DAY


def _take_in(progress: Progress, shop: Shop, at: int) -> None:
    ids = {source.name: _source(source.name, source.namespace, at) for source in SOURCES}
    events = list(shop.events())
    task = _begin(progress, "Taking in three years of events", total=len(events))
    for source, items in _batches(iter(events)):
        take_in(source_id=ids[source], items=items, at=at)
        progress.advance(task, len(items))


def _source(name: str, namespace: str, at: int) -> int:
    found = Source.objects.filter(name=name).first()
    return (found or create_source(name=name, namespace=namespace, by="system", at=at)).id


def _batches(events: Iterator[tuple[str, dict]]) -> Iterator[tuple[str, list[dict]]]:
    """Runs of time, split by source: the three systems deliver side by side."""
    while chunk := list(islice(events, BATCH * len(SOURCES))):
        by_source: dict[str, list[dict]] = defaultdict(list)
        for source, event in chunk:
            by_source[source].append(event)
        yield from by_source.items()


def _settle(progress: Progress, at: int) -> None:
    """Every loop until none has work: one after the other, so that each finds its work in large batches.

    What reads others' results comes last: to copy a growing shop into the lake a hundred times takes minutes.
    """
    task = _begin(progress, "Orders, profiles, segments, lake", total=None)
    last = ("predictions", "lake", "segments")
    order = sorted(LOOPS.values(), key=lambda found: last.index(found.name) if found.name in last else -1)
    while any([_run_dry(progress, task, found) for found in order]):
        pass
    progress.update(task, total=1, completed=1)


def _run_dry(progress: Progress, task: TaskID, found: Loop) -> bool:
    """This loop until it has no work; whether it had any."""
    worked = False
    while found.step(now_us()):
        progress.advance(task)
        worked = True
    return worked


def _make_segments(at: int) -> None:
    for offered in ready_made():
        create_segment(
            name=offered.name, description=offered.description, definition=offered.definition, by="system", at=at
        )
