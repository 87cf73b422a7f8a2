"""What follows from the words of a conversation, written down: who waits since when, by when, its place in the lists.

It is told anew from all entries whenever one of them is new, edited, gone, or out at last; doing it twice is doing it
once. Due times and business times that are known already stay, whatever the desk's hours have become since.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from regulars.core import bulk
from regulars.core.clock import HOUR
from regulars.core.signals import send
from regulars.inbox.actions import parts
from regulars.inbox.actions.entries import number_of, tell_each, turn
from regulars.inbox.actions.parts import WAIT, Line, Part, Waiting
from regulars.inbox.actions.touching import touch_nodes
from regulars.inbox.clocks import hour_of_week
from regulars.inbox.days import note_changed
from regulars.inbox.models import Entry, Wait
from regulars.inbox.packing import pack
from regulars.inbox.promises import Promises, promises
from regulars.inbox.signals import CaseClosed, CaseReopened
from regulars.inbox.telling import ANSWER, CLOSE, SAID, Waited, Word, tell

COLUMNS = {"id": "bigint", "waiting_us": "bigint", "next_due_us": "bigint", "warn_us": "bigint", "first_us": "bigint",
           "due_us": "bigint", "window_us": "bigint", "last_us": "bigint", "last_by": "text", "preview": "text",
           "audience": "text", "turn_us": "bigint", "snoozed_us": "bigint", "reminded_us": "bigint",
           "escalated_us": "bigint", "closed_us": "bigint", "closed_by": "text", "outcome": "text",
           "reopened": "bigint", "author_id": "bigint", "node_id": "bigint", "changed_us": "bigint"}  # fmt: skip
WINDOW_WARN_US = 2 * HOUR  # before the network no longer lets us answer in private
RENEWED = ", ".join(f"{name} = excluded.{name}" for name in WAIT if name != "entry_id")
BY = {"said": "person", "answer": "us", "other": "other"}


class Retold(NamedTuple):
    """Conversations that went on, and those in which nothing is left, by themselves."""

    changed: list[int]
    reopened: list[int]
    emptied: list[int]


def retell(case_ids: Iterable[int], *, at: int, promised: Promises | None = None) -> Retold:
    """Write what follows, for these conversations and those they were merged with. In the caller's transaction."""
    groups = parts.groups(set(case_ids))
    lines, waits = parts.lines(groups), parts.waits(groups)
    promised, windows, nodes = promised or promises(), parts.windows(groups), parts.nodes(lines)
    rows, fresh, gone, over = [], [], [], []
    reopened, emptied = [], []
    for members in groups:
        root = members[0]
        told = [line for member in members for line in lines[member.id]]
        known = {wait.entry_id: wait for member in members for wait in waits[member.id]}
        found = tell(_words(told))
        homes = {line.id: line.case_id for line in told}
        by = {member.id: member for member in members}
        story = [_wait(wait, known.get(wait.entry), by[homes[wait.entry]], root, told, promised) for wait in found]
        _bound(story, windows.get(root.account_id))
        fresh += [wait for wait in story if wait is not known.get(wait.entry_id)]
        gone += [wait.id for entry, wait in known.items() if entry not in {one.entry for one in found}]
        over += _over(known.values(), story)
        row = _row(root, told, story, windows, nodes, at)
        reopened += [root.id] if root.closed_us is not None and row["closed_us"] is None else []
        emptied += [root.id] if root.closed_us is None and row["closed_us"] is not None else []
        rows.append(row)
    if gone:
        Wait.objects.filter(id__in=gone).delete()
    bulk.insert(Wait, WAIT, [[getattr(wait, name) for name in WAIT] for wait in fresh],
                conflict=f"(entry_id) DO UPDATE SET {RENEWED}")  # fmt: skip
    note_changed(over)
    _write(rows)
    _note(reopened, emptied, {members[0].id: members[0] for members in groups}, at)
    touch_nodes([row["node_id"] for row in rows if row["node_id"] is not None], at=at)
    return Retold([members[0].id for members in groups], reopened, emptied)


