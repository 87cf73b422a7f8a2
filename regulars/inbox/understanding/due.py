"""Which items wait to be read. Rows are added in the transaction that changed the item."""

from __future__ import annotations

from collections.abc import Iterable

from regulars.core import bulk
from regulars.inbox.understanding.models import ReadDue

AGAIN = "(item_id) DO UPDATE SET turn = inbox_readdue.turn + 1"


def note_texts(item_ids: Iterable[int]) -> None:
    """Read these soon; what is being read just now is read again."""
    bulk.insert(ReadDue, ("item_id", "turn"), [(number, 0) for number in sorted(set(item_ids))], conflict=AGAIN)


def note_all(*, since: int) -> int:
    """Read everything said since then again: another model reads now. Returns how many."""
    return bulk.execute(
        "INSERT INTO inbox_readdue (item_id, turn) SELECT r.item_id, 0 FROM inbox_reading r"
        f" JOIN channels_item i ON i.id = r.item_id WHERE i.at > %s ON CONFLICT {AGAIN}",
        [since],
    )
