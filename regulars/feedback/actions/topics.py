"""The codebook: people make, change and archive topics, and say what a text is about."""

from __future__ import annotations

from django.db import transaction

from regulars.feedback.coding.learning import code_everything
from regulars.feedback.errors import CannotDo
from regulars.feedback.models import Coding, Said, Topic
from regulars.team.actions import audit


@transaction.atomic
def save_topic(
    *, name: str, words: str = "", about: str = "", parent_id: int | None = None, topic_id: int | None = None,
    by: str, at: int,
) -> Topic:  # fmt: skip
    """A topic of the codebook, new or changed; all texts are looked at again. Raises CannotDo."""
    name = " ".join(name.split())[:60]
    if not name:
        raise CannotDo("Give the topic a name.")
    if Topic.objects.filter(name__iexact=name).exclude(id=topic_id or 0).exists():
        raise CannotDo(f"There is already a topic “{name}”, perhaps an archived one.")
    parent = Topic.objects.filter(id=parent_id or 0, archived_us=None, parent_id=None).first()
    if parent_id and (parent is None or parent.id == topic_id):
        raise CannotDo("A topic stands alone or below one other that stands alone.")
    topic = Topic.objects.get(id=topic_id) if topic_id else Topic(created_us=at, created_by=by)
    topic.name, topic.words, topic.about, topic.parent_id = name, words.strip()[:4000], about.strip()[:300], parent_id
    topic.archived_us = None
    topic.save()
    code_everything.later(at=at // 60_000_000 * 60_000_000)
    audit(by=by, act="topic.save", object=f"topic:{topic.id}", at=at)
    return topic


@transaction.atomic
def archive_topic(*, topic_id: int, by: str, at: int) -> None:
    """It is applied no more; what colleagues said about texts stays. Idempotent."""
    if Topic.objects.filter(id=topic_id, archived_us=None).update(archived_us=at):
        audit(by=by, act="topic.archive", object=f"topic:{topic_id}", at=at)


@transaction.atomic
def judge(*, said_id: int, topic_id: int, yes: bool, by: str, at: int) -> None:
    """A colleague says whether a text is about a topic; rules and the model no longer decide it."""
    if (
        not Said.objects.filter(id=said_id).exists()
        or not Topic.objects.filter(id=topic_id, archived_us=None).exists()
    ):
        raise CannotDo("This text or topic is gone.")
    values = {"by": by, "human": True, "yes": yes, "sure": 1.0, "at": at}
    Coding.objects.update_or_create(said_id=said_id, topic_id=topic_id, defaults=values)
