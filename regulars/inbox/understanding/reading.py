"""Reads the items that are due, a batch at a time: computed outside of any transaction, written in a short one.

Whoever changes an item meanwhile makes it due anew (`turn`); what a colleague said of the same words stays.
"""

from __future__ import annotations

import hashlib
import json
import time
import zlib
from collections.abc import Sequence
from dataclasses import dataclass

from django.db import transaction

from regulars.channels.networks.models import Item
from regulars.core import bulk, signals
from regulars.core.failpoints import declare, failpoint
from regulars.events.pace import Pace
from regulars.inbox.understanding.judgement import Judgement, Text, judge_texts
from regulars.inbox.understanding.models import Label, Reading
from regulars.inbox.understanding.serving import Reader, reader
from regulars.inbox.understanding.signals import ItemsRead

BATCH, LOTS = 500, 1000
pace = Pace(100, least=50, most=BATCH)  # texts that are written together: others wait for ten milliseconds
declare("texts.read.before_commit")
COLUMNS = ("item_id", "language", "feels", "predicted", "source", "negative", "neutral", "positive", "intent",
           "intents", "model_id", "version", "digest", "lot", "at")  # fmt: skip
STAYS = "inbox_reading.source = 'person' AND inbox_reading.digest = excluded.digest"
KEPT = ("feels", "source", "intent", "intents")
CONFLICT = "(item_id) DO UPDATE SET " + ", ".join(
    f"{name} = CASE WHEN {STAYS} THEN inbox_reading.{name} ELSE excluded.{name} END"
    if name in KEPT
    else f"{name} = excluded.{name}"
    for name in COLUMNS[1:]
)


@dataclass(frozen=True)
class Due:
    """An item that waits, and what was read of it before. `text` None: there is nothing (left) to read."""

    item_id: int
    turn: int
    text: Text | None
    digest: int
    known: tuple[int, int, str] | None  # digest, model, version

    def is_new_to(self, using: Reader) -> bool:
        return self.text is not None and self.known != (self.digest, using.model_id, using.model_version)


def read_due(at: int, *, most: int = BATCH) -> bool:
    """Read one batch; was there any? Killing it anywhere loses and doubles nothing."""
    due = _due(most)
    if not due:
        return False
    using = reader()
    fresh = [one for one in due if one.is_new_to(using)]
    found = judge_texts(
        [one.text for one in fresh if one.text],
        using.model,
        languages=using.languages,
        reads=using.reads,
        sure=using.sure,
    )
    said = dict(zip([one.item_id for one in fresh], found, strict=True))
    while due:
        some, due = due[: pace.size], due[pace.size :]
        _write(some, {one.item_id: said[one.item_id] for one in some if one.item_id in said}, using, at)
    return True


def _due(most: int) -> list[Due]:
    rows = bulk.query(
        "SELECT d.item_id, d.turn, i.title, i.text, i.language, i.stars, i.ours, i.deleted_us,"
        " r.digest, r.model_id, r.version FROM inbox_readdue d LEFT JOIN channels_item i ON i.id = d.item_id"
        " LEFT JOIN inbox_reading r ON r.item_id = d.item_id ORDER BY d.item_id LIMIT %s",
        [most],
    )
    return [_waiting(*row) for row in rows]


def _waiting(item_id, turn, title, words, language, stars, ours, deleted, digest, model_id, version) -> Due:
    whole = "\n".join(part for part in (title, words) if part)
    silent = ours is None or ours or deleted is not None or (not whole.strip() and stars is None)
    text = None if silent else Text(whole, language or "", stars)
    return Due(item_id, turn, text, digest_of(whole, stars), None if digest is None else (digest, model_id, version))


def digest_of(words: str, stars: float | None) -> int:
    """A number for a text: the same for the same words and stars."""
    said = f"{words}\x00{'' if stars is None else stars}".encode()
    return int.from_bytes(hashlib.blake2b(said, digest_size=8).digest(), "big") >> 1


@transaction.atomic
def _write(due: Sequence[Due], found: dict[int, Judgement], using: Reader, at: int) -> None:
    began = time.monotonic()
    there = set(
        Item.objects.select_for_update(skip_locked=True)
        .filter(id__in=list(found), deleted_us=None)
        .order_by("id")
        .values_list("id", flat=True)
    )  # erased meanwhile: no reading comes back; being changed just now: it stays due
    rows = [_row(one, found[one.item_id], using, at) for one in due if one.item_id in there]
    _forget_outdated([one for one in due if one.item_id in there and one.known and one.known[0] != one.digest])
    bulk.insert(Reading, COLUMNS, rows, conflict=CONFLICT)
    gone = [one.item_id for one in due if one.text is None]
    Reading.objects.filter(item_id__in=gone).delete()
    Label.objects.filter(item_id__in=gone).delete()
    _done([one for one in due if one.item_id in there or one.item_id not in found])
    if changed := sorted(there | set(gone)):
        signals.send(ItemsRead(tuple(changed), at))
    pace.learn(len(due), time.monotonic() - began)
    failpoint("texts.read.before_commit")


def _row(one: Due, said: Judgement, using: Reader, at: int) -> tuple:
    chances = said.chances or (None, None, None)
    first = said.intents[0] if said.intents else ""
    lot = zlib.crc32(str(one.item_id).encode()) % LOTS
    return (one.item_id, said.language, said.feels, said.predicted, said.source, *chances, first,
            json.dumps(list(said.intents)), using.model_id, using.model_version, one.digest, lot, at)  # fmt: skip


def _forget_outdated(edited: Sequence[Due]) -> None:
    """What colleagues said of words that are no longer there."""
    Label.objects.filter(item_id__in=[one.item_id for one in edited]).delete()


def _done(due: Sequence[Due]) -> None:
    rows, params = bulk.table({"item_id": "bigint", "turn": "bigint"}, [(one.item_id, one.turn) for one in due])
    bulk.execute(f"DELETE FROM inbox_readdue WHERE (item_id, turn) IN (SELECT v.item_id, v.turn FROM {rows})", params)
