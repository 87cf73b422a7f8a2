"""Count people again: tell their past by the rules, post what differs to the ledger, note where they stand now.

The answer is a function of the past, so counting twice, late or in another order comes to the same. What was posted
before is in `Earned`; the number of postings so far is part of the next one's key in the ledger.
"""

from __future__ import annotations

from collections.abc import Iterable

from regulars.core import bulk
from regulars.loyalty import ledger
from regulars.loyalty.actions import news
from regulars.loyalty.cards import new_code
from regulars.loyalty.counting import Told, tell
from regulars.loyalty.earning.evaluate import Grant
from regulars.loyalty.earning.lifetimes import activates, expires
from regulars.loyalty.gathering import Terms, Who, gather
from regulars.loyalty.ledger.many import put_many
from regulars.loyalty.models import Earned, Member, Programme
from regulars.people.actions import touch

SOURCE = "rules"
EARNED = ("programme_id", "node_id", "what", "rule", "points", "postings", "order_id")
Key = tuple[int, str, str]


def count(person_ids: Iterable[int], terms: Terms, at: int) -> int:
    """Count these people, in the caller's transaction; how many of them are anybody.

    The caller sees to it that nobody else counts the same people at the same time.
    """
    whos = gather(sorted(set(person_ids)), terms)
    told = {person: tell(who.past, terms.lives, terms.limens, terms.zone, at) for person, who in whos.items()}
    _make_members(whos, told, terms.programme)
    changed = _post_differences(whos, told, terms, at)
    changed |= news.note(whos, told, terms, at)
    if changed:
        touch(person_ids=changed, cause="derived", at=at)
    return len(whos)


def _make_members(whos: dict[int, Who], told: dict[int, Told], programme: Programme) -> None:
    """Whoever earned something has a code, where everybody takes part."""
    if programme.membership != Programme.Membership.EVERYBODY:
        return
    new = {who.nodes[0]: told[person].grants[0].ts for person, who in whos.items() if told[person].grants}
    have = set(
        Member.objects.filter(programme_id=programme.id, node_id__in=list(new)).values_list("node_id", flat=True)
    )
    rows = [(programme.id, node, new_code(), ts, "known") for node, ts in new.items() if node not in have]
    columns = ("programme_id", "node_id", "code", "joined_us", "how")
    bulk.insert(Member, columns, rows, conflict="(programme_id, node_id) DO NOTHING")


def _post_differences(whos: dict[int, Who], told: dict[int, Told], terms: Terms, at: int) -> set[int]:
    """Post what should be less what was posted; returns the persons for whom anything was."""
    home = {node: person for person, who in whos.items() for node in who.nodes}
    posted = _posted(home, terms.programme.id)
    wanted = {(g.node_id, g.what, g.rule): g for answer in told.values() for g in answer.grants}
    rows, changed, asks = [], set(), []
    for key in sorted(wanted.keys() | posted.keys(), key=lambda key: (home[key[0]], _turn(wanted.get(key)), key)):
        points, postings = posted.get(key, (0, 0))
        grant = wanted.get(key)
        due = (grant.points if grant else 0) - points
        if due:
            _ask(asks, key, due, postings + 1, grant, terms, at)
            rows.append((terms.programme.id, *key, points + due, postings + 1, _order_of(key[1])))
            changed.add(home[key[0]])
    put_many(asks)
    bulk.insert(
        Earned,
        EARNED,
        rows,
        conflict="(node_id, programme_id, what, rule) DO UPDATE SET points = excluded.points,"
        " postings = excluded.postings",
    )
    return changed


def _turn(grant: Grant | None) -> tuple[bool, int]:
    """What is earned comes before what is taken back, in order of time: nobody owes for a moment."""
    return (grant is None, grant.ts if grant else 0)


def _posted(nodes: Iterable[int], programme_id: int) -> dict[Key, tuple[int, int]]:
    ids, params = bulk.ids(nodes)
    rows = bulk.query(
        f"SELECT node_id, what, rule, points, postings FROM loyalty_earned WHERE node_id IN {ids}"
        " AND programme_id = %s",
        [*params, programme_id],
    )
    return {(node, what, rule): (points, postings) for node, what, rule, points, postings in rows}


def _order_of(what: str) -> int | None:
    """The order of "o17.2"."""
    return int(what[1:].partition(".")[0]) if what[0] == "o" and what[1:2].isdigit() else None


def _ask(asks: list, key: Key, due: int, number: int, grant: Grant | None, terms: Terms, at: int) -> None:
    node, what, rule = key
    order = _order_of(what)
    same = {
        "programme_id": terms.programme.id,
        "node_id": node,
        "source": SOURCE,
        "key": f"{node}:{what}:{rule}:{number}",
        "amount": abs(due),
        "at": at,
        "origin": what if order is None else f"order:{order}",
        "order_line": "" if order is None else what.partition(".")[2],
        "rule": rule,
        "rule_version": rule.partition(":")[0],
        "many": asks,
    }
    if due < 0:
        ledger.claw_back(**same)
        return
    begins, ends = life_of(grant.ts, grant.cause, terms)
    ledger.post_earn(**same, occurred_us=grant.ts, activates_us=begins, expires_us=ends, cause=grant.cause)


def life_of(ts: int, cause: str, terms: Terms) -> tuple[int, int | None]:
    """(active from, expires) of points earned then. Only purchases can be returned, so only they have to wait."""
    programme = terms.programme
    begins = activates(ts, programme.return_days if cause in ("purchase", "threshold") else 0, terms.zone)
    ends = expires(ts, begins, expiry=programme.expiry, months=programme.expiry_months, zone=terms.zone)
    return begins, ends
