"""For machines that watch: is it up, and how far behind is what."""

from __future__ import annotations

from collections.abc import Iterator

from django.db import DatabaseError, connection
from django.db.models import Count, Min
from django.http import HttpRequest, HttpResponse

from regulars.core.clock import SECOND, now_us
from regulars.core.models import Beat, QueuedJob


def healthz(request: HttpRequest) -> HttpResponse:
    """200 while the database answers, 503 otherwise. Tells nothing else: it is open to everyone."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError:
        return HttpResponse("The database does not answer.\n", status=503, content_type="text/plain")
    return HttpResponse("ok\n", content_type="text/plain")


def jobs_waiting(at: int) -> list[tuple[str, int, float]]:
    """(lane, jobs due or running, seconds the oldest has waited)."""
    open_jobs = QueuedJob.objects.filter(finished_us=None, failed_us=None, due_us__lte=at)
    rows = open_jobs.values("lane").annotate(n=Count("id"), oldest=Min("created_us")).order_by("lane")
    return [(row["lane"], row["n"], (at - row["oldest"]) / SECOND) for row in rows]


def samples(at: int) -> Iterator[tuple[str, dict[str, str], float]]:
    """Every figure of /metrics: (name, labels, value). Ages in seconds."""
    for beat in Beat.objects.order_by("name"):
        yield "regulars_loop_age_seconds", {"loop": beat.name}, (at - beat.ran_us) / SECOND
    for lane, number, age in jobs_waiting(at):
        yield "regulars_jobs_waiting", {"lane": lane}, number
        yield "regulars_jobs_oldest_seconds", {"lane": lane}, age
    yield "regulars_jobs_failed", {}, QueuedJob.objects.filter(failed_us__isnull=False).count()


def exposition(at: int) -> str:
    """The figures in Prometheus' text format (prometheus.io/docs/instrumenting/exposition_formats)."""
    lines, named = [], set()
    for name, labels, value in samples(at):
        if name not in named:
            lines.append(f"# TYPE {name} gauge")
            named.add(name)
        inside = ",".join(f'{key}="{text}"' for key, text in labels.items())
        lines.append(f"{name}{{{inside}}} {value:g}" if inside else f"{name} {value:g}")
    return "\n".join(lines) + "\n"


def metrics(request: HttpRequest) -> HttpResponse:
    """/metrics for Prometheus, with an API key as bearer token."""
    return HttpResponse(exposition(now_us()), content_type="text/plain; version=0.0.4")
