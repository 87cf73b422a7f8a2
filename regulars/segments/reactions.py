"""What we do about news from people: a profile that was separated starts with what it had together.

Merging needs no reaction: the tick sees who is no more and into whom. After a separation nobody can tell from the
tables where a profile came from, so its places are copied here; the tick that follows judges each part by itself.
"""

from __future__ import annotations

from regulars.core import bulk
from regulars.core.log import current_tx
from regulars.core.signals import on
from regulars.people.signals import PeopleSplit
from regulars.segments.ledger import CHANGE, Came, count_people
from regulars.segments.models import Change


@on(PeopleSplit)
def keep_places_of_parts(split: PeopleSplit) -> None:
    """Each part stands where the whole stood, until the tick looks at it (people touched all parts)."""
    whole, *others = sorted(split.parts)
    for part in others:
        places = bulk.query(
            "SELECT m.segment_id, s.evaluated_version FROM segments_membership m"
            " JOIN segments_segment s ON s.id = m.segment_id WHERE m.person_id = %s AND m.member"
            " AND NOT EXISTS (SELECT 1 FROM segments_membership o WHERE o.segment_id = m.segment_id"
            " AND o.person_id = %s AND o.member)",
            [whole, part],
        )
        if places:
            _copy(whole, part, dict(places), split.at)


def _copy(whole: int, part: int, versions: dict[int, int], at: int) -> None:
    some, params = bulk.ids(versions)
    bulk.execute(
        "INSERT INTO segments_membership (segment_id, person_id, member, since_us, next_us)"
        " SELECT segment_id, %s, member, since_us, %s FROM segments_membership"
        f" WHERE person_id = %s AND segment_id IN {some}"
        " ON CONFLICT (segment_id, person_id) DO UPDATE SET member = excluded.member,"
        " since_us = excluded.since_us, next_us = excluded.next_us",
        [part, at, whole, *params],
    )
    came = [Came(segment, part, True, "unmerge", True) for segment in sorted(versions)]
    tx = current_tx()
    bulk.insert(Change, CHANGE, [(tx, c.segment, versions[c.segment], c.person, *c[2:], at) for c in came])
    count_people(came)
