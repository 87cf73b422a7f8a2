"""Two evenings for Gold members: one that was, with who came, and one that people answer just now."""

from __future__ import annotations

import numpy as np
from django.db import transaction

from regulars.core.clock import DAY, HOUR, MINUTE
from regulars.loyalty.models import Evening, Invitation, Standing
from regulars.loyalty.rewards.evenings import answer, invite_people, note_who_came
from regulars.loyalty.rewards.keeping import save_evening

WAS = {"title": "Boot room evening", "text": "New boots to try on the wet pitch, and a word with the groundsman.",
       "place": "Northgate Leeds", "places": 24, "guests": 1}  # fmt: skip
COMES = {"title": "Behind the scenes at City FC",
         "text": "The tunnel, the dressing room, and tea with the kit manager.",
         "place": "City Ground", "places": 16, "guests": 1}  # fmt: skip


@transaction.atomic
def invite(*, end_us: int, seed: int) -> None:
    """Both, with answers. Idempotent."""
    if Evening.objects.exists():
        return
    random = np.random.default_rng([seed, 17])
    gold = list(Standing.objects.filter(tier="gold").order_by("-progress", "person_id")[:40])
    nodes = [one.person_id for one in gold]  # the number of a person is one of their nodes
    evening = end_us - end_us % DAY + 18 * HOUR + 30 * MINUTE
    was = _evening(WAS, at=end_us - 48 * DAY, starts=evening - 20 * DAY)
    comes = _evening(COMES, at=end_us - 6 * DAY, starts=evening + 24 * DAY)
    for evening, answers in ((was, 0.85), (comes, 0.6)):
        invite_people(evening_id=evening.id, node_ids=nodes, at=evening.created_us + HOUR)
        _answer(random, evening, answers)
    for one in Invitation.objects.filter(evening_id=was.id, answer="yes"):
        if random.random() < 0.85:
            note_who_came(invitation_id=one.id, came=True, at=was.starts_us)


def _evening(terms: dict, *, at: int, starts: int) -> Evening:
    moments = {"starts_us": starts, "answer_by_us": starts - 3 * DAY}
    return save_evening(terms=terms | moments, by="system", at=at)


def _answer(random: np.random.Generator, evening: Evening, share: float) -> None:
    for one in Invitation.objects.filter(evening_id=evening.id).order_by("id"):
        if random.random() < share:
            at = evening.created_us + HOUR + int(random.random() * 5 * DAY)
            coming = random.random() < 0.75
            answer(invitation_id=one.id, coming=coming, guests=int(coming and random.random() < 0.4), at=at)
