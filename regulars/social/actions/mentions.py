"""Mentions follow what is said: items that are new, edited, gone or read anew are matched against every topic.

Matching needs no lock on the data; writing is one short transaction, given up when a topic was changed meanwhile.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Sequence

from django.db import transaction
from django.db.models import F

from regulars.core import bulk
from regulars.core.clock import WEEK
from regulars.core.failpoints import declare, failpoint
from regulars.core.locks import exclusive
from regulars.events.pace import Pace
from regulars.social.actions.folding import refold
from regulars.social.actions.telling import tell_event_log
from regulars.social.listening.counting import recount
from regulars.social.listening.finding import Found, find, matcher_of
from regulars.social.models import ListenDue, Mention, Topic

declare("social.mentions.before_commit", "social.again.before_commit")
pace, pace_again = (Pace(40, least=15, most=500) for _ in range(2))  # items whose mentions are written together
OLD = 8 * WEEK
COLUMNS = ("topic_id", "item_id", "account_id", "network", "author_id", "voice", "at", "language", "feels", "told",
           "intent", "reach", "words", "fold", "same_as", "helped_by")  # fmt: skip
RENEWED = ", ".join(f"{name} = excluded.{name}" for name in COLUMNS[2:-1])
Pair = tuple[int, int]  # topic, item


class TopicChanged(Exception):
    """Somebody changed a topic while it was matched: match again."""


def items_changed(*, item_ids: Iterable[int]) -> None:
    """These are matched anew soon; in the caller's transaction, set-based."""
    rows = [(number, 0) for number in sorted(set(item_ids))]
    bulk.insert(
        ListenDue, ("item_id", "turn"), rows, conflict="(item_id) DO UPDATE SET turn = social_listendue.turn + 1"
    )


def follow(*, at: int) -> bool:
    """Match a batch of what changed; True when there may be more. Killing it anywhere is safe."""
    with exclusive("social listening") as mine:
        size = pace.size
        due = list(ListenDue.objects.order_by("item_id").values_list("item_id", "turn")[:size]) if mine else []
        if not due:
            return False
        topics = live_topics()
        found = find([item for item, _ in due], matcher_of(topics))
        try:
            with transaction.atomic():
                began = time.monotonic()
                _unchanged(topics)
                place(
                    found, topics=[topic for topic, _ in topics], items=[item for item, _ in due], at=at, old=at - OLD
                )
                _done(due)
                pace.learn(len(due), time.monotonic() - began)
                failpoint("social.mentions.before_commit")
        except TopicChanged:
            return True
    return len(due) == size


def match_again(*, at: int) -> bool:
    """One step through what is stored, newest first, for a topic whose query is new; True when there may be more."""
    with exclusive("social listening") as mine:
        topic = Topic.objects.filter(again_id__isnull=False, archived_us=None).order_by("changed_us").first()
        if not mine or topic is None:
            return False
        size = pace_again.size
        items = stored(below=topic.again_id, most=size)
        found = find(items, matcher_of([(topic.id, topic.query)]))
        try:
            with transaction.atomic():
                began = time.monotonic()
                _unchanged([(topic.id, topic.query)])
                place(found, topics=[topic.id], items=items, at=at)
                last = items[-1] - 1 if len(items) == size else None
                Topic.objects.filter(id=topic.id).update(again_id=last, again_done=F("again_done") + len(items))
                pace_again.learn(len(items), time.monotonic() - began)
                failpoint("social.again.before_commit")
        except TopicChanged:
            pass
    return True


def stored(*, below: int, most: int) -> list[int]:
    """Public items of others, newest first, from this number down."""
    return [
        number
        for (number,) in bulk.query(
            f"SELECT id FROM channels_item WHERE id <= %s AND {HEARD} ORDER BY id DESC LIMIT %s", [below, most]
        )
    ]


HEARD = "public AND NOT ours AND deleted_us IS NULL"


def live_topics() -> list[tuple[int, str]]:
    """(topic, query) of those that are listened for."""
    return list(Topic.objects.filter(archived_us=None).order_by("id").values_list("id", "query"))


def _unchanged(topics: Sequence[tuple[int, str]]) -> None:
    """Raises TopicChanged unless these are still what is asked; they stay so until the transaction ends."""
    rows = Topic.objects.select_for_update().filter(id__in=[topic for topic, _ in topics], archived_us=None)
    if list(rows.order_by("id").values_list("id", "query")) != list(topics):
        raise TopicChanged


def place(found: Sequence[Found], *, topics: Sequence[int], items: Sequence[int], at: int, old: int = 0) -> None:
    """Make the mentions of these items by these topics exactly what was found, in the caller's transaction.

    Counts from before `old` stand when what was said then is gone: words are kept for a while, numbers for longer.
    """
    rows = {(one.topic_id, one.item_id): one for one in found}
    before = _before(topics, items)
    gone = [pair for pair in before if pair not in rows]
    _remove(gone)
    bulk.insert(
        Mention, COLUMNS, [one.row() for one in found], conflict=f"(topic_id, item_id) DO UPDATE SET {RENEWED}"
    )
    touched = {(topic, moment) for (topic, _), (moment, _) in before.items() if moment > old}
    touched |= {(one.topic_id, one.at) for one in found}
    groups = {(topic, words) for (topic, _), (_, words) in before.items()}
    groups |= {(one.topic_id, one.words) for one in found}
    touched |= refold(groups)
    recount(touched)
    tell_event_log(found, at=at)


def _before(topics: Sequence[int], items: Sequence[int]) -> dict[Pair, tuple[int, int]]:
    """{(topic, item): (when it was said, fingerprint)} of the mentions there are."""
    some, params = bulk.ids(items)
    rows = bulk.query(f"SELECT topic_id, item_id, at, words FROM social_mention WHERE item_id IN {some}", params)
    asked = set(topics)  # not asked of SQLite too: it would look up each topic with each item
    return {(topic, item): (moment, words) for topic, item, moment, words in rows if topic in asked}


def _remove(pairs: Sequence[Pair]) -> None:
    if pairs:
        some, params = bulk.table({"topic": "bigint", "item": "bigint"}, pairs)
        bulk.execute(
            f"DELETE FROM social_mention WHERE (topic_id, item_id) IN (SELECT v.topic, v.item FROM {some})", params
        )


def _done(due: Sequence[tuple[int, int]]) -> None:
    some, params = bulk.table({"item": "bigint", "turn": "bigint"}, due)
    bulk.execute(f"DELETE FROM social_listendue WHERE (item_id, turn) IN (SELECT v.item, v.turn FROM {some})", params)
