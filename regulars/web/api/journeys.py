"""Journeys: which there are, who stands where, and putting single people in or taking them out."""

from __future__ import annotations

from typing import Annotated, Any

from django.http import HttpRequest
from ninja import Query, Router, Schema

from regulars.core import clock
from regulars.journeys import actions, queries
from regulars.journeys.models import Enrolment, Journey, JourneyVersion
from regulars.people.queries import resolve
from regulars.web.api.frame import After, Id, Key, Limit, PathId, Problem, by, responses

router = Router(tags=["Journeys"])
Word = Annotated[str, Query(max_length=20, pattern=r"^[a-z0-9]*$")]


class JourneyOut(Schema):
    """A journey. state: draft (never published), live or paused; `inside` now, `entered` ever."""

    id: int
    name: str
    description: str
    state: str
    version: int
    inside: int
    entered: int
    live_us: int | None
    paused_us: int | None
    created_us: int


class StepCount(Schema):
    """Of one step: who stands before it now, and how many passed it, on each way."""

    step: str
    here: int
    passed: int
    ways: dict[str, int]


class JourneyWhole(JourneyOut):
    """With its live tree (null before it is published), figures per step, and how runs ended."""

    tree: dict[str, Any] | None
    held_out: int
    steps: list[StepCount]
    ended: dict[str, int]


class RunOut(Schema):
    """One person's run. `due_us`: when the step is looked at next; outcome: done, goal, exited, stopped, ..."""

    id: int
    journey_id: int
    version: int
    person_id: int
    step: str
    held_out: bool
    entered_us: int
    due_us: int | None
    ended_us: int | None
    outcome: str
    why: str


class RunsPage(Schema):
    items: list[RunOut]
    after: str | None


class Start(Schema):
    """Who is put in."""

    person: Id


class Stopped(Schema):
    """How many runs ended: 0 when the person was not inside."""

    stopped: int


@router.get("", response=responses(list[JourneyOut]), auth=Key("journeys.view"), summary="Journeys")
def list_journeys(request: HttpRequest):
    """All that are not archived, by name."""
    return [_out(row) for row in queries.journeys()]


@router.get("/{journey_id}", response=responses(JourneyWhole), auth=Key("journeys.view"), summary="A journey")
def read_journey(request: HttpRequest, journey_id: PathId):
    """With its live tree and the figures on it."""
    journey = _in_use(journey_id)
    found = queries.numbers(journey_id)
    live = JourneyVersion.objects.filter(journey_id=journey_id, number=journey.live_version).first()
    steps = dict.fromkeys([*found.here, *found.passed])
    return _out(queries.Row(journey, found.inside, found.entered)) | {
        "tree": live.tree if live else None, "held_out": found.held_out, "ended": found.ended,
        "steps": [
            {"step": step, "here": found.here.get(step, 0), "passed": found.passed.get(step, 0),
             "ways": {way: n for (of, way), n in found.ways.items() if of == step and way}}
            for step in steps
        ],
    }  # fmt: skip


@router.get(
    "/{journey_id}/people", response=responses(RunsPage), auth=Key("journeys.view"), summary="Who is in a journey"
)
def people_in_journey(
    request: HttpRequest,
    journey_id: PathId,
    step: Word = "",
    outcome: Word = "",
    after: After = "",
    limit: Limit = 100,
):
    """Runs, newest first: of those inside, at one `step`, or that ended with an `outcome`."""
    _in_use(journey_id)
    if after and not (after.isascii() and after.isdigit() and len(after) < 19):
        raise Problem(422, "invalid", "This cursor is damaged: start at the first page.")
    page = queries.runs_page(journey_id=journey_id, step=step, outcome=outcome, after=after, limit=limit)
    return {"items": page.rows, "after": page.next or None}


@router.post(
    "/{journey_id}/people", response=responses(RunOut, ok=201), auth=Key("journeys.edit"), summary="Put somebody in"
)
def start_person(request: HttpRequest, journey_id: PathId, start: Start):
    """Now, whatever the journey starts on. Who is inside already stays inside once, and the answer is that run;
    409 when the journey's rules do not let them in again. Audited."""
    person = resolve(start.person)
    _in_use(journey_id, published=True)
    actions.enrol_people(journey_id=journey_id, person_ids=[person], by=by(request), at=clock.now_us())
    run = _inside(journey_id, person)
    if run is None:
        raise Problem(
            409, "not_again", "This person was in this journey before, and it does not let them in again yet."
        )
    return 201, run


@router.delete(
    "/{journey_id}/people/{person}",
    response=responses(Stopped),
    auth=Key("journeys.edit"),
    summary="Take somebody out",
)
def stop_person(request: HttpRequest, journey_id: PathId, person: PathId):
    """What is handed over already goes out; nothing more follows. Doing it again changes nothing. Audited."""
    _in_use(journey_id)
    run = _inside(journey_id, resolve(person))
    at = clock.now_us()
    return {"stopped": int(run is not None and actions.stop_enrolment(enrolment_id=run.id, by=by(request), at=at))}


def _inside(journey_id: int, person: int) -> Enrolment | None:
    return Enrolment.objects.filter(journey_id=journey_id, person_id=person, ended_us=None).first()


def _in_use(journey_id: int, *, published: bool = False) -> Journey:
    found = Journey.objects.get(id=journey_id, archived_us=None)
    if published and not found.live_version:
        raise Problem(409, "not_published", "This journey is not published: publish it before people enter.")
    return found


def _out(row: queries.Row) -> dict[str, Any]:
    one = row.journey
    same = {name: getattr(one, name) for name in ("id", "name", "description", "live_us", "paused_us", "created_us")}
    return same | {
        "state": row.state, "version": one.live_version, "inside": int(row.inside), "entered": int(row.entered)
    }  # fmt: skip
