"""Closing the loop: who is unhappy is called back; who was won back is asked again."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from regulars.core.clock import DAY
from regulars.feedback.actions.inviting import Ask, queue
from regulars.feedback.models import Response, Survey
from regulars.feedback.questions import SCALES, Form
from regulars.inbox import kinds
from regulars.inbox.actions import open_case, write_said
from regulars.inbox.queries import by_origin

KIND, PREFIX = "detractor", "feedback:response:"
UNHAPPY = ("detractor", "unsatisfied")
RECOVERED = "recovered"
REASK_PRIORITY = 70
kinds.register(
    kinds.Kind(
        KIND,
        gettext_lazy("Unhappy answer"),
        {
            RECOVERED: gettext_lazy("Won back"),
            "solved": gettext_lazy("Solved, still unhappy"),
            "explained": gettext_lazy("Explained, nothing to mend"),
            "nothing": gettext_lazy("No answer wanted"),
            "gave up": gettext_lazy("Could not be reached"),
        },
        good=frozenset({RECOVERED}),
        days=2,
    )
)


def origin_of(response_id: int) -> str:
    """What the case of a response is known by."""
    return f"{PREFIX}{response_id}"


def follow_answer(survey: Survey, form: Form, response: Response, texts: Mapping[str, str], *, at: int) -> None:
    """A case for an unhappy person we know, once per response; what they add later is added to it."""
    if not survey.closes_loop or response.node_id is None:
        return
    origin = origin_of(response.id)
    body = "\n\n".join(texts.values())
    if response.part in UNHAPPY:
        most = SCALES[form.main.kind][1]
        title = _("%(score)s of %(most)s: %(survey)s") % {
            "score": response.score,
            "most": most,
            "survey": survey.name,
        }
        known = by_origin([origin]).get(origin)
        if known is None:
            facts = {"score": response.score, "survey": survey.id}
            open_case(origin=origin, kind=KIND, title=title, node_id=response.node_id, body=body, said_by="person",
                      facts=facts, at=at)  # fmt: skip
            return
    known = by_origin([origin]).get(origin)
    if known and body:
        write_said(case_id=known.id, text=body, at=at)


def ask_again(*, origin: str, outcome: str, at: int) -> None:
    """After a case of ours that ended well, the same question again: did we really win them back?"""
    if outcome != RECOVERED or not origin.startswith(PREFIX):
        return
    response = Response.objects.filter(id=int(origin.removeprefix(PREFIX)), node_id__isnull=False).first()
    survey = (
        response
        and Survey.objects.filter(
            id=response.survey_id, reask_days__gt=0, started_us__isnull=False, stopped_us=None
        ).first()
    )
    if survey:
        again = Ask(response.node_id, at + survey.reask_days * DAY, response.wave, f"reask:{response.id}")
        queue(survey, [again], at=at, priority=REASK_PRIORITY)
