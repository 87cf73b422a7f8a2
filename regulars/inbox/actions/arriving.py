"""What follows when somebody wrote to us: the event log hears of it, segments look again, rules act."""

from __future__ import annotations

from collections.abc import Sequence

from regulars.channels.networks.models import Author, Item
from regulars.events.inside import Noticed, note_events
from regulars.inbox.actions.proving import source_id
from regulars.inbox.actions.readings import note_readings
from regulars.inbox.actions.ruling import look_at_words
from regulars.inbox.actions.touching import touch_people
from regulars.inbox.kinds import kind_of
from regulars.inbox.models import Case, Entry, Reading

EVENTS = {"review": "Review Left", "mention": "Mentioned Us", "quote": "Mentioned Us", "reply": "Mentioned Us",
          "comment": "Commented"}  # fmt: skip
MESSAGE, SOLVED = "Message Received", "Conversation Solved"


def arrived(entries: Sequence[int], *, at: int) -> None:
    """These words are new. In the transaction that wrote them."""
    if entries:
        tell_event_log(entries, at=at)
        look_at_words(entries, occasion="arrival", at=at)
        note_readings(_read_already(entries), at=at)


def _read_already(entries: Sequence[int]) -> list[int]:
    """Items whose text was read before the inbox took them in."""
    items = Entry.objects.filter(id__in=entries, item_id__isnull=False).values("item_id")
    return list(Reading.objects.filter(item_id__in=items).values_list("item_id", flat=True))


def tell_event_log(entries: Sequence[int], *, at: int) -> int:
    """Events of the people whose words these are; of authors nobody proved nothing is told. Once for ever each."""
    said = list(Entry.objects.filter(id__in=entries, kind="said", item_id__isnull=False))
    authors = {entry.author_id for entry in said}
    nodes = dict(Author.objects.filter(id__in=authors, node_id__isnull=False).values_list("id", "node_id"))
    known = [entry for entry in said if entry.author_id in nodes]
    if not known:
        return 0
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
