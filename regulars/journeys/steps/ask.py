"""Ask a colleague: a case in the inbox, and a task on the journey's page; ending one ends the other."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from regulars.core import bulk
from regulars.core.clock import DAY
from regulars.inbox.actions import NewCase, open_cases
from regulars.journeys.actions.tasks import case_of
from regulars.journeys.models import Task
from regulars.journeys.reading import Reader, number, only, text, title
from regulars.journeys.step import Batch, Moves, Step, all_go, go, stay

LABEL, SAYS = _("Ask a colleague"), _("A case in the inbox, such as a call")


class Ask(Step, frozen=True, kw_only=True):
    """What to do. With `wait_us` the run waits until it is done, or that long."""

    text: str
    wait_us: int = 0


def parse(raw: dict, path: str, reader: Reader) -> Ask:
    """{"text": "Call and ask how the boots fit", "wait_days"?: 3}"""
    only(raw, ("text", "wait_days"), path)
    said = text(raw.get("text"), f"{path}.text", "what to do", most=300)
    days = number(raw["wait_days"], f"{path}.wait_days", 1, 365, "Days:") if raw.get("wait_days") else 0
    return Ask(id=raw["id"], title=title(raw, path), text=said, wait_us=days * DAY)


def decide(step: Ask, batch: Batch) -> Moves:
    """At once, or when the task is done or the time is up. The task itself is made on arriving: see `open_tasks`."""
    if not step.wait_us:
        return all_go(batch.runs, time=batch.at)
    done, moves = _done(step, batch), {}
    for run in batch.runs:
        until = run.arrived_us + step.wait_us
        over = run.held_out or run.id in done or until <= batch.at
        moves[run.id] = go(run, time=min(until, batch.at)) if over else stay(until)
    return moves


def _done(step: Ask, batch: Batch) -> set[int]:
    runs = [run.id for run in batch.runs]
    return set(
        Task.objects.filter(enrolment_id__in=runs, step=step.id, done_us__isnull=False).values_list(
            "enrolment_id", flat=True
        )
    )


def act(step: Ask, batch: Batch) -> None:
    """One task and one case per run. A case is due when the run no longer waits for it."""
    rows = [(batch.journey_id, run.id, step.id, run.node_id, step.text, "", batch.at) for run in batch.runs]
    columns = ("journey_id", "enrolment_id", "step", "node_id", "text", "note", "created_us")
    bulk.insert(Task, columns, rows, conflict="DO NOTHING")
    due = batch.at + step.wait_us if step.wait_us else None
    facts = {"journey": batch.journey_id}
    cases = [
        NewCase(
            origin=case_of(run.id, step.id),
            kind="task",
            title=step.text[:200],
            node_id=run.node_id,
            due_us=due,
            facts=facts,
        )
        for run in batch.runs
    ]
    open_cases(items=cases, at=batch.at)


begin = act
