"""Why somebody has this balance: every posting with its effect, and how each order's points came about.

The effects are sums of the member's own legs in the double-entry books, so they always add up to the balance.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from regulars.core import bulk
from regulars.loyalty.counting import Told, tell
from regulars.loyalty.earning.rules import Rule
from regulars.loyalty.gathering import Terms, gather
from regulars.loyalty.models import Reason, Txn
from regulars.people.queries import nodes_of

MEMBER = ("pending", "active", "held", "debt")


@dataclass(frozen=True)
class Posting:
    """One posting: what it did to the balance (pending, active and held, less what is owed)."""

    id: int
    kind: str
    source: str
    ts: int
    amount: int
    effect: int
    origin: str
    rule: str
    reason: str
    by: str


@dataclass(frozen=True)
class Cause:
    """Everything that one order, occasion or act did, newest posting last."""

    origin: str
    number: str
    ts: int
    effect: int
    postings: tuple[Posting, ...]

    @property
    def changed(self) -> bool:
        """Whether it was posted more than once: something was brought back, or rules gave more later."""
        return any(each.effect < 0 for each in self.postings) or len({each.ts for each in self.postings}) > 1


@dataclass(frozen=True)
class Part:
    """Points of one line by one rule: what was paid for it, the rule, the factors."""

    name: str
    net: int
    rule: Rule | None
    factors: tuple[tuple[str, float], ...]
    points: int


def postings(person_id: int, *, programme_id: int, limit: int | None = None) -> list[Posting]:
    """The person's postings that changed anything, newest first."""
    nodes = nodes_of([person_id]).get(person_id, [])
    rows = Txn.objects.filter(programme_id=programme_id, node_id__in=nodes, asset="points").order_by(
        "-occurred_us", "-id"
    )
    rows = list(rows.exclude(kind="activate")[:limit] if limit else rows.exclude(kind="activate"))
    effects, reasons = _effects([row.id for row in rows], nodes), _reasons([row.id for row in rows])
    return [_posting(row, effects.get(row.id, 0), reasons.get(row.id, "")) for row in rows]


def _effects(txn_ids: Sequence[int], nodes: Sequence[int]) -> dict[int, int]:
    txns, ids = bulk.ids(txn_ids)
    owners, theirs = bulk.ids(nodes)
    rows = bulk.query(
        f"SELECT txn_id, sum(amount) FROM loyalty_entry WHERE txn_id IN {txns} AND owner_id IN {owners}"
        " AND account IN (%s, %s, %s, %s) GROUP BY txn_id",
        [*ids, *theirs, *MEMBER],
    )
    return {txn: int(sum_) for txn, sum_ in rows}


def _reasons(txn_ids: Sequence[int]) -> dict[int, str]:
    return dict(Reason.objects.filter(txn_id__in=list(txn_ids)).values_list("txn_id", "text"))


def _posting(row: Txn, effect: int, reason: str) -> Posting:
    said = row.request
    return Posting(
        id=row.id, kind=row.kind, source=row.source, ts=row.occurred_us, amount=row.amount, effect=effect,
        origin=said.get("origin") or "", rule=said.get("rule") or "", reason=reason, by=row.actor,
    )  # fmt: skip


def causes(person_id: int, *, programme_id: int) -> list[Cause]:
    """The balance by cause, newest first: their effects add up to it."""
    groups: dict[str, list[Posting]] = defaultdict(list)
    for each in postings(person_id, programme_id=programme_id):
        if each.effect:
            groups[each.origin or f"{each.kind}:{each.id}"].append(each)
    numbers = order_numbers(groups)
    found = [
        Cause(
            origin, numbers.get(origin, ""), group[-1].ts, sum(each.effect for each in group), tuple(reversed(group))
        )
        for origin, group in groups.items()
    ]
    return sorted(found, key=lambda cause: (-cause.ts, cause.origin))


def order_numbers(origins: Iterable[str]) -> dict[str, str]:
    """{"order:17": the number on the receipt}."""
    ids, params = bulk.ids([int(o.partition(":")[2]) for o in origins if o.startswith("order:")])
    rows = bulk.query(f"SELECT id, number FROM commerce_ordernumber WHERE id IN {ids}", params)
    return {f"order:{id_}": number for id_, number in rows}


def parts(person_id: int, terms: Terms, at: int) -> dict[str, list[Part]]:
    """{origin: how its points come about by the rules, as the orders stand now}."""
    who = gather([person_id], terms).get(person_id)
    if who is None:
        return {}
    told = tell(who.past, terms.lives, terms.limens, terms.zone, at)
    names = _goods([order.id for order in told.past.orders])
    lines = {f"o{order.id}.{line.position}": line for order in told.past.orders for line in order.lines}
    found: dict[str, list[Part]] = defaultdict(list)
    for grant in told.grants:
        line = lines.get(grant.what)
        rule = _rule(terms, grant.rule)
        name = names.get(grant.what) or (line.category if line else "")
        factors = tuple((_factor(terms, told, grant.rule, key), value) for key, value in grant.factors)
        found[grant.origin].append(Part(name, line.net if line else 0, rule, factors, grant.points))
    return found


def _goods(order_ids: Sequence[int]) -> dict[str, str]:
    ids, params = bulk.ids(order_ids)
    rows = bulk.query(
        "SELECT l.order_id, l.position, CASE WHEN p.name = '' AND p.key LIKE 'till:%%' THEN l.category"
        " ELSE coalesce(nullif(p.name, ''), p.key) END FROM commerce_orderline l"
        f" JOIN commerce_product p ON p.id = l.product_id WHERE l.order_id IN {ids}",
        params,
    )
    return {f"o{order}.{position}": name for order, position, name in rows}


def _rule(terms: Terms, name: str) -> Rule | None:
    number, _, key = name.partition(":")
    for live in terms.lives:
        if str(live.number) == number:
            return next((rule for rule in live.book.rules if rule.key == key), None)
    return None


def _factor(terms: Terms, told: Told, grant_rule: str, key: str) -> str:
    """What people call a factor: its rule's name, or the tier."""
    if key.startswith("tier:"):
        level = told.scheme.index(key[5:]) if told.scheme else -1
        return told.scheme.levels[level].name if level >= 0 else key[5:]
    rule = _rule(terms, f"{grant_rule.partition(':')[0]}:{key}")
    return rule.name or key if rule else key
