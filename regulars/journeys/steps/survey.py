"""Ask a survey: an invitation is queued here; rest, chance and the budget of contacts decide whether it goes."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from regulars.feedback.actions import invite_each
from regulars.journeys.reading import Reader, TreeError, only, title
from regulars.journeys.step import Batch, Moves, Step, all_go

LABEL, SAYS = _("Ask a survey"), _("How it was, in one click")


class Survey(Step, frozen=True, kw_only=True):
    """`survey` is a feedback.Survey."""

    survey: int


def parse(raw: dict, path: str, reader: Reader) -> Survey:
    """{"survey": 4}"""
    only(raw, ("survey",), path)
    survey = raw.get("survey")
    if isinstance(survey, bool) or not isinstance(survey, int) or survey < 1:
        raise TreeError(f"{path}.survey", "Choose which survey to ask.")
    return Survey(id=raw["id"], title=title(raw, path), survey=survey)


def decide(step: Survey, batch: Batch) -> Moves:
    """At once; the answer is not waited for: wait for the event “Survey Answered” to go on with it."""
    return all_go(batch.runs, time=batch.at)


def act(step: Survey, batch: Batch) -> None:
    """One invitation per run, unique for ever by "j:<enrolment>:<step>"; none while the survey does not run."""
    asked = [(run.person_id, f"j:{run.id}:{step.id}") for run in batch.runs]
    invite_each(survey_id=step.survey, people=asked, at=batch.at)
