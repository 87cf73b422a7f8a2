"""What a colleague was told about cases and has not seen."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as lazy

from regulars.inbox import queries
from regulars.inbox.models import Case

WHAT = {
    "mention": lazy("mentioned you"),
    "given": lazy("is yours now"),
    "said": lazy("they wrote again"),
    "soon": lazy("is due soon"),
    "overdue": lazy("is overdue"),
    "lost": lazy("went to somebody else: nobody answered in time"),
    "awake": lazy("is back"),
    "escalated": lazy("is overdue for long"),
    "reopened": lazy("was opened again"),
    "failed": lazy("your answer did not go out"),
    "agree": lazy("asks for a second person"),
}


def notices(user_id: int) -> list[dict[str, Any]]:
    """The newest five, with their cases."""
    found = queries.notices_of(user_id, limit=5)
    cases = Case.objects.in_bulk([one.case_id for one in found])
    return [
        {"notice": one, "case": cases[one.case_id], "what": WHAT.get(one.what, one.what)}
        for one in found
        if one.case_id in cases
    ]
