"""Forgetting what no decision, page or figure needs any more."""

from __future__ import annotations

from collections.abc import Sequence

from regulars.channels.models import Contact, MailToken, Message, State, Tally
from regulars.core import bulk
from regulars.core.clock import HOUR

PIECE = 20_000
NOT_SENT = (State.PLANNED, State.CLAIMED)


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


def forget_messages(message_ids: Sequence[int], at: int) -> int:
    """Empty messages of the erased; what was not sent yet is not sent. The bare rows stay. Idempotent."""
    theirs = Message.objects.filter(id__in=message_ids)
    theirs.filter(state__in=NOT_SENT).update(state=State.SKIPPED, decision={"rule": "erased"}, ended_us=at)
    return theirs.update(address="", context=None, reply="", external_id="")


def forget_mail_tokens(*, before: int) -> int:
    """Delete tokens of mail services that nobody has renewed since then: they are of what was let go. Idempotent."""
    return MailToken.objects.filter(at_us__lt=before).delete()[0]


def _in_pieces(statement: str, *parameters: int) -> int:
    done = 0
    while found := bulk.execute(statement, parameters):
        done += found
    return done
