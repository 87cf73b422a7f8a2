"""Answers with what was written and what it is about: to be listed, filtered and searched."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field

from django.db.models import Q

from regulars.feedback.models import Coding, Response, Said, Survey, Topic

PAGE = 50


@dataclass(frozen=True)
class About:
    """A topic of a text, and who says so."""

    topic: Topic
    by: str
    human: bool


@dataclass
class Quote:
    """A response with its texts; topics by text."""

    response: Response
    texts: list[Said]
    topics: dict[int, list[About]] = field(default_factory=dict)


@dataclass(frozen=True)
class Page:
    """Quotes, newest first, and where the next page begins ("" on the last)."""

    rows: list[Quote]
    after: str


def quotes_page(
    survey: Survey, *, part: str = "", store: str = "", topic: int | None = None, text: str = "",
    written: bool = False, after: str = "", limit: int = PAGE,
) -> Page:  # fmt: skip
    """Answers of a survey that are released, excluded ones too. `text` is searched in what was written."""
    found = Response.objects.filter(survey_id=survey.id, released=True)
    found = found.filter(part=part) if part else found
    found = found.filter(store=store) if store else found
    said = Said.objects.filter(survey_id=survey.id)
    if text:
        said = said.filter(text__icontains=text)
    if topic:
        said = said.filter(id__in=Coding.objects.filter(topic_id=topic, yes=True).values("said_id"))
    if text or topic or written:
        found = found.filter(id__in=said.values("response_id"))
    if after:
        when, number = map(int, after.split("."))
        found = found.filter(Q(answered_us__lt=when) | Q(answered_us=when, id__lt=number))
    rows = list(found.order_by("-answered_us", "-id")[: limit + 1])
    last = rows[limit - 1] if len(rows) > limit else None
    return Page(_with_texts(rows[:limit]), f"{last.answered_us}.{last.id}" if last else "")


def _with_texts(rows: list[Response]) -> list[Quote]:
    texts: dict[int, list[Said]] = defaultdict(list)
    for one in Said.objects.filter(response_id__in=[row.id for row in rows]).order_by("id"):
        texts[one.response_id].append(one)
    about = topics_of([one.id for some in texts.values() for one in some])
    return [
        Quote(row, texts[row.id], {one.id: about[one.id] for one in texts[row.id] if one.id in about}) for row in rows
    ]


def topics_of(said_ids: list[int]) -> dict[int, list[About]]:
    """The topics of texts, by name."""
    topics = {topic.id: topic for topic in Topic.objects.filter(archived_us=None)}
    found: dict[int, list[About]] = defaultdict(list)
    for coding in Coding.objects.filter(said_id__in=said_ids, yes=True, topic_id__in=topics):
        found[coding.said_id].append(About(topics[coding.topic_id], coding.by, coding.human))
    return {said: sorted(some, key=lambda one: one.topic.name) for said, some in found.items()}


def topic_counts() -> dict[int, int]:
    """How many texts each topic has."""
    found: dict[int, int] = defaultdict(int)
    for topic in Coding.objects.filter(yes=True).values_list("topic_id", flat=True):
        found[topic] += 1
    return dict(found)
