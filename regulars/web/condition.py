"""The condition of the installation: how old, how far behind, how much. Health page and /metrics show the same."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from django.db.models import Count, Min

from regulars.channels.waiting import Queue, queues
from regulars.core.clock import MINUTE, SECOND
from regulars.core.models import Beat, QueuedJob
from regulars.events import backlog
from regulars.events.queries import IngestLag, ingest_lag
from regulars.lake import queries as lake
from regulars.loyalty.models import BooksCheck
from regulars.segments.queries import Freshness, freshness

LATE = 5 * MINUTE
SILENT = 2 * MINUTE


@dataclass(frozen=True)
class Lane:
    """Jobs that are due or running in a lane, and since when the oldest waits (microseconds)."""

    name: str
    jobs: int
    age_us: int


@dataclass(frozen=True)
class Condition:
    """Everything at one moment. `worries` are sentences; none means all is well."""

    at: int
    beats: list[Beat]
    lanes: list[Lane]
    failed: list[QueuedJob]
    failed_jobs: int
    inbox: IngestLag
    consumers: list[backlog.ConsumerLag]
    segments: Freshness
    lake: lake.Status
    messages: list[Queue]
    worries: list[str]


def condition(at: int) -> Condition:
    """Asks every room; reads counters and indexes only."""
    failed = QueuedJob.objects.filter(failed_us__isnull=False)
    found = Condition(
        at=at,
        beats=list(Beat.objects.order_by("name")),
        lanes=_lanes(at),
        failed=list(failed.order_by("-failed_us")[:20]),
        failed_jobs=failed.count(),
        inbox=ingest_lag(at),
        consumers=backlog.lag(at),
        segments=freshness(at=at),
        lake=lake.status(at),
        messages=queues(at=at),
        worries=[],
    )
    found.worries.extend(_worries(found))
    return found


def _lanes(at: int) -> list[Lane]:
    waiting = QueuedJob.objects.filter(finished_us=None, failed_us=None, due_us__lte=at)
    rows = waiting.values("lane").annotate(n=Count("id"), oldest=Min("created_us")).order_by("lane")
    return [Lane(row["lane"], row["n"], at - row["oldest"]) for row in rows]


def _worries(now: Condition) -> Iterator[str]:
    newest = max((beat.ran_us for beat in now.beats), default=0)
    if newest < now.at - SILENT:
        yield "No worker is running, so nothing new is taken in. Start it with `regulars serve`."
    if now.inbox.age_us > LATE:
        yield f"{now.inbox.requests} deliveries wait to be taken in, the oldest for more than five minutes."
    for one in now.consumers:
        if one.age_us > LATE:
            held = f"; {one.blocked_by} holds it up" if one.blocked_by else ""
            yield f"“{one.name}” is {one.waiting} entries behind{held}."
        if one.failures:
            yield f"“{one.name}” set {one.failures} entries aside that it could not work on."
    for queue in now.messages:
        if queue.age_us > LATE:
            yield f"{queue.due} messages in the lane “{queue.lane}” are due, the oldest for more than five minutes."
    books = BooksCheck.objects.order_by("-id").first()
    for one in books.broken if books else ():
        yield f"Not so in the books of points: “{one['invariant']}” ({one['count']} rows). Nothing was changed."
    if now.failed_jobs:
        yield f"{now.failed_jobs} jobs failed for good. Their reasons are listed below."


def samples(now: Condition) -> Iterator[tuple[str, dict[str, str], float]]:
    """Every figure of /metrics: (name, labels, value). Ages in seconds."""
    for beat in now.beats:
        yield "regulars_loop_age_seconds", {"loop": beat.name}, (now.at - beat.ran_us) / SECOND
    for lane in now.lanes:
        yield "regulars_jobs_waiting", {"lane": lane.name}, lane.jobs
    for lane in now.lanes:
        yield "regulars_jobs_oldest_seconds", {"lane": lane.name}, lane.age_us / SECOND
    yield "regulars_jobs_failed", {}, now.failed_jobs
    yield "regulars_inbox_requests", {}, now.inbox.requests
    yield "regulars_inbox_oldest_seconds", {}, now.inbox.age_us / SECOND
    for one in now.consumers:
        yield "regulars_consumer_waiting", {"consumer": one.name}, one.waiting
    for one in now.consumers:
        yield "regulars_consumer_oldest_seconds", {"consumer": one.name}, one.age_us / SECOND
    for queue in now.messages:
        yield "regulars_messages_due", {"lane": queue.lane}, queue.due
    for queue in now.messages:
        yield "regulars_messages_oldest_seconds", {"lane": queue.lane}, queue.age_us / SECOND
    yield "regulars_segments_people_waiting", {}, now.segments.waiting + now.segments.due
    yield "regulars_lake_events_behind", {}, now.lake.behind
    yield "regulars_lake_bytes", {}, now.lake.size


def exposition(now: Condition) -> str:
    """The figures in Prometheus' text format (prometheus.io/docs/instrumenting/exposition_formats)."""
    lines: list[str] = []
    named: set[str] = set()
    for name, labels, value in samples(now):
        if name not in named:
            lines.append(f"# TYPE {name} gauge")
            named.add(name)
        inside = ",".join(f'{key}="{text}"' for key, text in labels.items())
        lines.append(f"{name}{{{inside}}} {value:.10g}" if inside else f"{name} {value:.10g}")
    return "\n".join(lines) + "\n"
