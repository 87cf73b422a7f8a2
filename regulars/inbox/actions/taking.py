"""What was said on networks becomes entries of conversations: in any order, twice, edited, deleted or hidden.

One conversation per thread of an account. It begins with the first word to us; then the whole thread is brought in,
so that what others wrote stands there too, and what we said ourselves elsewhere counts as answered.
"""

from __future__ import annotations

import json
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple, Protocol

from django.db import transaction

from regulars.channels.networks.models import Item
from regulars.core import bulk
from regulars.core.clock import DAY
from regulars.core.failpoints import declare, failpoint
from regulars.events.pace import Pace
from regulars.inbox.actions import gathering
from regulars.inbox.actions.arriving import arrived
from regulars.inbox.actions.gathering import Carried, Known, Parent, Saying, Thread, asks, origin_of, thread_of
from regulars.inbox.actions.opening import NewCase, Turns, open_cases, opened, turns
from regulars.inbox.actions.owning import assign
from regulars.inbox.actions.retelling import retell
from regulars.inbox.actions.ruling import active
from regulars.inbox.errors import CannotDo
from regulars.inbox.kinds import KIND_OF_ITEM
from regulars.inbox.models import Case, Entry, ItemDue, Rule
from regulars.inbox.searching import folded_words, forget_words, remember

pace = Pace(20, least=10, most=200)
LONG_S = 0.2  # for which the loop goes on with what the shop had decided when it began
LATE_US = 3 * DAY  # what is read later than that counts from three days before: networks believe any clock
LONGEST = 20_000
COLUMNS = ("case_id", "kind", "public", "by", "at", "text", "facts", "item_id", "author_id", "to_author_id",
           "automatic", "heard_us", "seen_us", "sent_us", "gone_us")  # fmt: skip
RENEWED = ("kind", "public", "text", "facts", "automatic", "heard_us", "sent_us", "to_author_id", "gone_us")
declare("desk.items.before_commit")


def note_items(item_ids: Iterable[int], *, at: int) -> None:
    """These items are taken in soon. Rows are only added or renewed, in the caller's transaction."""
    bulk.insert(ItemDue, ("item_id", "at"), [(number, at) for number in sorted(set(item_ids))],
                conflict="(item_id) DO UPDATE SET at = excluded.at")  # fmt: skip


def take_items(at: int) -> bool:
    """Take in some of what is due; was there any? Whoever changes an item meanwhile makes it due anew.

    What the shop decided is read before: nobody waits for that, and a moment later it is as true.
    """
    if not ItemDue.objects.exists():
        return False
    decided, began, some = Decided(turns(), active()), time.monotonic(), False
    while _take_some(decided, at):
        some = True
        if time.monotonic() - began > LONG_S:
            break
    return some


def _take_some(decided: Decided, at: int) -> bool:
    """One batch, as large as keeps others waiting for ten milliseconds; their words are folded before."""
    soon = gathering.sayings(item for _, item in _due())
    folded = {text: folded_words(text) for _, text in _texts(soon, gathering.names(soon))}
    with transaction.atomic():
        began = time.monotonic()
        due = _due(bulk.for_update("SKIP LOCKED"))
        if not due:
            return False
        put([item for _, item in due], at=at, decided=decided, folded=folded)
        some, params = bulk.ids(number for number, _ in due)
        bulk.execute(f"DELETE FROM inbox_itemdue WHERE id IN {some}", params)
        pace.learn(len(due), time.monotonic() - began)
        failpoint("desk.items.before_commit")
    return True


def _due(held: str = "") -> list[tuple[int, int]]:
    """(its number, item) of what is due first."""
    return bulk.query(f"SELECT id, item_id FROM inbox_itemdue ORDER BY id LIMIT %s{held}", [pace.size])


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
    item_ids: Sequence[int],
    *,
    at: int,
    wanted: frozenset[int] = frozenset(),
    decided: Decided | None = None,
    folded: Mapping[str, str] | None = None,
) -> None:
    """Make conversations what these items say. In the caller's transaction; doing it again changes nothing.

    `wanted`: items that count as said to us, because a colleague wants to answer them. `folded`: texts as search
    compares them, as far as that is worked out; what reads otherwise by now is folded here.
    """
    decided = decided or Decided(turns(), active())
    batch = _read(item_ids, at, wanted, decided.turns)
    fresh = _write(batch, folded or {})
    retell({batch.homes[thread_of(item)] for item in batch.items}, at=at, promised=decided.turns.promised)
    arrived(fresh, at=at, rules=decided.rules)


# --- reading


@dataclass
class Batch:
    """Items that have a conversation, with all that is known of them already."""

    items: list[Saying]
    homes: dict[Thread, int]
    taken: dict[int, int] = field(default_factory=dict)  # when a colleague took over what was not said to us
    known: dict[int, Known] = field(default_factory=dict)  # by item
    carried: dict[int, Carried] = field(default_factory=dict)  # our answers, by the item they became
    parents: dict[tuple[int, str], Parent] = field(default_factory=dict)
    names: Mapping[int, str] = field(default_factory=dict)  # of authors


def _read(item_ids: Sequence[int], at: int, wanted: frozenset[int], known_turns: Turns) -> Batch:
    items = gathering.sayings(item_ids)
    taken = {item.id: at for item in items if item.id in wanted and not item.to_us}
    items = [item._replace(to_us=True) if item.id in taken else item for item in items]
    homes = _homes({thread_of(item) for item in items})
    begun: dict[Thread, Saying] = {}
    for item in sorted((item for item in items if asks(item)), key=_by_time):
        begun.setdefault(thread_of(item), item)
    begun = {thread: item for thread, item in begun.items() if thread not in homes}
    homes |= _begin(begun, at, known_turns)
    items += gathering.rest_of(begun, {item.id for item in items})
    items = [item for item in items if thread_of(item) in homes]
    known = gathering.known(item.id for item in items)
    earlier = gathering.answered_before([one for one in items if one.id not in known], {item.id for item in items})
    earlier = [item for item in earlier if thread_of(item) in homes]
    items, known = items + earlier, known | gathering.known(item.id for item in earlier)
    ours = [item for item in items if item.ours]
    return Batch(items, homes, taken, known, gathering.carried(ours), gathering.parents(ours), gathering.names(items))


