"""Orders from events: note which events speak of which number, fold those numbers, write them anew."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from types import MappingProxyType
from typing import Any

import msgspec
from django.db import connection

from regulars.commerce.actions import products
from regulars.commerce.books import books_of
from regulars.commerce.folding import KINDS, Folded, fold
from regulars.commerce.models import Order, OrderLine, OrderNumber, Refund, Store, Unread
from regulars.commerce.reading import Said, Unreadable, order_facts, order_number
from regulars.commerce.signals import OrdersChanged
from regulars.core import bulk, signals
from regulars.people.actions import touch
from regulars.people.queries import person_id_of

ORDER_COLUMNS = (
    *("id", "namespace", "number", "node_id", "source_id", "store_id", "ts", "day", "currency", "total", "tax"),
    *("shipping", "discount", "refunded", "base_total", "base_refunded", "rate", "rate_on", "items", "coupon"),
    *("cancelled_us", "event_id", "updated_us"),
)
LINE_COLUMNS = (
    *("order_id", "position", "node_id", "ts", "product_id", "category", "quantity", "price", "total"),
    *("base_total", "returned"),
)
REFUND_COLUMNS = (
    *("number_id", "order_id", "node_id", "event_id", "ts", "day", "currency", "total", "base_total"),
    *("rate_on", "items"),
)
NO_GOODS: Mapping[str, int] = MappingProxyType({})
UNREAD_COLUMNS = ("event_id", "position", "node_id", "source_id", "ts", "name", "whole", "reason")


def take_events(entries: Sequence[Any], at: int) -> products.Seen:
    """Bring entries of the event log (all kinds of e-commerce events) into orders, products and refunds.

    Inside the caller's transaction; set-based. Taking the same entries again changes nothing, nor does their
    order. What cannot be understood becomes an Unread row with the reason.

    Returns what was said of known products: the caller notes it (`products.note`) in the same transaction.
    """
    unread: list[tuple[Any, ...]] = []
    said = [each for each in (_read(entry, unread) for entry in entries if entry.name in KINDS) if each]
    seen = products.seen_in(entries, said, unread)
    goods, older = products.add_missing(seen)
    known = _number_events(said)
    fold_numbers(known, fresh=said, goods=goods)
    _note_unread(unread)
    _tell((id_ for id_, _ in known.values()), {each.node_id for each in said}, at)
    return older


def fold_again(number_ids: Iterable[int], at: int) -> None:
    """Make these orders anew from their events: after a rate, the calendar or net/gross changed."""
    table, params = bulk.ids(number_ids)
    rows = _locked(table, params)
    said = fold_numbers({(space, number): (id_, events) for id_, space, number, events in rows}, fresh=())
    _tell((id_ for id_, *_ in rows), {each.node_id for each in said}, at)


def fold_numbers(
    known: dict[tuple[str, str], tuple[int, str]], *, fresh: Sequence[Said], goods: Mapping[str, int] = NO_GOODS
) -> list[Said]:
    """Fold every number in `known` ({(namespace, number): (id, events)}); returns all that was said of them.

    `fresh` are statements at hand; the others are read from the event log. `goods` are ids of products at hand.
    """
    about: dict[int, dict[int, Said]] = {id_: {} for id_, _ in known.values()}
    for each in fresh:
        about[known[each.namespace, each.number][0]][each.event_id] = each
    older: dict[int, tuple[int, str, str]] = {}
    for (namespace, number), (id_, events) in known.items():
        if events.count(",") or not about[id_]:
            older.update((e, (id_, namespace, number)) for e in map(int, events.split(",")) if e not in about[id_])
    for each, id_ in _read_back(older):
        about[id_][each.event_id] = each
    everything = [list(each.values()) for each in about.values()]
    days = [each for said in everything for each in said]
    books = books_of(days)
    folded = {id_: fold(list(said.values()), books) for id_, said in about.items() if said}
    _clear({id_: events for id_, events in known.values() if "," in events or not fresh})
    _write(folded, goods)
    return days


def forget_nodes(node_ids: Sequence[int], at: int) -> int:
    """Erase what these nodes said about orders; the number of order numbers of which
    nobody else speaks. What other nodes said stays."""
    nodes, params = bulk.ids(node_ids)
    which = (
        f"(SELECT id FROM commerce_order WHERE node_id IN {nodes}"
        f" UNION SELECT number_id FROM commerce_refund WHERE node_id IN {nodes})"
    )
    rows = _locked(which, [*params, *params])
    bulk.execute(f"DELETE FROM commerce_unread WHERE node_id IN {nodes}", params)
    gone = set(node_ids)
    left: dict[int, list[Said]] = {id_: [] for id_, *_ in rows}
    older = {int(e): (id_, space, number) for id_, space, number, events in rows for e in events.split(",")}
    for each, id_ in _read_back(older):
        if each.node_id not in gone:
            left[id_].append(each)
    _clear({id_: events for id_, _, _, events in rows})
    _number_again(left)
    books = books_of([each for said in left.values() for each in said])
    _write({id_: fold(said, books) for id_, said in left.items() if said}, NO_GOODS)
    signals.send(OrdersChanged(tuple(left), (), at))
    return sum(1 for said in left.values() if not said)


def _number_again(left: dict[int, list[Said]]) -> None:
    empty, params = bulk.ids([id_ for id_, said in left.items() if not said])
    bulk.execute(f"DELETE FROM commerce_ordernumber WHERE id IN {empty}", params)
    for id_, said in left.items():
        if said:
            OrderNumber.objects.filter(id=id_).update(events=",".join(str(each.event_id) for each in said))


def _read(entry: Any, unread: list[tuple[Any, ...]]) -> Said | None:
    """What one event says about an order, or None with the reason noted."""
    try:
        number = order_number(entry.properties)
        facts, problems = order_facts(entry.properties)
    except Unreadable as wrong:
        unread.append(_unread(entry, entry.id, 0, True, str(wrong)))
        return None
    for position, problem in enumerate(problems, 1):
        unread.append(_unread(entry, entry.id, position, False, problem))
    return Said(entry.id, entry.node_id, entry.source_id, entry.namespace, entry.name, entry.ts, number, facts)


def _unread(of: Any, event_id: int, position: int, whole: bool, reason: str) -> tuple[Any, ...]:
    return (event_id, position, of.node_id, of.source_id, of.ts, of.name, whole, reason)


def _number_events(said: Sequence[Said]) -> dict[tuple[str, str], tuple[int, str]]:
    """Add the events to their numbers: {(namespace, number): (id, all its events)}. Locks the rows."""
    if not said:
        return {}
    fresh: dict[tuple[str, str], list[str]] = {}
    for each in said:
        fresh.setdefault((each.namespace, each.number), []).append(str(each.event_id))
    # sorted: two workers that need the same rows must not wait for each other
    rows = [(*key, ",".join(events)) for key, events in sorted(fresh.items())]
    table, params = bulk.table({"namespace": "text", "number": "text", "events": "text"}, rows)
    kept = bulk.query(
        f"INSERT INTO commerce_ordernumber AS n (namespace, number, events)"
        f" SELECT namespace, number, events FROM {table} WHERE true"
        f" ON CONFLICT (namespace, number) DO UPDATE SET events = n.events || ',' || excluded.events"
        f" RETURNING id, namespace, number, events",
        params,
    )
    return {(space, number): (id_, events) for id_, space, number, events in kept}


def _locked(which: str, params: Sequence[Any]) -> list[tuple[int, str, str, str]]:
    """(id, namespace, number, events) of some numbers, which nobody else writes until this transaction ends."""
    lock = " FOR UPDATE" if connection.vendor == "postgresql" else ""
    return bulk.query(
        f"SELECT id, namespace, number, events FROM commerce_ordernumber WHERE id IN {which}"
        f" ORDER BY namespace, number{lock}",
        params,
    )


def _read_back(older: dict[int, tuple[int, str, str]]) -> Iterable[tuple[Said, int]]:
    if not older:
        return
    table, params = bulk.ids(older)
    for event_id, node_id, source_id, name, ts, properties in bulk.query(
        f"SELECT id, node_id, source_id, name, ts, properties FROM events_event WHERE id IN {table}", params
    ):
        number_id, namespace, number = older[event_id]
        facts, _ = order_facts(msgspec.json.decode(properties))  # it was readable when it was numbered
        yield Said(event_id, node_id, source_id, namespace, name, ts, number, facts), number_id


def _clear(again: dict[int, str]) -> None:
    """Take away what was folded before for these numbers ({id: its events})."""
    if not again:
        return
    table, params = bulk.ids(again)
    bulk.execute(f"DELETE FROM commerce_orderline WHERE order_id IN {table}", params)
    bulk.execute(f"DELETE FROM commerce_order WHERE id IN {table}", params)
    bulk.execute(f"DELETE FROM commerce_refund WHERE number_id IN {table}", params)
    table, params = bulk.ids({int(e) for events in again.values() for e in events.split(",") if e})
    bulk.execute(f"DELETE FROM commerce_unread WHERE whole AND event_id IN {table}", params)


def _write(folded: dict[int, Folded], goods: Mapping[str, int]) -> None:
    orders = {id_: each.order for id_, each in folded.items() if each.order}
    stores = _store_ids({order.store for order in orders.values() if order.store})
    keys = {line.item.key for order in orders.values() for line in order.lines if line.item.key}
    goods = {**goods, **products.ids_of(keys - goods.keys())}
    bulk.insert(Order, ORDER_COLUMNS, [_order_row(id_, o, stores.get(o.store)) for id_, o in orders.items()])
    bulk.insert(OrderLine, LINE_COLUMNS, [row for id_, o in orders.items() for row in _line_rows(id_, o, goods)])
    bulk.insert(Refund, REFUND_COLUMNS, [row for id_, each in folded.items() for row in _refund_rows(id_, each)])
    _note_unread([_unread(s, s.event_id, 0, True, why) for s, why in (f.unread for f in folded.values() if f.unread)])


def _order_row(id_: int, o: Any, store_id: int | None) -> tuple[Any, ...]:
    f = o.first
    return (
        *(id_, f.namespace, f.number, f.node_id, f.source_id, store_id, f.ts, o.day, o.currency, o.total, o.tax),
        *(o.shipping, o.discount, o.refunded, o.base_total, o.base_refunded, o.rate, o.rate_on, o.items, o.coupon),
        *(o.cancelled_us, f.event_id, o.updated_us),
    )


def _line_rows(id_: int, order: Any, goods: Mapping[str, int]) -> Iterable[tuple[Any, ...]]:
    node, ts = order.first.node_id, order.first.ts
    for place, line in enumerate(order.lines, 1):
        item = line.item
        product_id = None if item.charge else goods.get(item.key)
        yield (
            *(id_, place, node, ts, product_id, item.category[:120], line.quantity, line.price),
            *(line.total, line.base_total, line.returned),
        )


def _refund_rows(id_: int, folded: Folded) -> Iterable[tuple[Any, ...]]:
    order_id = id_ if folded.order else None
    for back in folded.refunds:
        s = back.said
        yield (
            *(id_, order_id, s.node_id, s.event_id, s.ts, back.day, back.currency, back.total, back.base_total),
            *(back.rate_on, back.items),
        )


def _store_ids(names: set[str]) -> dict[str, int]:
    if not names:
        return {}
    table, params = bulk.table({"name": "text"}, [(name,) for name in names])
    find = f"SELECT s.name, s.id FROM {table} JOIN commerce_store s ON s.name = v.name"
    found = dict(bulk.query(find, params))
    if len(found) < len(names):
        bulk.insert(Store, ("name",), [(name,) for name in sorted(names - found.keys())], conflict="DO NOTHING")
        found = dict(bulk.query(find, params))
    return found


def _note_unread(rows: Sequence[tuple[Any, ...]]) -> None:
    bulk.insert(Unread, UNREAD_COLUMNS, rows, conflict="DO NOTHING")


def _tell(order_ids: Iterable[int], node_ids: set[int], at: int) -> None:
    """Their people are touched, and the rooms above hear of it."""
    people = person_id_of(list(node_ids)) if node_ids else {}
    if people:
        touch(person_ids=set(people.values()), cause="derived", at=at)
    if node_ids:
        signals.send(OrdersChanged(tuple(order_ids), tuple(node_ids), at))
