"""The counter: how it asks, a till that is let in, and a number for another one at every start."""

from __future__ import annotations

from regulars.demo.catalogue import CATEGORIES
from regulars.demo.words import STORES
from regulars.till import actions
from regulars.till.models import Counter, Device

WORDING = "Yes, send me news and offers of Northgate Sports. I can stop this at any time."


def set_up(*, survey_id: int | None, at: int) -> None:
    """How the counter asks, and one till that is at work. Idempotent."""
    if not Counter.objects.exists():
        actions.change_counter(
            wording=WORDING,
            categories=[*CATEGORIES, "tickets"],
            ask_sms=True,
            survey_id=survey_id,
            by="system",
            at=at,
        )
    if not Device.objects.exists():
        number = actions.make_pairing(name="Leeds, counter 1", store=STORES[0], by="system", at=at)
        actions.let_in(number=number, at=at)


def number(*, at: int) -> str:
    """A number that lets one more till in, good for ten minutes."""
    taken = set(Device.objects.filter(revoked_us=None).values_list("name", flat=True))
    name = next(one for n in range(1, 10_000) if (one := f"Your till {n}") not in taken)
    return actions.make_pairing(name=name, store=STORES[0], by="system", at=at)
