"""Keeps predictions up to date between two nights: follows the log of touched persons."""

from __future__ import annotations

from django.db import transaction

from regulars.core import bulk
from regulars.core.clock import HOUR, MINUTE
from regulars.core.failpoints import declare, failpoint
from regulars.core.locks import exclusive
from regulars.core.log import Reader, where_after
from regulars.core.loops import loop
from regulars.core.models import QueuedJob
from regulars.core.signals import on
from regulars.core.sqlite import repeatable
from regulars.insights import fits
from regulars.insights.actions import forget, predict, refit, renew_habits
from regulars.insights.actions.learning import LOCK
from regulars.insights.models import Prediction
from regulars.people.actions import reads_touches
from regulars.people.signals import PersonErased

CONSUMER = reads_touches("predictions")
BATCH = 1_000
GROWN = 1.25  # learn anew when so many more people have a prediction than took part in the last fit
declare("insights.followed")


@loop("predictions", idle=1.0)
def follow(at: int) -> bool:
    """Renew the predictions of the next batch of touched persons. True while there may be more.

    Before the first fit there is nothing to renew: it is asked for, and will cover everybody.
    """
    with exclusive(LOCK) as mine, repeatable():
        if not mine:
            return False
        reader = Reader(CONSUMER)
        entries = _entries(reader)
        if not entries:
            return False
        _renew({person for _, _, person in entries}, at)
        with transaction.atomic():
            reader.move((entries[-1][0], entries[-1][1]))
        failpoint("insights.followed")
    return True


def _renew(persons: set[int], at: int) -> None:
    learned = fits.latest()
    if learned is None:
        if bulk.query("SELECT 1 FROM commerce_order LIMIT 1"):
            _learn_soon(at)
        return
    known = Prediction.objects.count() if len(persons) == BATCH else 0
    predict(person_ids=persons, learned=learned, at=at)
    renew_habits(person_ids=persons, at=at)
    if known > GROWN * learned.models.purchases.customers:
        _learn_soon(at)


def _learn_soon(at: int) -> None:
    """Queue a run in two minutes, unless one waits already."""
    if not QueuedJob.objects.filter(name=refit.name, claimed_us=None, finished_us=None, failed_us=None).exists():
        refit.later(at=at - at % HOUR, due_us=at + 2 * MINUTE)


def _entries(reader: Reader) -> list[tuple[int, int, int]]:
    condition, params = where_after(reader.position())
    return bulk.query(
        f"SELECT tx, id, person_id FROM people_touch WHERE {condition} ORDER BY tx, id LIMIT {BATCH}", params
    )


@on(PersonErased)
def _forget_the_erased(signal: PersonErased) -> None:
    forget(person_ids=[signal.person_id])
