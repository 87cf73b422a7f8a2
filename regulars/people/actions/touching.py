"""The log of persons whose picture changed."""

from __future__ import annotations

from collections.abc import Iterable

from regulars.core import bulk
from regulars.core.log import current_tx
from regulars.people.models import Touch


def touch(*, person_ids: Iterable[int], cause: str, at: int) -> None:
    """Tell profiles, segments and the lake to look again at these persons. One row each, in this transaction."""
    wanted = sorted(set(person_ids))
    if wanted:
        tx = current_tx()
        bulk.insert(Touch, ("tx", "person_id", "cause", "at"), [(tx, person, cause, at) for person in wanted])
