"""Topics: made, changed, put away. A new query is matched against what is stored in the background."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from regulars.core import bulk
from regulars.social.actions.mentions import HEARD
from regulars.social.errors import CannotDo
from regulars.social.listening.parsing import parse
from regulars.social.models import Topic
from regulars.social.models.listening import KINDS
from regulars.team.actions import audit

CHANGEABLE = ("owner", "product_key", "alerts", "least_people", "cool_hours", "searched")
CLEARED = 2_000


@transaction.atomic
def save_topic(
    *, name: str, kind: str, query: str, by: str, at: int, topic_id: int | None = None, **more: Any
) -> int:
    """The number of the topic, new or changed. `more`: see CHANGEABLE.

    Raises QueryError with the place for a query that cannot be meant, CannotDo for everything else. What is stored
    already is matched again when the query is new.
    """
    parse(query)
    name = " ".join(name.split())[:80]
    _check(name, kind, topic_id, more)
    topic = Topic.objects.select_for_update().get(id=topic_id) if topic_id else Topic(created_by=by, created_us=at)
    if topic.archived_us:
        raise CannotDo(_("“%s” was put away. Make a new topic of it.") % topic.name)
    is_new = topic.query != query
    topic.name, topic.kind, topic.query, topic.changed_us = name, kind, query, at
    for field in CHANGEABLE:
        if field in more:
            setattr(topic, field, more[field])
    if is_new:
        topic.version += 1 if topic_id else 0
        _match_again(topic)
    topic.save()
    audit(by=by, act="topic.change" if topic_id else "topic.make", object=f"topic:{topic.id}", at=at)
    return topic.id


def _check(name: str, kind: str, topic_id: int | None, more: dict[str, Any]) -> None:
    if not name:
        raise CannotDo(_("Give the topic a name."))
    if kind not in KINDS:
        raise CannotDo(_("Say what kind of topic it is: brand, product, competitor or problem."))
    if Topic.objects.filter(name__iexact=name, archived_us=None).exclude(id=topic_id).exists():
        raise CannotDo(_("There is a topic “%s” already. Change that one, or choose another name.") % name)
    if not 2 <= more.get("least_people", 5) <= 10_000:
        raise CannotDo(_("At least two people have to speak of it before anybody is told."))
    if not 1 <= more.get("cool_hours", 6) <= 168:
        raise CannotDo(_("After an alert a topic is silent for between 1 hour and 168 hours."))
    if unknown := set(more) - set(CHANGEABLE):
        raise TypeError(f"A topic has no {', '.join(sorted(unknown))}.")


def _match_again(topic: Topic) -> None:
    ((last, count),) = bulk.query(f"SELECT MAX(id), COUNT(*) FROM channels_item WHERE {HEARD}")
    topic.again_id, topic.again_done, topic.again_total = last, 0, count


@transaction.atomic
def archive_topic(*, topic_id: int, by: str, at: int) -> None:
    """It is listened for no more; its mentions and counts go in the background. Idempotent."""
    if Topic.objects.filter(id=topic_id, archived_us=None).update(archived_us=at, again_id=None):
        audit(by=by, act="topic.archive", object=f"topic:{topic_id}", at=at)


def clear_archived() -> bool:
    """A batch of what archived topics left; True when there may be more."""
    gone = list(Topic.objects.filter(archived_us__isnull=False).values_list("id", flat=True))
    some, params = bulk.ids(gone)
    for table in ("social_mention", "social_loudness"):
        sql = f"DELETE FROM {table} WHERE id IN (SELECT id FROM {table} WHERE topic_id IN {some} LIMIT %s)"
        if bulk.execute(sql, [*params, CLEARED]):
            return True
    return False
