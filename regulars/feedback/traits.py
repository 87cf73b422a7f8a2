"""What answers are broken down by: the store, tier and category of a person as they are when they are asked.

The tier is whatever room above or beside says it is: the fact called "tier". The store is that of the last order.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from regulars.core import bulk
from regulars.core.plugs import registry


class Traits(NamedTuple):
    """Texts; "" is unknown."""

    store: str = ""
    tier: str = ""
    category: str = ""


BREAKDOWNS = Traits._fields


def traits_of(person_ids: Sequence[int], *, at: int) -> dict[int, Traits]:
    """For each of these people; three questions in all."""
    stores = _stores(person_ids)
    tiers, categories = (_fact(name, person_ids) for name in ("tier", "top_category"))
    return {
        person: Traits(stores.get(person, "")[:120], tiers.get(person, "")[:60], categories.get(person, "")[:120])
        for person in person_ids
    }


def _fact(name: str, person_ids: Sequence[int]) -> dict[int, str]:
    fact = registry.facts.get(name)
    return {person: str(value) for person, value in fact.now(person_ids).items()} if fact else {}


def _stores(person_ids: Sequence[int]) -> dict[int, str]:
    """The store of each person's last order."""
    some, params = bulk.ids(person_ids)
    rows = bulk.query(
        "SELECT n.person_id, s.name FROM people_node n JOIN commerce_order o ON o.node_id = n.id"
        f" JOIN commerce_store s ON s.id = o.store_id WHERE n.person_id IN {some} AND o.cancelled_us IS NULL"
        " ORDER BY o.ts",
        params,
    )
    return dict(rows)
