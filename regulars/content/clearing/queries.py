"""What the gate has to know, and whether a text may go out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.db.models import Q

from regulars.content.factbase.queries import facts_to_check
from regulars.content.honesty import CLEAR, Context, digest_of, whole
from regulars.content.models import Clearance, Statement
from regulars.content.queries import voice
from regulars.content.voice import Rules
from regulars.core.models import Business
from regulars.team.queries import who


def is_cleared(examined: Mapping[str, Any], *, text: str, title: str = "", alts: Sequence[str] = (), at: int) -> bool:
    """Whether `Post.examined` clears exactly these words at this time.

    It does when the gate found nothing, a second person agreed, or somebody overruled it with a reason; the digest is
    that of title, text and descriptions; and no statement it leans on has expired, was taken out or changed since.
    """
    if examined.get("digest") != digest_of(whole(text, title=title, alts=alts)):
        return False
    until = examined.get("until_us")
    passed = examined.get("verdict") == CLEAR or examined.get("seconded_by") or examined.get("overruled_by")
    return bool(passed) and (until is None or at < until) and _stands(examined.get("leans_on") or ())


def _stands(leans_on: Sequence[Sequence[int]]) -> bool:
    """Whether every one of these statements is in force in that version."""
    wanted = {statement: number for statement, number in leans_on}
    found = Statement.objects.filter(id__in=wanted, retired_us=None).values_list("id", "version") if wanted else ()
    return dict(found) == wanted


def context_for(text: str, *, at: int, by: str, **known: Any) -> Context:
    """A `Context` with what this room knows: statements, the brand's voice, the business and who answers. `known` is
    the rest of `Context`, as far as the caller has it: public, purpose, asked, thread, previous, private, ..."""
    rules = voice()
    filled = {
        "business": Business.load().name,
        "names": (who([by])[by],),
        "facts": facts_to_check(),
        "voice": Rules(
            use=rules.use,
            avoid=rules.avoid,
            disclosures=rules.disclosures,
            reading_level=rules.reading_level,
            tone=rules.tone,
        ),
    }
    return Context(**(filled | known), at=at)


def let_pass(*, limit: int = 100) -> list[Clearance]:
    """Texts that a second person agreed to or that were overruled, newest first."""
    found = Clearance.objects.filter(Q(overruled_us__isnull=False) | Q(seconded_us__isnull=False))
    return list(found.order_by("-id")[:limit])
