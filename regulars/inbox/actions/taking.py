"""What was said on networks becomes entries of conversations: in any order, twice, edited, deleted or hidden.

One conversation per thread of an account. It begins with the first word to us; then the whole thread is brought in,
so that what others wrote stands there too, and what we said ourselves elsewhere counts as answered.
"""

from __future__ import annotations

import json
import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from django.db import transaction

from regulars.channels.networks.erased import item_mark
from regulars.channels.networks.models import Author, Item, Post
from regulars.core import bulk
from regulars.core.clock import DAY
from regulars.core.failpoints import declare, failpoint
from regulars.events.pace import Pace
from regulars.inbox.actions.arriving import arrived
from regulars.inbox.actions.opening import NewCase, Turns, open_cases, turns
from regulars.inbox.actions.owning import assign
from regulars.inbox.actions.retelling import retell
from regulars.inbox.actions.ruling import active
from regulars.inbox.errors import CannotDo
from regulars.inbox.kinds import KIND_OF_ITEM
from regulars.inbox.models import Case, Entry, ItemDue, Rule
from regulars.inbox.searching import forget_words, remember

WHOLE_THREAD = 500
pace = Pace(30, least=20, most=200, target=0.012)  # a batch asks thirty questions, however small it is
LATE_US = 3 * DAY  # what is read later than that counts from three days before: networks believe any clock
LONGEST = 20_000
COLUMNS = ("case_id", "kind", "public", "by", "at", "text", "facts", "item_id", "author_id", "to_author_id",
           "automatic", "heard_us", "seen_us", "sent_us", "gone_us")  # fmt: skip
RENEWED = ("kind", "public", "text", "facts", "automatic", "heard_us", "sent_us", "to_author_id", "gone_us")
Thread = tuple[int, str]
declare("desk.items.before_commit")


def note_items(item_ids: Iterable[int], *, at: int) -> None:
    """These items are taken in soon. Rows are only added or renewed, in the caller's transaction."""
    bulk.insert(ItemDue, ("item_id", "at"), [(number, at) for number in sorted(set(item_ids))],
                conflict="(item_id) DO UPDATE SET at = excluded.at")  # fmt: skip


def take_items(at: int) -> bool:
    """Take in some of what is due; was there any? Whoever changes an item meanwhile makes it due anew.

    What the shop decided is read before: nobody waits for that, and a moment later it is as true.
    """
    return ItemDue.objects.exists() and _take_some(Decided(turns(), active()), at)


@transaction.atomic
def _take_some(decided: Decided, at: int) -> bool:
    began = time.monotonic()
    rows = ItemDue.objects.select_for_update(skip_locked=True).order_by("id")
    due = list(rows.values_list("id", "item_id")[: pace.size])
    if not due:
        return False
    put([item for _, item in due], at=at, decided=decided)
    some, params = bulk.ids([number for number, _ in due])
    bulk.execute(f"DELETE FROM inbox_itemdue WHERE id IN {some}", params)
    pace.learn(len(due), time.monotonic() - began)
    failpoint("desk.items.before_commit")
    return True


@transaction.atomic
def take_over(*, item_id: int, by: str, at: int) -> int:
    """A colleague makes a conversation of something that was found, not said to us: the case, theirs if nobody's.

    Its clock runs from now, for nobody waited for us before. Idempotent: taken over again, it runs from the first
    time. Raises CannotDo for what is gone, private or our own.
    """
    item = Item.objects.filter(id=item_id).first()
    if item is None or item.deleted_us is not None or item.ours or not item.public:
        raise CannotDo("This is gone, or was never public: there is nothing to answer.")
    origin = origin_of(thread_of(item))
    owned = Case.objects.filter(origin=origin).exclude(owner="").exists()
    known = Entry.objects.filter(item_id=item_id, kind="said").exists()
    put([item_id], at=at, wanted=frozenset({item_id}))
    case = Case.objects.get(origin=origin)
    if not known:
        Entry.objects.create(case_id=case.id, kind="event", by=by, at=at, facts={"act": "take_over"})
    if not owned and case.owner != by and by.startswith("user:"):  # the desk gave it to somebody on arrival
        assign(case_id=case.id, owner=by, by=by, at=at)
    return case.id


class Decided(NamedTuple):
    """What the shop decided, and who has how much to do."""

    turns: Turns
    rules: list[Rule]


def put(
    item_ids: Sequence[int], *, at: int, wanted: frozenset[int] = frozenset(), decided: Decided | None = None
) -> None:
    """Make conversations what these items say. In the caller's transaction; doing it again changes nothing.

    `wanted`: items that count as said to us, because a colleague wants to answer them.
    """
    decided = decided or Decided(turns(), active())
    batch = _read(item_ids, at, wanted, decided.turns)
    fresh = _write(batch)
    retell({batch.homes[thread_of(item)] for item in batch.items}, at=at, promised=decided.turns.promised)
    arrived(fresh, at=at, rules=decided.rules)


