"""What was posted, told to the event log and to whoever keeps answers about people: in batches, after the fact.

The postings are a log of their own; a reader follows it, so that earning at a till never waits for the telling.
"""

from __future__ import annotations

from django.db import transaction

from regulars.core import bulk
from regulars.core.failpoints import declare, failpoint
from regulars.core.locks import exclusive
from regulars.core.log import Reader, where_after
from regulars.core.sqlite import repeatable
from regulars.events.inside import Noticed, note_events
from regulars.loyalty.actions.news import source_id
from regulars.loyalty.models import Programme
from regulars.people.actions import touch
from regulars.people.queries import person_id_of

READER = Reader("ledger_news")
BATCH = 200
NAMES = {
    "earn": "Points Earned",
    "activate": "Points Activated",
    "spend": "Points Spent",
    "capture": "Points Spent",
    "expire": "Points Expired",
    "claw": "Points Taken Back",
    "giveback": "Points Given Back",
    "adjust": "Points Adjusted",
}
declare("ledger.news.before_commit", "ledger.news.after_commit")


def tell(at: int) -> bool:
    """One batch of postings; was there any? What lies before the programme began is told to nobody."""
    with exclusive("ledger_news") as mine, repeatable():
        return mine and _tell(at)


def _tell(at: int) -> bool:
    with transaction.atomic():
        after, params = where_after(READER.position(), alias="t")
        rows = bulk.query(
            "SELECT t.tx, t.id, t.programme_id, t.kind, t.node_id, t.amount, t.after, t.occurred_us, l.cause"
            f" FROM loyalty_txn t LEFT JOIN loyalty_lot l ON l.id = t.id WHERE {after} ORDER BY t.tx, t.id LIMIT %s",
            [*params, BATCH],
        )
        if not rows:
            return False
        began = dict(Programme.objects.values_list("id", "created_us"))
        events = [_event(*row[1:]) for row in rows if row[3] in NAMES and row[7] >= began.get(row[2], 0)]
        if events:
            note_events(source_id=source_id(at), items=events, at=at)
        touch(person_ids=set(person_id_of([row[4] for row in rows]).values()), cause="derived", at=at)
        READER.move(rows[-1][:2])
        failpoint("ledger.news.before_commit")
    failpoint("ledger.news.after_commit")
    return True


def _event(id_: int, programme: int, kind: str, node: int, amount: int, after: int, occurred: int, cause: str):
    facts = {"points": amount, "balance": after} | ({"cause": cause} if cause else {})
    return Noticed(node, NAMES[kind], occurred, f"points:{id_}", facts)
