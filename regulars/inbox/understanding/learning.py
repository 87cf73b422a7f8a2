"""The nightly refit of the shop's own model from what colleagues said, and what is said of how good it is."""

from __future__ import annotations

import zlib
from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from django.db import transaction

from regulars.core import bulk
from regulars.core.clock import WEEK
from regulars.core.failpoints import declare, failpoint
from regulars.core.jobs import job
from regulars.core.locks import exclusive
from regulars.inbox.understanding import own
from regulars.inbox.understanding.due import note_all
from regulars.inbox.understanding.model import FEELS, house, look_at, to_bytes
from regulars.inbox.understanding.models import TextModel
from regulars.inbox.understanding.serving import HOUSE_READS, rules

READ_AGAIN_US = 8 * WEEK
MOST = 20_000  # the newest judged texts
KEEP = 5  # models that are no longer used
declare("texts.learn.before_commit")


@dataclass(frozen=True)
class Judged:
    """A text and what a colleague said of it."""

    text: str
    author: int
    place: int  # in FEELS
    language: str
    how: str


@job(lane="long")
def refit(*, at: int) -> int | None:
    """Learn anew when there is something new to learn from; the model's number, or None.

    Running it twice is harmless.
    """
    with exclusive("texts.learn") as mine:
        return _refit(at) if mine else None


def _refit(at: int) -> int | None:
    judged = judged_texts()
    last = TextModel.objects.order_by("-id").defer("weights").first()
    if not can_learn(judged) or (
        last and last.measures.get("seen") == _seen(judged) and last.house == house().version
    ):
        return None
    from threadpoolctl import threadpool_limits

    with threadpool_limits(1):
        learned = own.learn(
            look_at([one.text for one in judged]),
            [one.author for one in judged],
            np.array([one.place for one in judged]),
            house(),
            version="own",
        )
    return _keep(judged, learned, at)


def judged_texts() -> list[Judged]:
    """What colleagues said of texts that are still there, the newest first; the same words count once."""
    rows = bulk.query(
        "SELECT i.title, i.text, COALESCE(i.author_id, -i.id), l.feels, r.language, l.how FROM inbox_label l"
        " JOIN channels_item i ON i.id = l.item_id AND i.deleted_us IS NULL"
        " JOIN inbox_reading r ON r.item_id = l.item_id WHERE l.feels <> '' ORDER BY l.at DESC, l.id DESC LIMIT %s",
        [MOST],
    )
    found: dict[str, Judged] = {}
    for title, text, author, feels, language, how in rows:
        words = "\n".join(part for part in (title, text) if part)
        if words.strip():
            found.setdefault(words.strip().lower(), Judged(words, author, FEELS.index(feels), language, how))
    return list(found.values())


def can_learn(judged: Sequence[Judged]) -> bool:
    """Enough texts, and enough of each feeling."""
    each = Counter(one.place for one in judged)
    return len(judged) >= own.LEAST and all(each[place] >= own.LEAST_EACH for place in range(3))


def _seen(judged: Sequence[Judged]) -> str:
    """What it learned from, as a number: nothing is fitted twice to the same."""
    said = sorted((one.text, one.place) for one in judged)
    return format(zlib.crc32(repr(said).encode()), "x")


def measures_of(judged: Sequence[Judged], learned: own.Learned) -> dict[str, Any]:
    """What is shown of it, JSON-able; see `own.compared` for what it is measured `on`."""
    chance = np.array([one.how == "random" for one in judged])
    on, figures = own.compared(learned, chance)
    rows = chance if on == "random" else np.ones(len(judged), bool)
    guessed = learned.own.argmax(1)
    said = np.where(learned.own.max(1) >= rules().sure, guessed, 3)
    confusion = np.zeros((3, 4), int)
    np.add.at(confusion, (learned.truth[rows], said[rows]), 1)
    return asdict(figures) | {
        "confusion": confusion.tolist(), "on": on, "texts": int(rows.sum()),
        "strength": learned.strength, "seen": _seen(judged),
    }  # fmt: skip


@transaction.atomic
def _keep(judged: Sequence[Judged], learned: own.Learned, at: int) -> int:
    """Store the fit; it reads from now on when it is better, and what was said lately is read again."""
    measures = measures_of(judged, learned)
    better = measures["gain"][0] > 0 and measures["better"] >= own.ENOUGH
    in_use = TextModel.objects.filter(used_us__isnull=False, ended_us=None)
    changed = better or in_use.exists()
    in_use.update(ended_us=at)
    many = Counter(one.language for one in judged)
    made = TextModel.objects.create(
        fitted_us=at,
        labels=len(judged),
        languages=sorted({code for code, n in many.items() if code and n >= own.LEAST} - set(HOUSE_READS)),
        house=house().version,
        measures=measures,
        weights=to_bytes(learned.model),
        used_us=at if better else None,
    )
    old = TextModel.objects.exclude(id=made.id).order_by("-id").values_list("id", flat=True)[KEEP:]
    TextModel.objects.filter(id__in=list(old)).delete()
    if changed:
        note_all(since=at - READ_AGAIN_US)
    failpoint("texts.learn.before_commit")
    return made.id
