"""Answers as events of the people who gave them. Never of an anonymous survey."""

from __future__ import annotations

from regulars.events.actions import create_source
from regulars.events.inside import Noticed, note_events
from regulars.events.models import Source
from regulars.feedback.models import Response, Survey

SOURCE, NAMESPACE, EVENT = "Surveys", "surveys", "Survey Answered"


def tell_event_log(survey: Survey, response: Response, *, at: int, new: bool) -> None:
    """An event when there is a new score; a changed one is another event. Texts stay where they are."""
    if response.node_id is None or not new:
        return
    properties = {"survey": survey.name, "survey_id": survey.id, "kind": survey.kind, "source": response.source}
    if response.score is not None:
        properties |= {"score": response.score, "group": response.part}
    mark = f"response-{response.id}-{response.changes}"
    note_events(source_id=source_id(at), items=[Noticed(response.node_id, EVENT, at, mark, properties)], at=at)


def source_id(at: int) -> int:
    """The source of these events; made on first use."""
    found = Source.objects.filter(namespace=NAMESPACE, kind="internal").values_list("id", flat=True).first()
    return found or create_source(name=SOURCE, kind="internal", namespace=NAMESPACE, by="system", at=at).id
