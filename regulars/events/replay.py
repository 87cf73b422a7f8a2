"""Dead letters given to ingestion once more."""

from __future__ import annotations

from collections.abc import Iterable

from django.db import transaction

from regulars.events import inbox, intake, pipeline, requests
from regulars.events.models import DeadLetter, Source
from regulars.events.sources.kinds import NAMES


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
    found = list(_prepared(letter))
    for one in found:
        if isinstance(one, pipeline.Rejected):
            letter.code, letter.reason = one.code, one.reason
            return False
    ready = [one for one in found if isinstance(one, pipeline.Ready)]
    if not ready:
        return False
    with transaction.atomic():
        return not intake.put(ready, at=at).erased


UNREAD = ("unmapped", "unreadable", "paused")


def _as_delivered(letter: DeadLetter) -> list[inbox.RawRequest]:
    """The letter of a shop's delivery holds it as it was kept."""
    kind = Source.objects.filter(id=letter.source_id, kind__in=NAMES).values_list("kind", flat=True).first()
    if kind is None or letter.code not in UNREAD:
        return []
    path = requests.HOOKS + kind
    return [inbox.RawRequest(letter.raw_seq, letter.source_id, letter.received_us, path, letter.body.encode())]


def _prepared(letter: DeadLetter) -> Iterable[pipeline.Ready | pipeline.Rejected]:
    """From the raw request, with what its envelope says; from the letter itself when the request is pruned.

    A shop's delivery that could not be read is read anew as a whole.
    """
    for request in inbox.store().read([letter.raw_seq]) or _as_delivered(letter):
        events, origin = requests.split_request(request)
        if letter.code in UNREAD and request.path.startswith(requests.HOOKS):
            return pipeline.prepare(events, origin)
        return pipeline.prepare(events[letter.position : letter.position + 1], origin, first=letter.position)
    origin = requests.origin_of(letter.source_id, letter.received_us, letter.raw_seq)
    return pipeline.prepare([letter.body.encode()], origin, first=letter.position)
