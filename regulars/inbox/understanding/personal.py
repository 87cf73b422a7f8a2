"""What was read into people's words, and what colleagues said of them: gone with the words."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db.models import QuerySet

from regulars.channels.networks.models import Author, Item
from regulars.core.plugs import PersonalTable, register
from regulars.inbox.understanding.models import Label, Reading


def _theirs(node_ids: Sequence[int]) -> QuerySet[Item]:
    return Item.objects.filter(author_id__in=Author.objects.filter(node_id__in=node_ids).values("id")).values("id")


def _readings(node_ids: Sequence[int]) -> list[dict[str, Any]]:
    found = Reading.objects.filter(item_id__in=_theirs(node_ids)).order_by("item_id")
    return list(found.values("language", "feels", "source", "intents", "at"))


def _labels(node_ids: Sequence[int]) -> list[dict[str, Any]]:
    found = Label.objects.filter(item_id__in=_theirs(node_ids)).order_by("id")
    return list(found.values("feels", "intent", "at"))


def _forget_readings(node_ids: Sequence[int], at: int) -> int:
    return Reading.objects.filter(item_id__in=_theirs(node_ids)).delete()[0]


def _forget_labels(node_ids: Sequence[int], at: int) -> int:
    return Label.objects.filter(item_id__in=_theirs(node_ids)).delete()[0]


register(
    PersonalTable(
        table="inbox_reading",
        room="inbox",
        holds="how the person's public and private words were read: language, feeling, intent",
        export=_readings,
        erase=_forget_readings,
    ),
    PersonalTable(
        table="inbox_label",
        room="inbox",
        holds="what colleagues said of these words",
        export=_labels,
        erase=_forget_labels,
    ),
)
