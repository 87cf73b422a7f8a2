"""What follows when somebody wrote to us: the event log hears of it, segments look again, rules act."""

from __future__ import annotations

from collections.abc import Sequence

from regulars.channels.networks.models import Item
from regulars.core import bulk
from regulars.events.inside import Noticed, note_events
from regulars.inbox.actions.proving import source_id
from regulars.inbox.actions.readings import note_readings
from regulars.inbox.actions.ruling import look_at_words
from regulars.inbox.actions.touching import touch_people
from regulars.inbox.kinds import kind_of
from regulars.inbox.models import Case, Entry, Rule

EVENTS = {"review": "Review Left", "mention": "Mentioned Us", "quote": "Mentioned Us", "reply": "Mentioned Us",
          "comment": "Commented"}  # fmt: skip
MESSAGE, SOLVED = "Message Received", "Conversation Solved"


def arrived(entries: Sequence[int], *, at: int, rules: Sequence[Rule]) -> None:
    """These words are new; `rules` that act. In the transaction that wrote them."""
    if entries:
        tell_event_log(entries, at=at)
        look_at_words(entries, occasion="arrival", at=at, rules=rules)
        if read := _read_already(entries):
            note_readings(read, at=at)


def _read_already(entries: Sequence[int]) -> list[int]:
    """Items whose text was read before the inbox took them in."""
    some, params = bulk.ids(entries)
    sql = f"SELECT r.item_id FROM inbox_entry e JOIN inbox_reading r ON r.item_id = e.item_id WHERE e.id IN {some}"
    return [item for (item,) in bulk.query(sql, params)]


def tell_event_log(entries: Sequence[int], *, at: int) -> int:
    """Events of the people whose words these are; of authors nobody proved nothing is told. Once for ever each."""
    some, params = bulk.ids(entries)
    proven = "SELECT a.id, a.node_id FROM inbox_entry e JOIN channels_author a ON a.id = e.author_id"
    nodes = dict(bulk.query(f"{proven} WHERE e.id IN {some} AND a.node_id IS NOT NULL", params))
    if not nodes:
        return 0
    known = list(Entry.objects.filter(id__in=entries, kind="said", item_id__isnull=False, author_id__in=nodes))
    items = Item.objects.in_bulk([entry.item_id for entry in known])
    told = [_event(entry, items[entry.item_id], nodes) for entry in known]
    return note_events(source_id=source_id(at), items=told, at=at)


def _event(entry: Entry, item: Item, nodes: dict[int, int]) -> Noticed:
    properties = {"kind": item.kind, "public": item.public, "conversation": entry.case_id}
    properties |= {"stars": item.stars} if item.stars is not None else {}
    name = EVENTS.get(item.kind, MESSAGE) if item.public else MESSAGE
    return Noticed(nodes[entry.author_id], name, entry.at, f"item-{item.id}", properties)


def tell_of_end(case_id: int, outcome: str, *, at: int) -> None:
    """ "Conversation Solved", of a person we know, each time one was."""
    case = Case.objects.filter(id=case_id, account_id__isnull=False, node_id__isnull=False).first()
    if case is None:
        return
    if outcome in kind_of(case.kind).good:
        said = {"kind": case.kind, "outcome": outcome, "conversation": case.id}
        mark = f"solved-{case.id}-{case.reopened}"
        note_events(source_id=source_id(at), items=[Noticed(case.node_id, SOLVED, at, mark, said)], at=at)
    touch_people([case.id], at=at)
