"""How their last word reads stands on the conversation, as a hint; and rules that wait for it look."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import transaction

from regulars.core import bulk
from regulars.inbox.actions.ruling import look_at_words
from regulars.inbox.actions.touching import touch_people
from regulars.inbox.models import Entry


@transaction.atomic
def note_readings(item_ids: Sequence[int], *, at: int) -> None:
    """These items were read, or judged anew. Doing it again changes nothing."""
    entries = list(Entry.objects.filter(item_id__in=item_ids, kind="said").order_by("case_id", "id"))
    if not entries:
        return
    homes, params = bulk.ids({entry.case_id for entry in entries})
    last = (
        "SELECT r.{column} FROM inbox_case p JOIN inbox_entry e ON e.case_id = p.id JOIN inbox_reading r"
        " ON r.item_id = e.item_id WHERE (p.id = inbox_case.id OR p.merged_into = inbox_case.id) AND e.kind = 'said'"
        " AND e.gone_us IS NULL ORDER BY e.at DESC, e.id DESC LIMIT 1"
    )
    bulk.execute(
        f"UPDATE inbox_case SET feels = COALESCE(({last.format(column='feels')}), ''),"
        f" intent = COALESCE(({last.format(column='intent')}), '')"
        f" WHERE id IN (SELECT COALESCE(merged_into, id) FROM inbox_case WHERE id IN {homes})",
        params,
    )
    touch_people({entry.case_id for entry in entries}, at=at)
    look_at_words([entry.id for entry in entries], occasion="reading", at=at)
