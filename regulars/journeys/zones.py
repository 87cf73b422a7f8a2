"""Whose clock: the time zone a person lives by, the same as for quiet hours."""

from __future__ import annotations

import json
from collections.abc import Sequence

from regulars.channels.zones import zone_of
from regulars.core import bulk
from regulars.core.models import Business


def zones_of(person_ids: Sequence[int]) -> dict[int, str]:
    """The time zone of each: what was said last, else that of the country, else the business's."""
    some, params = bulk.ids(person_ids)
    rows = bulk.query(
        "SELECT n.person_id, t.name, t.value FROM people_node n JOIN people_trait t ON t.node_id = n.id"
        f" WHERE n.person_id IN {some} AND t.name IN ('timezone', 'country') ORDER BY t.at, t.node_id DESC",
        params,
    )
    said: dict[int, dict[str, str]] = {}
    for person, name, value in rows:
        said.setdefault(person, {})[name] = _text(value)
    home = Business.load()
    found = {
        p: zone_of(s.get("timezone", ""), s.get("country", ""), home.timezone, home.country) for p, s in said.items()
    }
    return dict.fromkeys(person_ids, home.timezone) | found


def _text(value: str) -> str:
    found = json.loads(value)
    return found.strip() if isinstance(found, str) else str(found)
