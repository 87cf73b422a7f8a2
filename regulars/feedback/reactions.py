"""What we do about news from below: messages that arrived, were opened or answered; cases that were closed."""

from __future__ import annotations

import re

from regulars.channels.models import Feedback
from regulars.channels.signals import FeedbackNoted
from regulars.core import bulk
from regulars.core.signals import on
from regulars.events.consumers import Entry, consumer
from regulars.feedback.actions.answering import answer, form_of
from regulars.feedback.actions.closing import ask_again
from regulars.feedback.asking import ask_after_events, awaited_events
from regulars.feedback.errors import CannotAnswer
from regulars.feedback.models import Invitation
from regulars.feedback.questions import SCALES, AnswerError
from regulars.inbox.signals import CaseClosed
from regulars.people.queries import nodes_of, person_id_of

COLUMNS = {"opened": "opened_us", "clicked": "started_us"}
NUMBER = re.compile(r"\s*(\d{1,2})\b\s*[.!,:;-]?\s*(.*)", re.DOTALL)


@consumer("surveys", events=awaited_events)
def follow_events(entries: list[Entry], at: int) -> None:
    """Ask after what people did. Seeing an event again asks nobody twice."""
    ask_after_events(entries, at=at)


@on(CaseClosed)
def won_back(closed: CaseClosed) -> None:
    """Ask again some days later."""
    ask_again(origin=closed.origin, outcome=closed.outcome, at=closed.at)


@on(FeedbackNoted)
def note_life(noted: FeedbackNoted) -> None:
    """What people, not machines, did with our messages. Nothing of it is noted for anonymous surveys."""
    some, params = bulk.ids(noted.feedback_ids)
    for kind, column in COLUMNS.items():
        bulk.execute(
            f"UPDATE feedback_invitation SET {column} = %s WHERE {column} IS NULL AND message_id IN (SELECT"
            f" f.message_id FROM channels_feedback f WHERE f.id IN {some} AND f.kind = %s AND f.verdict = 'human')"
            " AND NOT EXISTS (SELECT 1 FROM feedback_survey s WHERE s.id = survey_id AND s.anonymous)",
            [noted.at, *params, kind],
        )
    replies = Feedback.objects.filter(id__in=noted.feedback_ids, kind="replied", node_id__isnull=False)
    for reply in replies.exclude(detail="").order_by("id"):
        take_reply(reply.node_id, reply.detail, at=noted.at)


def take_reply(node_id: int, text: str, *, at: int) -> bool:
    """An SMS that begins with a number answers the newest open question by SMS; what follows is the reason."""
    found = NUMBER.match(text)
    person = person_id_of([node_id]).get(node_id)
    if not found or person is None:
        return False
    asked = Invitation.objects.filter(
        node_id__in=nodes_of([person])[person], channel="sms", invited_us__isnull=False, expires_us__gt=at
    )
    last = asked.order_by("-invited_us", "-id").first()
    if last is None:
        return False
    form = form_of(last.survey_id, last.version)
    first = form.questions[0]
    if first.kind not in SCALES:
        return False
    try:
        answer(invitation_id=last.id, said={first.id: found[1]} | _reason(form, found), source="sms", at=at)
    except (CannotAnswer, AnswerError):
        return False
    return True


def _reason(form, found: re.Match[str]) -> dict[str, str]:
    """What stands after the number answers the text question that follows this number."""
    text = found[2].strip()
    if not text:
        return {}
    answers = {form.questions[0].id: int(found[1])}
    for question in form.questions:
        if question.kind == "text" and (question.when is None or question.when.holds(answers)):
            return {question.id: text}
    return {}
