"""The log of persons whose picture changed."""

from __future__ import annotations

from collections.abc import Iterable

from django.db import connection

from regulars.core import bulk
from regulars.core.clock import DAY
from regulars.core.log import Reader, current_tx
from regulars.core.plugs import registry
from regulars.people.models import Touch

READERS: set[str] = {"profiles"}


def reads_touches(consumer: str) -> str:
    """Declare a consumer of the Touch log (in reactions.py): the log is never cut before it has read."""
    READERS.add(consumer)
    return consumer


def touch(*, person_ids: Iterable[int], cause: str, at: int) -> None:
    """Tell profiles, segments and the lake to look again at these persons. One row each, in this transaction."""
    wanted = sorted(set(person_ids))
    if wanted:
        tx = current_tx()
        bulk.insert(Touch, ("tx", "person_id", "cause", "at"), [(tx, person, cause, at) for person in wanted])


def prune_touches(*, at: int) -> bool:
    """Forget touches older than a day that every reader has passed, at most 5,000. Says whether there were any."""
    from regulars.lake.manifest import newest  # Ibis is loaded only where it is used
    from regulars.lake.place import folder

    mark = min(Reader(consumer).position() for consumer in READERS)
    lake = [place for name, place in newest(folder()).offsets.items() if name in _following()]
    mark = min([mark, *lake]) if len(lake) >= len(_following()) else (0, 0)
    before = "(tx, id) <= (%s, %s)" if connection.vendor == "postgresql" else "id <= %s"
    place = list(mark) if connection.vendor == "postgresql" else [mark[1]]
    order = "tx, id" if connection.vendor == "postgresql" else "id"
    oldest = f"SELECT id FROM people_touch WHERE {before} AND at < %s ORDER BY {order} LIMIT 5000"
    return bulk.execute(f"DELETE FROM people_touch WHERE id IN ({oldest})", [*place, at - DAY]) > 0


def _following() -> set[str]:
    """The lake's tables that are copied person by person."""
    return {t.name for t in registry.replica.values() if t.kind == "keyed" and t.changed == "touch"}
