"""Keyset pagination: the next page starts after the last row's (value, id), however many rows lie before it."""

import base64
import json

from django.db.models import Q, QuerySet
from django.http import Http404


def pack(value: object, id: int) -> str:
    """The cursor of a row, safe in an address."""
    return base64.urlsafe_b64encode(json.dumps([value, id]).encode()).decode().rstrip("=")


def unpack(cursor: str) -> tuple[object, int]:
    """Value and id of a cursor. Raises Http404 for one that was not made here."""
    try:
        value, id = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
        return value, int(id)
    except (ValueError, TypeError):
        raise Http404("This page's address is damaged. Start at the first page.") from None


def after(rows: QuerySet, field: str, cursor: str, *, down: bool, id: str = "id", together: bool = False) -> QuerySet:
    """`rows` ordered by field and id, from behind the cursor on.

    Down: field falls and id rises; up: the reverse. That is the order of an index on (-field, id), read
    forwards or backwards. `together`: both rise or fall, as in an index on (field, id).
    """
    id_down = down if together else not down
    rows = rows.order_by(f"-{field}" if down else field, f"-{id}" if id_down else id)
    if not cursor:
        return rows
    value, last = unpack(cursor)
    past, beyond = "lt" if down else "gt", "lt" if id_down else "gt"
    # The first condition looks superfluous: it lets SQLite start in the index instead of reading it from the start.
    start = Q(**{f"{field}__{past}e": value})
    return rows.filter(start, Q(**{f"{field}__{past}": value}) | Q(**{f"{id}__{beyond}": last}))
