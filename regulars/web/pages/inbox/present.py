"""Who else has a conversation open, and what they have written so far."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from regulars.inbox.models import Draft
from regulars.team.queries import who
from regulars.web.pages.inbox.outside import plain

SHOWN = 120


def present(case_id: int, here: Sequence[tuple[int, bool]]) -> dict[str, Any]:
    """(colleague, whether they write, the end of what they wrote) of everybody else; `here` as Pulse has them."""
    writing = [number for number, typing in here if typing]
    drafts = Draft.objects.filter(case_id=case_id, user_id__in=writing) if writing else []
    texts = {draft.user_id: plain(draft.text)[-SHOWN:] for draft in drafts}
    names = who(f"user:{number}" for number, _typing in here)
    others = [(names[f"user:{number}"], typing, texts.get(number, "")) for number, typing in here]
    return {"others": others, "typing": bool(writing)}
