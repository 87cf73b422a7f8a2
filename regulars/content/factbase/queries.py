"""What can be asked of the fact base."""

from __future__ import annotations

from regulars.content.factbase.models import Statement, StatementVersion
from regulars.content.honesty import Fact


def in_force(*, at: int, audience: str = "public") -> list[StatementVersion]:
    """Approved versions that count at this time; `audience` "staff" brings those for us alone as well."""
    live = Statement.objects.filter(retired_us=None, version__gt=0)
    numbers = dict(live.values_list("id", "version"))
    rows = StatementVersion.objects.filter(statement_id__in=live.values("id"), approved_us__isnull=False)
    found = [row for row in rows.order_by("statement_id", "number") if numbers[row.statement_id] == row.number]
    return [
        row
        for row in found
        if (row.expires_us is None or row.expires_us > at) and audience in ("staff", row.audience)
    ]


def as_fact(version: StatementVersion) -> Fact:
    """A version as the honesty gate reads it."""
    return Fact(
        id=version.statement_id,
        text=version.text,
        number=version.number,
        subject=version.subject,
        source=version.source,
        language=version.language,
        approved_us=version.approved_us or 0,
        expires_us=version.expires_us,
    )