def thread_of(item: Item) -> Thread:
    """The thread an item belongs to: its own, when it names none."""
    return item.account_id, item.thread or item.external


def origin_of(thread: Thread) -> str:
    """The origin of the conversation of a thread: a keyed hash, for names of threads hold their author's, and are
    hashed too when that author is erased; it is one origin before and after."""
    account, name = thread
    mark = name if name.startswith("erased:") else item_mark(account, name)
    return f"net:{account}:{mark.removeprefix('erased:')}"


def asks(item: Item) -> bool:
    """Whether somebody wants a word of us: said to us, by a person, and still there."""
    return (
        item.to_us and not item.ours and item.deleted_us is None and item.hidden_us is None and not _automatic(item)
    )


def _automatic(item: Item) -> bool:
    return bool(item.facts.get("automatic"))


# --- reading


@dataclass
class Batch:
    """Items that have a conversation, with all that is known of them already."""

    items: list[Item]
    homes: dict[Thread, int]
    taken: dict[int, int] = field(default_factory=dict)  # when a colleague took over what was not said to us
    known: dict[int, Entry] = field(default_factory=dict)  # by item
    carried: dict[int, Entry] = field(default_factory=dict)  # our answers, by the item they became
    parents: dict[tuple[int, str], Item] = field(default_factory=dict)
    authors: dict[int, Author] = field(default_factory=dict)


def _read(item_ids: Sequence[int], at: int, wanted: frozenset[int], known_turns: Turns) -> Batch:
    items = list(Item.objects.filter(id__in=item_ids).order_by("id"))
    taken = {item.id: at for item in items if item.id in wanted and not item.to_us}
    for item in items:
        item.to_us = item.to_us or item.id in wanted
    homes = _homes({thread_of(item) for item in items})
    begun: dict[Thread, Item] = {}
    for item in sorted((item for item in items if asks(item)), key=_by_time):
        begun.setdefault(thread_of(item), item)
    begun = {thread: item for thread, item in begun.items() if thread not in homes}
    homes |= _begin(begun, at, known_turns)
    items += _rest_of(begun, {item.id for item in items})
    batch = Batch([item for item in items if thread_of(item) in homes], homes, taken=taken)
    entries = Entry.objects.filter(item_id__in=[item.id for item in batch.items]).defer("text")
    batch.known = {entry.item_id: entry for entry in entries}
    batch.carried = _carried([item for item in batch.items if item.ours])
    batch.parents = _parents([item for item in batch.items if item.ours and item.parent])
    batch.authors = Author.objects.in_bulk({item.author_id for item in batch.items if item.author_id})
    return batch


def _by_time(item: Item) -> tuple[int, int]:
    return item.at, item.id


def _homes(threads: Iterable[Thread]) -> dict[Thread, int]:
    origins = {origin_of(thread): thread for thread in threads}
    found = Case.objects.filter(origin__in=list(origins)).values_list("origin", "id")
    return {origins[origin]: number for origin, number in found}


def _begin(begun: Mapping[Thread, Item], at: int, known_turns: Turns) -> dict[Thread, int]:
    """A conversation for each thread that has none; the kind is that of its first word to us."""
    new = [
        NewCase(
            origin=origin_of(thread), kind=KIND_OF_ITEM.get(item.kind, "mention"), title=_title(item), node_id=None,
            account_id=thread[0], author_id=item.author_id, public=item.public,
        )
        for thread, item in begun.items()
    ]  # fmt: skip
    made = open_cases(items=new, at=at, known_turns=known_turns) if new else {}
    return {thread: made[origin_of(thread)] for thread in begun}


def _title(item: Item) -> str:
    said = " ".join((item.title or item.text).split())
    return said if len(said) <= 90 else said[:89].rsplit(" ", 1)[0] + "…"


def _rest_of(begun: Mapping[Thread, Item], seen: set[int]) -> list[Item]:
    """What else stands in these threads: the newest of very long ones, and whatever is said to us."""
    if not begun:
        return []
    threads, params = bulk.table({"account": "bigint", "thread": "text"}, list(begun))
    rows = bulk.query(
        "SELECT id FROM (SELECT i.id, ROW_NUMBER() OVER (PARTITION BY i.account_id, i.thread ORDER BY i.at DESC, i.id"
        f" DESC) AS place FROM {threads} JOIN channels_item i ON i.account_id = v.account AND i.thread = v.thread"
        " WHERE i.deleted_us IS NULL) AS told WHERE place <= %s",
        [*params, WHOLE_THREAD],
    )
    more = {number for (number,) in rows} - seen
    return list(Item.objects.filter(id__in=more)) if more else []


