"""What listening holds of people: that something they said in public was about a topic of ours."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db.models import QuerySet

from regulars.channels.networks.models import Author
from regulars.core.plugs import PersonalTable, register
from regulars.social.listening.counting import recount
from regulars.social.models import Mention, Topic


def _theirs(node_ids: Sequence[int]) -> QuerySet[Mention]:
    return Mention.objects.filter(author_id__in=Author.objects.filter(node_id__in=node_ids).values("id"))


def _export(node_ids: Sequence[int]) -> list[dict[str, Any]]:
    names = dict(Topic.objects.values_list("id", "name"))
    rows = _theirs(node_ids).order_by("at", "id").values("topic_id", "network", "at", "feels", "intent", "reach")
    return [{"topic": names.get(row.pop("topic_id"), ""), **row} for row in rows]


def _forget(node_ids: Sequence[int], at: int) -> int:
    """Their mentions go, and the counts they stood in are counted anew. Alerts hold numbers of items only."""
    touched = list(_theirs(node_ids).values_list("topic_id", "at"))
    gone = _theirs(node_ids).delete()[0]
    recount(touched)
    return gone


register(
    PersonalTable(
        table="social_mention",
        room="social",
        holds="that what the person said in public was about a topic",
        export=_export,
        erase=_forget,
    ),
)
