"""Forgetting what no decision, page or figure needs any more."""

from __future__ import annotations

from regulars.channels.models import Contact, Message, Tally
from regulars.core import bulk
from regulars.core.clock import HOUR

PIECE = 20_000


def forget_contacts(*, before: int) -> int:
    """Delete contacts older than that, piece by piece, so that nobody waits for long. Idempotent."""
    return _in_pieces(f"DELETE FROM {Contact._meta.db_table} WHERE id IN"
                      f" (SELECT id FROM {Contact._meta.db_table} WHERE at < %s LIMIT {PIECE})", before)  # fmt: skip


def forget_tallies(*, before: int) -> int:
    """Delete hourly sums older than that. Idempotent."""
    return Tally.objects.filter(hour__lt=before // HOUR).delete()[0]


def forget_nobodies(*, before: int) -> int:
    """Empty what messages to people who never confirmed still hold of them; the bare rows stay. Idempotent."""
    old = Message.objects.filter(node_id__lt=0, planned_us__lt=before).exclude(address="")
    return old.update(address="", context=None)


def _in_pieces(statement: str, *parameters: int) -> int:
    done = 0
    while found := bulk.execute(statement, parameters):
        done += found
    return done