def _carried(ours: Sequence[Item]) -> dict[int, Entry]:
    """Our answers that went out through the house and were read back, by item."""
    if not ours:
        return {}
    posts = Post.objects.filter(
        account_id__in={item.account_id for item in ours}, external__in=[item.external for item in ours]
    )
    by_place = {(post.account_id, post.external): post.id for post in posts}
    entries = {entry.post_id: entry for entry in Entry.objects.filter(post_id__in=list(by_place.values()))}
    found = {item.id: entries.get(by_place.get((item.account_id, item.external))) for item in ours}
    return {number: entry for number, entry in found.items() if entry is not None}


def _parents(ours: Sequence[Item]) -> dict[tuple[int, str], Item]:
    if not ours:
        return {}
    wanted = {item.parent for item in ours}
    found = Item.objects.filter(account_id__in={item.account_id for item in ours}, external__in=wanted)
    return {(item.account_id, item.external): item for item in found}


# --- writing


def _write(batch: Batch) -> list[int]:
    """The entries; returns those that are new and were said to us."""
    own = [item for item in batch.items if item.id not in batch.carried and _shown(item, batch)]
    rows = [_row(item, batch) for item in own]
    renewed = ", ".join(f"{name} = excluded.{name}" for name in RENEWED)
    bulk.insert(Entry, COLUMNS, rows, conflict=f"(item_id) DO UPDATE SET {renewed}")
    join_carried(batch.carried)
    numbers = dict(Entry.objects.filter(item_id__in=[item.id for item in own]).values_list("item_id", "id"))
    _index(own, numbers, batch)
    return [numbers[item.id] for item in own if item.id not in batch.known and item.to_us and not item.ours]


def _shown(item: Item, batch: Batch) -> bool:
    """What was taken away before we ever showed it leaves no trace."""
    return item.id in batch.known or item.deleted_us is None


def _row(item: Item, batch: Batch) -> tuple:
    known = batch.known.get(item.id)
    kind = "answer" if item.ours else "said" if item.to_us or (known and known.kind == "said") else "other"
    at = min(item.at, item.seen_us)
    sent, to = _answered(item, batch) if item.ours else (None, None)
    gone = min((us for us in (item.deleted_us, item.hidden_us) if us is not None), default=None)
    facts: dict[str, Any] = {"kind": item.kind}
    facts |= {"edited_us": item.edited_us} if item.edited_us else {}
    facts |= {"hidden": True} if item.hidden_us else {}
    facts |= {"deleted": True} if item.deleted_us else {}
    taken = (known.facts.get("taken_us") if known else None) or batch.taken.get(item.id)
    facts |= {"taken_us": taken} if taken else {}
    heard = taken or max(at, item.seen_us - LATE_US)
    return (
        batch.homes[thread_of(item)], kind, item.public, "elsewhere" if item.ours else "person", at,
        "" if item.deleted_us else item.text[:LONGEST], json.dumps(facts), item.id,
        None if item.ours else item.author_id, to, _automatic(item),
        heard if kind == "said" else None, None if item.ours else item.seen_us, sent, gone,
    )  # fmt: skip


def _answered(item: Item, batch: Batch) -> tuple[int | None, int | None]:
    """(when, whom) a word of ours that was said elsewhere answers. A post of our own answers nobody."""
    parent = batch.parents.get((item.account_id, item.parent))
    if item.public and (not item.parent or (parent is not None and parent.ours)):
        return None, None
    return item.at, parent.author_id if parent is not None else None


def join_carried(carried: Mapping[int, Entry]) -> None:
    """{item: our answer}: an answer that was read back is one entry, not two."""
    new = {item: entry for item, entry in carried.items() if entry.item_id != item}
    if not new:
        return
    doubles = list(Entry.objects.filter(item_id__in=list(new), post_id=None).values_list("id", flat=True))
    forget_words(doubles)
    Entry.objects.filter(id__in=doubles).delete()
    table, params = bulk.table({"id": "bigint", "item": "bigint"}, [(entry.id, item) for item, entry in new.items()])
    bulk.execute(f"UPDATE inbox_entry SET item_id = v.item FROM {table} WHERE inbox_entry.id = v.id", params)


def _index(items: Sequence[Item], numbers: Mapping[int, int], batch: Batch) -> None:
    """Words to be found, with the names of who said them; what was deleted is found no more."""
    gone = [numbers[item.id] for item in items if item.deleted_us is not None]
    if gone:
        forget_words(gone)
    remember(
        (
            numbers[item.id],
            f"{item.title} {item.text} {author.name if author else ''} {author.handle if author else ''}",
        )
        for item in items
        if item.deleted_us is None
        for author in [batch.authors.get(item.author_id or 0)]
    )
