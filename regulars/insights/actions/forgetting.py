"""What must not stay behind of a person."""

from __future__ import annotations

from collections.abc import Sequence

from regulars.core import bulk


def forget(*, person_ids: Sequence[int]) -> int:
    """Remove the predictions of these persons, in the caller's transaction; how many there were."""
    ids, params = bulk.ids(person_ids)
    return bulk.execute(f"DELETE FROM insights_prediction WHERE person_id IN {ids}", params)
