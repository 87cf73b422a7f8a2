"""A small truth to copy from: writes what the upper rooms would write, touches included."""

from __future__ import annotations

import json
import random

from django.apps import apps
from django.db import connection, models

from regulars.core.log import current_tx
from regulars.core.models import Offset

DAY = 86_400_000_000
NAMES = ["Order Completed", "Product Viewed", "Page"]


def insert(label: str, **values: object) -> int:
    """Make a row of a model, with zeros and empty texts for what is not said, and return its id."""
    model = apps.get_model(label)
    for field in model._meta.concrete_fields:
        if field.primary_key and not isinstance(field, models.AutoField):
            values.setdefault(field.attname, random.getrandbits(50))
        elif not (field.null or field.has_default() or field.primary_key):
            values.setdefault(field.attname, 0 if isinstance(field, models.IntegerField) else "")
    return model.objects.create(**values).pk


def run(sql: str, *values: object) -> None:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)


def touch(person: int, cause: str = "event") -> None:
    """Log that a person changed; the consumers of upper rooms are always up to date here."""
    entry = insert("people.Touch", tx=current_tx(), person_id=person, cause=cause, at=0)
    for consumer in ("profiles", "customers"):
        Offset.objects.update_or_create(consumer=consumer, shard=0, defaults={"tx": current_tx(), "entry": entry})


def make_node() -> int:
    """A node that is a person of its own."""
    key = f"n{random.getrandbits(60)}"
    node = insert("people.Node", namespace="shop", kind="user", key=key, source_id=1, created_us=0)
    run("UPDATE people_node SET person_id = id WHERE id = %s", node)
    insert("people.Person", id=node, name="Ann", city="Leeds")
    touch(node)
    return node


def person_of(node: int) -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT person_id FROM people_node WHERE id = %s", [node])
        return cursor.fetchone()[0]


def make_event(node: int, *, day: int, name: str = "Page", properties: dict | str = "{}") -> int:
    """An event of a node at noon of a day."""
    text = properties if isinstance(properties, str) else json.dumps(properties)
    made = insert(
        "events.Event", tx=current_tx(), node_id=node, shard=node % 16, source_id=1,
        message_id=f"m{random.getrandbits(60)}",
        raw_seq=0, name=name, ts=day * DAY + DAY // 2, received_us=0, properties=text, context="{}",
    )  # fmt: skip
    touch(person_of(node))
    return made


def make_order(node: int, *, day: int, total: int = 1000) -> int:
    made = insert(
        "commerce.Order", namespace="shop", number=f"o{random.getrandbits(60)}", node_id=node, source_id=1,
        ts=day * DAY, currency="GBP", total=total, tax=0, shipping=0, discount=0, refunded=0, base_total=total,
        base_refunded=0, rate=1.0, rate_on="", items=1, coupon="", event_id=0, updated_us=0,
    )  # fmt: skip
    touch(person_of(node))
    return made


def merge(a: int, b: int) -> None:
    """The person of node b joins the person of node a."""
    kept, lost = sorted((person_of(a), person_of(b)))
    run("UPDATE people_node SET person_id = %s WHERE person_id = %s", kept, lost)
    run("UPDATE people_person SET merged_into = %s WHERE id = %s", kept, lost) if kept != lost else None
    touch(kept, "merge")
    touch(lost, "merge")


def split(node: int) -> None:
    """A node becomes a person of its own again."""
    was = person_of(node)
    run("UPDATE people_node SET person_id = id WHERE id = %s", node)
    run("UPDATE people_person SET merged_into = NULL WHERE id = %s", node)
    touch(was, "unmerge")
    touch(node, "unmerge")


def erase(node: int) -> list[int]:
    """Erase the person of a node: rows gone, tombstones left."""
    person = person_of(node)
    with connection.cursor() as cursor:
        cursor.execute("SELECT id FROM people_node WHERE person_id = %s", [person])
        nodes = sorted({n for (n,) in cursor.fetchall()} | {person})
    for n in nodes:
        for table, column in (("events_event", "node_id"), ("commerce_order", "node_id"), ("people_node", "id"),
                              ("people_person", "id")):  # fmt: skip
            run(f"DELETE FROM {table} WHERE {column} = %s", n)
        insert("people.ErasedNode", node_id=n, tx=current_tx(), at=0)
    touch(person, "erase")
    return nodes


def declare(event: str, name: str, type_: str) -> None:
    """Declare a property, or change its type."""
    run("DELETE FROM events_property WHERE event = %s AND name = %s", event, name)
    insert("events.Property", event=event, name=name, type=type_, seen=0, last_us=0, declared_us=1, dropped=0)
