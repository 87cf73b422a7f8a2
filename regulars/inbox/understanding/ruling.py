"""What the shop decides about reading."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import transaction

from regulars.core import bulk
from regulars.core.clock import WEEK
from regulars.inbox.errors import CannotDo
from regulars.inbox.understanding.due import note_all
from regulars.inbox.understanding.languages import USUAL
from regulars.inbox.understanding.models import ReadingRules
from regulars.team.actions import audit

READ_AGAIN_US = 8 * WEEK


@transaction.atomic
def change_languages(*, languages: Sequence[str], by: str, at: int) -> None:
    """The languages customers write in, the usual one first; what was said in eight weeks is read again."""
    wanted = [code for code in dict.fromkeys(languages) if code in USUAL]
    if not wanted:
        raise CannotDo("Choose at least one language: texts are read in the languages your customers write in.")
    ReadingRules.objects.update_or_create(id=1, defaults={"languages": wanted})
    since = at - READ_AGAIN_US
    bulk.execute(
        "UPDATE inbox_reading SET version = '' WHERE item_id IN (SELECT id FROM channels_item WHERE at > %s)", [since]
    )
    note_all(since=since)
    audit(by=by, act="reading.languages", object="reading", details={"languages": wanted}, at=at)
