"""What journeys know about one person: for the person page and for texts, not for conditions."""

from __future__ import annotations

from collections.abc import Sequence

from regulars.core import bulk
from regulars.core.plugs import Fact, register


def journeys_now(person_ids: Sequence[int]) -> dict[int, str]:
    """The names of the journeys somebody is in, in order."""
    some, params = bulk.ids(person_ids)
    rows = bulk.query(
        "SELECT e.person_id, j.name FROM journeys_enrolment e JOIN journeys_journey j ON j.id = e.journey_id"
        f" WHERE e.ended_us IS NULL AND e.person_id IN {some} ORDER BY j.name",
        params,
    )
    found: dict[int, str] = {}
    for person, name in rows:
        found[person] = f"{found[person]}, {name}" if person in found else name
    return found


register(
    Fact(
        name="journeys",
        label="In journeys",
        room="journeys",
        type="text",
        missing="none",
        now=journeys_now,
        lake=None,
    )
)
