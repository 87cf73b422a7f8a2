"""What a rule would have done last month, before it does anything: how often, and with which conversations."""

from __future__ import annotations

from typing import Any

from regulars.inbox import queries
from regulars.inbox.rehearsing import rehearse
from regulars.inbox.rules import Draft
from regulars.web.pages.inbox.rows import lines


def rehearsed(said: dict[str, Any], *, rule_id: int | None, at: int) -> dict[str, Any]:
    """Counts and some of the conversations. Raises CannotDo for a rule that makes no sense."""
    known = frozenset(one.name for one in queries.labels())
    found = rehearse(Draft(**said, id=rule_id, labels_known=known), at=at)
    return {"found": found, "rows": lines(found.shown, at=at)}
