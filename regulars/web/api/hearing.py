"""Cases and surveys, to be read: what waits, what was said and done, scores with intervals, answers."""

from __future__ import annotations

import re
from typing import Annotated, Any, Literal

from django.http import HttpRequest
from ninja import Query, Router, Schema

from regulars.core import clock
from regulars.feedback import scores
from regulars.feedback.coding.reading import quotes_page
from regulars.feedback.models import Survey
from regulars.inbox import queries
from regulars.inbox.models import Case
from regulars.people.queries import person_id_of
from regulars.web.api.frame import LARGEST, After, Key, Limit, PathId, Problem, responses

cases = Router(tags=["Cases"])
surveys = Router(tags=["Surveys"])
CURSOR = re.compile(r"\d{1,19}\.\d{1,18}")
Moment = Annotated[int | None, Query(ge=0, le=LARGEST, description="microseconds UTC")]
Word = Annotated[str, Query(max_length=40, pattern=r"^[A-Za-z0-9:_ -]*$")]


class CaseOut(Schema):
    """A case. `owner` is "user:7" or empty; `due_us`: answered by then; `outcome`: one of its kind's, once closed."""

    id: int
    kind: str
    title: str
    person_id: int | None
    owner: str
    priority: int
    opened_us: int
    due_us: int | None
    first_us: int | None
    snoozed_us: int | None
    closed_us: int | None
    outcome: str


class EntryOut(Schema):
    """What was said or done: kind said, answer, note or event."""

    kind: str
    public: bool
    by: str
    at: int
    text: str


class CaseWhole(CaseOut):
    """With everything said and done, in order."""

    entries: list[EntryOut]


class CasesPage(Schema):
    items: list[CaseOut]
    after: str | None


class FigureOut(Schema):
    """A value with its 95 % interval: NPS in points, or a share."""

    value: float
    low: float
    high: float


class SurveyOut(Schema):
    """A survey. kind: nps, csat or short."""

    id: int
    name: str
    slug: str
    kind: str
    anonymous: bool
    started_us: int | None
    stopped_us: int | None


class ScoreOut(Schema):
    """A score, from how many answers of which part, and of how many who were asked."""

    kind: str
    parts: dict[str, int]
    answers: int
    asked: int
    answered: int
    score: FigureOut | None


class Grouped(Schema):
    group: str
    score: ScoreOut


class ResponseOut(Schema):
    """An answer. Of an anonymous survey without a person, at the beginning of its wave."""

    id: int
    person_id: int | None
    source: str
    score: int | None
    part: str
    answered_us: int
    counts: bool
    texts: dict[str, str]


class ResponsesPage(Schema):
    items: list[ResponseOut]
    after: str | None


@cases.get("", response=responses(CasesPage), auth=Key("inbox.view"), summary="Cases")
def list_cases(
    request: HttpRequest,
    state: Literal["open", "snoozed", "overdue", "closed", "all"] = "open",
    owner: Word | None = None,
    kind: Word = "",
    after: After = "",
    limit: Limit = 100,
):
    """What is due first stands first; `owner` may be empty: nobody's."""
    page = queries.cases_page(
        at=clock.now_us(), state=state, owner=owner, kind=kind, after=_cursor(after), limit=limit
    )
    return {"items": _cases(page.rows), "after": page.after or None}


@cases.get("/{case_id}", response=responses(CaseWhole), auth=Key("inbox.view"), summary="Read one case")
def get_case(request: HttpRequest, case_id: PathId):
    """With everything said and done."""
    found = queries.case(case_id)
    if found is None:
        raise Problem(404, "not_found", "There is no case with this number.")
    return {**_cases([found])[0], "entries": queries.entries(case_id)}


@surveys.get("", response=responses(list[SurveyOut]), auth=Key("feedback.view"), summary="Surveys")
def list_surveys(request: HttpRequest):
    """All, by name."""
    return list(Survey.objects.order_by("name"))


@surveys.get("/{survey_id}/score", response=responses(ScoreOut), auth=Key("feedback.view"), summary="The score")
def get_score(request: HttpRequest, survey_id: PathId, since: Moment = None, until: Moment = None):
    """NPS with its adjusted-Wald interval, or the satisfied share with Wilson's."""
    return _score(scores.score(_survey(survey_id), since=since, until=until))


@surveys.get(
    "/{survey_id}/scores", response=responses(list[Grouped]), auth=Key("feedback.view"), summary="Scores by group"
)
def get_scores(
    request: HttpRequest,
    survey_id: PathId,
    by: Literal["store", "tier", "category"],
    since: Moment = None,
    until: Moment = None,
):
    """The largest group first. Of anonymous surveys only what names nobody."""
    rows = scores.breakdown(_survey(survey_id), by, since=since, until=until)
    return [{"group": name, "score": _score(one)} for name, one in rows]


@surveys.get(
    "/{survey_id}/responses", response=responses(ResponsesPage), auth=Key("feedback.view"), summary="Answers"
)
def get_responses(request: HttpRequest, survey_id: PathId, after: After = "", limit: Limit = 100):
    """Newest first. Anonymous ones come in groups, when enough of them are there."""
    page = quotes_page(_survey(survey_id), after=_cursor(after), limit=limit)
    people = person_id_of([one.response.node_id for one in page.rows if one.response.node_id])
    items = [
        {
            **{name: getattr(one.response, name) for name in ("id", "source", "score", "part", "answered_us")},
            "person_id": people.get(one.response.node_id),
            "counts": one.response.excluded_us is None and not one.response.duplicate,
            "texts": {said.question: said.text for said in one.texts},
        }
        for one in page.rows
    ]
    return {"items": items, "after": page.after or None}


def _cursor(after: str) -> str:
    if after and (not CURSOR.fullmatch(after) or any(int(part) > LARGEST for part in after.split("."))):
        raise Problem(422, "invalid", "This cursor is damaged: start at the first page.")
    return after


def _survey(survey_id: int) -> Survey:
    found = Survey.objects.filter(id=survey_id).first()
    if found is None:
        raise Problem(404, "not_found", "There is no survey with this number.")
    return found


def _cases(rows: list[Case]) -> list[dict[str, Any]]:
    people = person_id_of([row.node_id for row in rows if row.node_id])
    names = set(CaseOut.model_fields) - {"person_id"}
    return [{**{name: getattr(row, name) for name in names}, "person_id": people.get(row.node_id)} for row in rows]


def _score(found: scores.Score) -> dict[str, Any]:
    figure = found.figure and {name: round(getattr(found.figure, name), 4) for name in ("value", "low", "high")}
    said = {"kind": found.kind, "parts": found.parts, "answers": found.n, "score": figure}
    return {**said, "asked": found.asked, "answered": found.answered}
