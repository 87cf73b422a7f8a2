"""What the business itself notes about people: traits, as if the person's own record had said them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from regulars.core import bulk
from regulars.people.actions.joining import rejoin
from regulars.people.actions.said import record_traits
from regulars.people.actions.touching import touch
from regulars.people.given import SPEAKING
from regulars.people.sighting import Sighting


def set_traits(*, traits: Sequence[tuple[int, Mapping[str, Any]]], at: int, source_id: int = 0) -> int:
    """Note traits of nodes, said at `at`: the person's value unless something newer was said. Set-based, in the
    caller's transaction; saying the same again changes nothing. Returns how many nodes changed."""
    said = [Sighting("", (), (), named, (), at) for _, named in traits]
    home = {i: node for i, (node, _) in enumerate(traits)}
    news = record_traits(said, home, frozenset(), dict.fromkeys(home.values(), source_id))
    rejoin({node for node, name in news if name in SPEAKING}, at=at)
    changed = {node for node, _ in news}
    if changed:
        sql, params = bulk.ids(sorted(changed))
        rows = bulk.query(f"SELECT DISTINCT person_id FROM people_node WHERE id IN {sql}", params)
        touch(person_ids=[person for (person,) in rows if person is not None], cause="trait", at=at)
    return len(changed)
