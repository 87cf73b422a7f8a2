"""Whose clock: the time zone a person lives by."""

from __future__ import annotations

import json
import zoneinfo
from collections.abc import Sequence
from functools import cache

from regulars.core import bulk
from regulars.core.models import Business


def zones_of(person_ids: Sequence[int]) -> dict[int, str]:
    """The time zone of each: the trait `timezone` said last, if there is such a zone; else the business's."""
    some, params = bulk.ids(person_ids)
    said = bulk.query(
        "SELECT n.person_id, t.value FROM people_node n JOIN people_trait t ON t.node_id = n.id"
        f" WHERE n.person_id IN {some} AND t.name = 'timezone' ORDER BY t.at, t.node_id DESC",
        params,
    )
    home = Business.load().timezone
    return dict.fromkeys(person_ids, home) | {p: zone for p, text in said if (zone := _zone(text))}


@cache
def _known() -> set[str]:
    return zoneinfo.available_timezones()


def _zone(text: str) -> str:
    try:
        name = json.loads(text)
    except ValueError:
        return ""
    return name if isinstance(name, str) and name in _known() else ""