def _by_time(item: Saying) -> tuple[int, int]:
    return item.at, item.id


def _homes(threads: Iterable[Thread]) -> dict[Thread, int]:
    origins = {origin_of(thread): thread for thread in threads}
    return {origins[origin]: number for origin, number in opened(origins).items()}


def _begin(begun: Mapping[Thread, Saying], at: int, known_turns: Turns) -> dict[Thread, int]:
    """A conversation for each thread that has none; the kind is that of its first word to us."""
    new = [
        NewCase(
            origin=origin_of(thread), kind=KIND_OF_ITEM.get(item.kind, "mention"), title=_title(item), node_id=None,
            account_id=thread[0], author_id=item.author_id, public=bool(item.public),
        )
        for thread, item in begun.items()
    ]  # fmt: skip
    made = open_cases(items=new, at=at, known_turns=known_turns) if new else {}
    return {thread: made[origin_of(thread)] for thread in begun}


def _title(item: Saying) -> str:
    said = " ".join((item.title or item.text).split())
    return said if len(said) <= 90 else said[:89].rsplit(" ", 1)[0] + "…"


# --- writing


def _write(batch: Batch, folded: Mapping[str, str]) -> list[int]:
    """The entries; returns those that are new and were said to us."""
    own = [item for item in batch.items if item.id not in batch.carried and _shown(item, batch)]
    rows = [_row(item, batch) for item in own]
    renewed = ", ".join(f"{name} = excluded.{name}" for name in RENEWED)
    bulk.insert(Entry, COLUMNS, rows, conflict=f"(item_id) DO UPDATE SET {renewed}")
    join_carried(batch.carried)
    numbers = {item: entry.id for item, entry in gathering.known(item.id for item in own).items()}
    _index(own, numbers, batch, folded)
    return [numbers[item.id] for item in own if item.id not in batch.known and item.to_us and not item.ours]


def _shown(item: Saying, batch: Batch) -> bool:
    """What was taken away before we ever showed it leaves no trace."""
    return item.id in batch.known or item.deleted_us is None


def _row(item: Saying, batch: Batch) -> tuple:
    known = batch.known.get(item.id)
    kind = "answer" if item.ours else "said" if item.to_us or (known and known.kind == "said") else "other"
    at = min(item.at, item.seen_us)
    sent, to = _answered(item, batch) if item.ours else (None, None)
    gone = min((us for us in (item.deleted_us, item.hidden_us) if us is not None), default=None)
    facts: dict[str, Any] = {"kind": item.kind}
    facts |= {"edited_us": item.edited_us} if item.edited_us else {}
    facts |= {"hidden": True} if item.hidden_us else {}
    facts |= {"deleted": True} if item.deleted_us else {}
    taken = (json.loads(known.facts).get("taken_us") if known else None) or batch.taken.get(item.id)
    facts |= {"taken_us": taken} if taken else {}
    heard = taken or max(at, item.seen_us - LATE_US)
    return (
        batch.homes[thread_of(item)], kind, item.public, "elsewhere" if item.ours else "person", at,
        "" if item.deleted_us else item.text[:LONGEST], json.dumps(facts), item.id,
        None if item.ours else item.author_id, to, item.automatic,
        heard if kind == "said" else None, None if item.ours else item.seen_us, sent, gone,
    )  # fmt: skip


def _answered(item: Saying, batch: Batch) -> tuple[int | None, int | None]:
    """(when, whom) a word of ours that was said elsewhere answers. A post of our own answers nobody."""
    parent = batch.parents.get((item.account_id, item.parent))
    if item.public and (not item.parent or (parent is not None and parent.ours)):
        return None, None
    return item.at, parent.author_id if parent is not None else None


class Ours(Protocol):
    """An answer of ours: an entry, or what is known of it."""

    id: int
    item_id: int | None


def join_carried(carried: Mapping[int, Ours]) -> None:
    """{item: our answer}: an answer that was read back is one entry, not two."""
    new = {item: entry for item, entry in carried.items() if entry.item_id != item}
    if not new:
        return
    doubles = list(Entry.objects.filter(item_id__in=list(new), post_id=None).values_list("id", flat=True))
    forget_words(doubles)
    Entry.objects.filter(id__in=doubles).delete()
    table, params = bulk.table({"id": "bigint", "item": "bigint"}, [(entry.id, item) for item, entry in new.items()])
    bulk.execute(f"UPDATE inbox_entry SET item_id = v.item FROM {table} WHERE inbox_entry.id = v.id", params)


def _index(items: Sequence[Saying], numbers: Mapping[int, int], batch: Batch, folded: Mapping[str, str]) -> None:
    """Words to be found, with the names of who said them; what was deleted is found no more."""
    gone = [numbers[item.id] for item in items if item.deleted_us is not None]
    if gone:
        forget_words(gone)
    remember(((numbers[item], text) for item, text in _texts(items, batch.names)), ready=folded)


def _texts(items: Iterable[Saying], names: Mapping[int, str]) -> Iterator[tuple[int, str]]:
    """(item, all by which it is found) of those that are there."""
    for item in items:
        if item.deleted_us is None:
            yield item.id, f"{item.title} {item.text} {names.get(item.author_id or 0, '')}"