def _words(told: Iterable[Line]) -> list[Word]:
    """What clocks hear of it: people's words to us, our answers that are out, and closings."""
    found = []
    for line in told:
        if line.automatic:
            continue
        if line.kind == "said" and line.heard_us is not None:
            found.append(Word(line.id, SAID, line.heard_us, line.author_id, line.seen_us, line.public, line.gone_us))
        elif line.sent_us is not None and line.kind in ("answer", "event") and line.gone_us is None:
            kind = CLOSE if line.kind == "event" else ANSWER
            found.append(Word(line.id, kind, line.sent_us, line.to_author_id, line.seen_us, line.public))
    return found


# --- what follows


def _wait(
    found: Waited, known: Waiting | None, home: Part, root: Part, told: Sequence[Line], promised: Promises
) -> Waiting:
    """The row: the known one where nothing changed."""
    if known and (known.asked_us, known.ended_us, known.first, known.how, known.case_id) == (
        found.since, found.until, found.first, found.how, home.id,
    ):  # fmt: skip
        return known
    place = {"since": found.since, "first": found.first}
    wait = Waiting(
        case_id=home.id, entry_id=found.entry, author_id=found.who, account_id=home.account_id or 0, kind=home.kind,
        first=found.first, public=found.public, asked_us=found.since,
        hour=hour_of_week(found.since, promised.zone),
        due_us=promised.due(home.kind, home.account_id, **place),
        warn_us=promised.warn(home.kind, home.account_id, **place),
    )  # fmt: skip
    if known and known.asked_us == found.since:  # promised already, perhaps by hand
        wait.due_us, wait.warn_us, wait.by_hand = known.due_us, known.warn_us, known.by_hand
    if found.until is not None:
        _end(wait, found, root, told, promised)
    wait.packed = pack(
        kind=wait.kind, how=wait.how, in_time=wait.in_time, first=wait.first, hour=wait.hour, by_user=wait.by_user,
        account=wait.account_id,
    )  # fmt: skip
    return wait


def _bound(story: Sequence[Waiting], window: int | None) -> None:
    """Nothing is promised for a time at which the network no longer lets us answer in private."""
    for wait in story:
        if window is not None and not wait.public and not wait.id and (wait.due_us or 0) > wait.asked_us + window:
            wait.due_us = wait.asked_us + window


def _end(wait: Waiting, found: Waited, root: Part, told: Sequence[Line], promised: Promises) -> None:
    answer = next(line for line in told if line.id == found.by)
    wait.ended_us, wait.how, wait.wall_us = found.until, found.how, found.until - found.since
    wait.business_us = promised.took(wait.kind, wait.account_id, since=found.since, until=found.until)
    wait.owner_user = next(iter(number_of(root.owner)), None)
    if found.how == ANSWER:
        wait.by_user = next(iter(number_of(answer.by)), 0)
        wait.in_time = None if wait.due_us is None else found.until <= wait.due_us


def _row(
    root: Part, told: Sequence[Line], story: Sequence[Waiting], windows: Mapping[int, int], nodes: Mapping[int, int],
    at: int,
) -> dict[str, Any]:  # fmt: skip
    """The columns of the conversation that follow from its entries."""
    open_ = [wait for wait in story if wait.ended_us is None]
    answered = [wait.ended_us for wait in story if wait.how == ANSWER]
    spoken = [line for line in told if line.kind in BY and line.gone_us is None]
    last = max(spoken, key=lambda line: (line.at, line.id), default=None)
    said = [line for line in told if line.kind == "said"]
    author = min(said, key=lambda line: (line.at, line.id)).author_id if said else root.author_id
    row = {name: getattr(root, name) for name in COLUMNS}
    row |= {
        "waiting_us": min((wait.asked_us for wait in open_), default=None),
        "next_due_us": min((wait.due_us for wait in open_ if wait.due_us is not None), default=None),
        "first_us": min(answered, default=None),
        "due_us": min(story, key=lambda wait: wait.asked_us).due_us if story else None,
        "window_us": _window(said, root, windows),
        "last_us": last.at if last else root.last_us,
        "last_by": BY[last.kind] if last else "",
        "preview": last.preview if last else "",
        "audience": _audience(spoken),
        "author_id": author,
        "node_id": nodes.get(author, root.node_id if author is None else None),
        "changed_us": at,
    }
    _waken(row, root, open_)
    _close_or_open(row, root, open_, spoken, at)
    row["turn_us"] = turn(row["next_due_us"] or row["waiting_us"], row["last_us"] or root.opened_us)
    return row


