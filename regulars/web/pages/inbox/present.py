"""Who else has a conversation open, and what they have written so far."""

from __future__ import annotations

from typing import Any

from regulars.inbox import queries
from regulars.inbox.models import Draft
from regulars.web.pages.inbox.outside import plain

SHOWN = 120


def present(case_id: int, *, user_id: int, at: int) -> dict[str, Any]:
    """(colleague, whether they write, the end of what they wrote) of everybody else; at most two questions more."""
    here = queries.others_looking(case_id, user_id=user_id, at=at)
    writing = [user.id for user, typing in here if typing]
    drafts = Draft.objects.filter(case_id=case_id, user_id__in=writing) if writing else []
    texts = {draft.user_id: plain(draft.text)[-SHOWN:] for draft in drafts}
    return {"others": [(user, typing, texts.get(user.id, "")) for user, typing in here], "typing": bool(writing)}
