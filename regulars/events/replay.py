"""Dead letters given to ingestion once more."""

from __future__ import annotations

from collections.abc import Iterable

from django.db import transaction

from regulars.events import inbox, intake, pipeline, requests
from regulars.events.models import DeadLetter


def replay(letters: Iterable[DeadLetter], *, at: int) -> tuple[int, int]:
    """(went in, still refused). Call it in a transaction. What was erased stays out."""
    went_in = still = 0
    for letter in letters:
        if _goes_in(letter, at):
            letter.replayed_us = at
            went_in += 1
        else:
            still += 1
        letter.save(update_fields=["code", "reason", "replayed_us"])
    return went_in, still


def _goes_in(letter: DeadLetter, at: int) -> bool:
    found = next(iter(_prepared(letter)), None)
    if isinstance(found, pipeline.Rejected):
        letter.code, letter.reason = found.code, found.reason
    if not isinstance(found, pipeline.Ready):
        return False
    with transaction.atomic():
        return not intake.put([found], at=at).erased


def _prepared(letter: DeadLetter) -> Iterable[pipeline.Ready | pipeline.Rejected]:
    """From the raw request, with what its envelope says; from the letter itself when the request is pruned."""
    for request in inbox.store().read([letter.raw_seq]):
        events, origin = requests.split_request(request)
        return pipeline.prepare(events[letter.position : letter.position + 1], origin, first=letter.position)
    origin = requests.origin_of(letter.source_id, letter.received_us, letter.raw_seq)
    return pipeline.prepare([letter.body.encode()], origin, first=letter.position)
