"""Segments and the lake look again at people whose conversations changed."""

from __future__ import annotations

from collections.abc import Iterable

from regulars.inbox.models import Case
from regulars.people.actions import touch
from regulars.people.queries import person_id_of


def touch_people(case_ids: Iterable[int], *, at: int) -> None:
    """The people these conversations are about, as far as they are known."""
    touch_nodes(Case.objects.filter(id__in=case_ids, node_id__isnull=False).values_list("node_id", flat=True), at=at)


def touch_nodes(node_ids: Iterable[int], *, at: int) -> None:
    """The people these nodes belong to."""
    nodes = list(node_ids)
    if nodes and (people := set(person_id_of(nodes).values())):
        touch(person_ids=people, cause="derived", at=at)
