"""The node of purchases without a customer: it belongs to no person, so nobody's numbers are bent by it."""

from __future__ import annotations

from regulars.core import bulk
from regulars.people.models import Node
from regulars.people.sighting import NOBODY


def keep_nobody(*, namespace: str, source_id: int, at: int) -> str:
    """The anonymous id to send with events of which the customer is not known. Idempotent.

    Its node has no person, now and after any merge: such events count in totals, never for a person.
    """
    if Node.objects.filter(namespace=namespace, kind="anonymous", key=NOBODY).exists():
        return NOBODY
    columns = ("namespace", "kind", "key", "source_id", "first_us", "last_us", "created_us")
    row = (namespace, "anonymous", NOBODY, source_id, at, at, at)
    bulk.insert(Node, columns, [row], conflict="(namespace, kind, key) DO NOTHING")
    return NOBODY
