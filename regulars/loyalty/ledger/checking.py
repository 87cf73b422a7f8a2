"""Do the books hold? Each invariant is a question that should have no answer; what has one is named, not repaired."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass, field
from typing import Any

from regulars.core import bulk
from regulars.core.clock import DAY
from regulars.core.jobs import job
from regulars.loyalty.ledger.journal import Damaged, World, play
from regulars.loyalty.ledger.replay import STATES, journal_rows
from regulars.loyalty.models import BooksCheck

EXAMPLES = 5
LATE = 2 * DAY
_MOVED = ", ".join(
    f"sum(CASE WHEN state_to = '{s}' THEN amount WHEN state_from = '{s}' THEN -amount ELSE 0 END) AS {s}"
    for s in STATES
)
_MOMENT = "CASE WHEN t.source = 'clock' THEN t.occurred_us ELSE t.recorded_us END"
_USED = """SELECT m.txn_id FROM loyalty_lotmove m JOIN loyalty_txn t ON t.id = m.txn_id
 JOIN loyalty_lot l ON l.id = m.lot_id WHERE m.state_from = 'active' AND m.state_to IN ('spent', 'held')"""
_OWN = ("pending", "active", "held")


@dataclass(frozen=True)
class Broken:
    """An invariant that does not hold: what, how often, and the numbers of some rows."""

    invariant: str
    count: int
    examples: list[Any] = field(default_factory=list)


QUESTIONS: dict[str, str] = {
    "The legs of every transaction sum to zero": """
        SELECT txn_id FROM loyalty_entry GROUP BY txn_id, asset HAVING sum(amount) <> 0""",
    "Every leg and every move belongs to a transaction": """
        SELECT e.txn_id FROM loyalty_entry e LEFT JOIN loyalty_txn t ON t.id = e.txn_id WHERE t.id IS NULL
        UNION SELECT m.txn_id FROM loyalty_lotmove m LEFT JOIN loyalty_txn t ON t.id = m.txn_id WHERE t.id IS NULL""",
    "What was granted is pending, active, held, spent, expired or taken back": f"""
        SELECT id FROM loyalty_lot WHERE granted <> {" + ".join(STATES)} OR rest <> {" + ".join(_OWN)}
        OR {" OR ".join(f"{s} < 0" for s in STATES)}""",
    "The state of every lot is the sum of its moves": f"""
        SELECT l.id FROM loyalty_lot l LEFT JOIN (SELECT lot_id, {_MOVED} FROM loyalty_lotmove GROUP BY lot_id) s
        ON s.lot_id = l.id WHERE s.lot_id IS NULL OR {" OR ".join(f"l.{s} <> s.{s}" for s in STATES)}""",
    "Balances are the sum of lots": f"""
        SELECT b.node_id FROM loyalty_balance b LEFT JOIN (SELECT node_id, programme_id, asset,
        {", ".join(f"sum({s}) AS {s}" for s in _OWN)} FROM loyalty_lot GROUP BY 1, 2, 3) l
        ON l.node_id = b.node_id AND l.programme_id = b.programme_id AND l.asset = b.asset
        WHERE {" OR ".join(f"b.{s} <> coalesce(l.{s}, 0)" for s in _OWN)}""",
    "Balances are the sum of legs": f"""
        SELECT b.node_id FROM loyalty_balance b LEFT JOIN (SELECT e.owner_id, t.programme_id, e.asset,
        {", ".join(f"sum(CASE WHEN account = '{s}' THEN e.amount ELSE 0 END) AS {s}" for s in (*_OWN, "debt"))}
        FROM loyalty_entry e JOIN loyalty_txn t ON t.id = e.txn_id WHERE e.owner_id IS NOT NULL GROUP BY 1, 2, 3) s
        ON s.owner_id = b.node_id AND s.programme_id = b.programme_id AND s.asset = b.asset
        WHERE {" OR ".join(f"b.{s} <> coalesce(s.{s}, 0)" for s in _OWN)} OR b.debt <> -coalesce(s.debt, 0)""",
    "Every lot is in somebody's balance": """
        SELECT l.id FROM loyalty_lot l LEFT JOIN loyalty_balance b ON b.node_id = l.node_id
        AND b.programme_id = l.programme_id AND b.asset = l.asset WHERE l.rest > 0 AND b.id IS NULL""",
    "Nobody has active points while they owe": """
        SELECT node_id FROM loyalty_balance WHERE debt > 0 AND active > 0""",
    "Expired points are never used": f"""
        {_USED} AND l.expires_us <= {_MOMENT} AND t.kind <> 'split'""",
    "Points are never used before they are active": f"""
        {_USED} AND l.activates_us > {_MOMENT}""",
    "Open holds are what is held": """
        SELECT b.programme_id FROM (SELECT programme_id, asset, sum(held) AS held
        FROM loyalty_balance GROUP BY 1, 2) b
        LEFT JOIN (SELECT programme_id, asset, sum(amount) AS held FROM loyalty_hold
        WHERE captured_us IS NULL AND released_us IS NULL GROUP BY 1, 2) h
        ON h.programme_id = b.programme_id AND h.asset = b.asset WHERE b.held <> coalesce(h.held, 0)""",
    "No more is given back than was spent": """
        SELECT s.id FROM loyalty_txn s JOIN (SELECT reverses_id, sum(amount) AS back FROM loyalty_txn
        WHERE kind = 'giveback' GROUP BY reverses_id) g ON g.reverses_id = s.id WHERE g.back > s.amount""",
    "Nobody uses another person's points": """
        SELECT coalesce(t.reverses_id, t.id) FROM loyalty_lotmove m JOIN loyalty_txn t ON t.id = m.txn_id
        JOIN loyalty_lot l ON l.id = m.lot_id
        JOIN people_node mine ON mine.id = l.node_id JOIN people_node theirs ON theirs.id = m.node_id
        WHERE m.node_id <> l.node_id AND mine.person_id <> theirs.person_id
        GROUP BY 1, m.lot_id, m.node_id HAVING sum(CASE WHEN m.state_to IN ('spent', 'clawed') THEN m.amount
        WHEN m.state_from IN ('spent', 'clawed') THEN -m.amount ELSE 0 END) <> 0""",
}
OVERDUE = {
    "Points become active in time": "SELECT id FROM loyalty_lot WHERE pending > 0 AND activates_us < %s",
    "Points expire in time": "SELECT id FROM loyalty_lot WHERE active > 0 AND expires_us < %s",
    "Holds end in time": "SELECT id FROM loyalty_hold WHERE captured_us IS NULL AND released_us IS NULL"
    " AND expires_us < %s",
}
MORE: list[Callable[[int], Iterator[Broken]]] = []  # what other parts of the room look after


def check(at: int) -> list[Broken]:
    """All invariants over all books; an empty list is the good answer."""
    found = [_ask(words, sql) for words, sql in QUESTIONS.items()]
    found += [_ask(words, sql, [at - LATE]) for words, sql in OVERDUE.items()]
    found += [broken for more in MORE for broken in more(at)]
    return [broken for broken in found if broken.count]


def _ask(words: str, sql: str, params: list[Any] | None = None) -> Broken:
    count = bulk.query(f"SELECT count(*) FROM ({sql}) AS wrong", params or [])[0][0]
    rows = bulk.query(f"{sql} LIMIT {EXAMPLES}", params or []) if count else []
    return Broken(words, count, [row[0] for row in rows])


def verify() -> list[Broken]:
    """Play the journal in memory and compare: lots, balances and holds, to the last unit."""
    worlds: dict[tuple[int, str], World] = {}
    try:
        for _ in play(journal_rows(), worlds):
            pass
    except Damaged as damage:
        return [Broken("The journal can be played again", 1, [str(damage)])]
    found = [broken for key, world in sorted(worlds.items()) for broken in _compare(*key, world)]
    return [broken for broken in found if broken.count]


def _compare(programme: int, asset: str, world: World) -> Iterator[Broken]:
    key = [programme, asset]
    lots = bulk.query(f"SELECT id, {', '.join(STATES)} FROM loyalty_lot WHERE programme_id = %s AND asset = %s", key)
    wanted = {id_: tuple(getattr(lot, s) for s in STATES) for id_, lot in world.lots.items()}
    yield _differing("Lots are what the journal makes them", {row[0]: tuple(row[1:]) for row in lots}, wanted)
    names = ("pending", "active", "held", "debt")
    books = bulk.query(
        f"SELECT node_id, {', '.join(names)} FROM loyalty_balance WHERE programme_id = %s AND asset = %s", key
    )
    zero = (0, 0, 0, 0)
    have = {row[0]: tuple(row[1:]) for row in books if tuple(row[1:]) != zero}
    want = {node: tuple(getattr(book, n) for n in names) for node, book in world.books.items()}
    yield _differing("Balances are what the journal makes them", have, {n: b for n, b in want.items() if b != zero})


def _differing(words: str, have: dict, want: dict) -> Broken:
    wrong = sorted(key for key in have.keys() | want.keys() if have.get(key) != want.get(key))
    return Broken(words, len(wrong), wrong[:EXAMPLES])


@job(lane="long")
def check_books(*, at: int) -> int:
    """Check all and keep the answer for the pages; returns how many invariants are broken."""
    found = check(at)
    BooksCheck.objects.create(at=at, broken=[asdict(broken) for broken in found])
    return len(found)
