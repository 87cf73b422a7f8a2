"""How the brand speaks."""

from __future__ import annotations

from typing import Any

from django.db import transaction

from regulars.content.models import Voice
from regulars.team.actions import audit


@transaction.atomic
def save_voice(
    *,
    use: list[dict[str, Any]],
    avoid: list[dict[str, Any]],
    disclosures: list[dict[str, Any]],
    tone: str,
    reading_level: int | None,
    by: str,
    at: int,
) -> Voice:
    """The brand's voice from now on: a new version; the ones before stay to be compared."""
    made = Voice.objects.create(
        use=use, avoid=avoid, disclosures=disclosures, tone=tone, reading_level=reading_level, at=at, by=by
    )
    audit(by=by, act="voice.change", object=f"voice:{made.id}", at=at)
    return made