def _window(said: Sequence[Line], root: Part, windows: Mapping[int, int]) -> int | None:
    """Until when we may answer in private: so long after their last private word."""
    private = [line.at for line in said if not line.public]
    window = windows.get(root.account_id or 0)
    return max(private) + window if private and window is not None else None


def _audience(spoken: Sequence[Line]) -> str:
    heard = {bool(line.public) for line in spoken}
    return "both" if len(heard) == 2 else {True: "public", False: "private"}.get(next(iter(heard), None), "")


def _waken(row: dict[str, Any], root: Part, open_: Sequence[Waiting]) -> None:
    """Another wait is another promise: warnings and reminders begin anew, and nobody sleeps over a new word."""
    if (row["waiting_us"], row["next_due_us"]) == (root.waiting_us, root.next_due_us):
        return
    warn = [wait.warn_us for wait in open_ if wait.warn_us is not None]
    if row["window_us"] is not None and not all(wait.public for wait in open_):
        warn.append(row["window_us"] - WINDOW_WARN_US)
    row["warn_us"] = min(warn, default=None)
    row["reminded_us"] = row["escalated_us"] = None
    if row["waiting_us"] is not None and root.waiting_us is None:
        row["snoozed_us"] = None


def _close_or_open(
    row: dict[str, Any], root: Part, open_: Sequence[Waiting], spoken: Sequence[Line], at: int
) -> None:
    """A new word goes on with what was closed; when every word of theirs is gone, nothing is left to do."""
    if root.closed_us is not None and open_:
        row |= {"closed_us": None, "closed_by": "", "outcome": "", "reopened": root.reopened + 1}
    elif root.closed_us is None and not any(line.kind in ("said", "answer") for line in spoken):
        row |= {"closed_us": at, "closed_by": "system", "outcome": "nothing", "snoozed_us": None}


def _over(known: Iterable[Waiting], story: Iterable[Waiting]) -> list[int]:
    """When the waits began that are over and were not, or are no longer as they were."""
    before, after = ([wait for wait in waits if wait.ended_us is not None] for waits in (known, story))
    same = {id(wait) for wait in before} & {id(wait) for wait in after}
    return [wait.asked_us for wait in (*before, *after) if id(wait) not in same]


# --- writing


def _write(rows: Sequence[Mapping[str, Any]]) -> None:
    if not rows:
        return
    table, params = bulk.table(COLUMNS, [[row[name] for name in COLUMNS] for row in rows])
    sets = ", ".join(f"{name} = v.{name}" for name in COLUMNS if name != "id")
    bulk.execute(f"UPDATE inbox_case SET {sets} FROM {table} WHERE inbox_case.id = v.id", params)


def _note(reopened: Sequence[int], emptied: Sequence[int], roots: Mapping[int, Part], at: int) -> None:
    acts = [(number, "reopen", "person") for number in reopened] + [(number, "empty", "system") for number in emptied]
    Entry.objects.bulk_create(
        [Entry(case_id=number, kind="event", by=by, at=at, facts={"act": act}) for number, act, by in acts]
    )
    tell_each({n: number_of(roots[n].owner) for n in reopened}, "reopened", by="person", at=at)
    for number in reopened:
        send(CaseReopened(number, roots[number].origin, at))
    for number in emptied:
        send(CaseClosed(number, roots[number].origin, "nothing", at))
