"""What to recommend to whom, read just now: the last run's lists, without what has changed since.

Left out at reading: what was bought since, what the person sent back last, what is sold out, withdrawn or excluded
by a rule made meanwhile. Newcomers get what is bought together with their first purchases, then the bestsellers.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from regulars.commerce.models import AdviceRule, AdviceSettings, Product
from regulars.core import bulk

RUN = "(SELECT max(id) FROM commerce_advicerun WHERE published_us IS NOT NULL)"
ANY = "any"
# CROSS JOIN: SQLite begins with the people who are asked for, whether it has looked at its tables yet or not
_BOUGHT = (
    "SELECT n.person_id, l.product_id, max(l.ts) AS last_us,"
    " coalesce(max(CASE WHEN l.returned >= l.quantity THEN l.ts END), -1)"
    " > coalesce(max(CASE WHEN l.returned < l.quantity THEN l.ts END), -1) AS sent_back, count(*) AS times"
    " FROM people_node n CROSS JOIN commerce_orderline l CROSS JOIN commerce_order o"
    " WHERE n.person_id IN {ids} AND l.node_id = n.id AND o.id = l.order_id"
    " AND o.cancelled_us IS NULL AND l.product_id IS NOT NULL"
    " GROUP BY n.person_id, l.product_id"
)


@dataclass(frozen=True)
class Good:
    """A product as recommended."""

    id: int
    key: str
    name: str
    category: str
    price: int | None
    currency: str
    url: str
    image_url: str


@dataclass(frozen=True)
class Recommended:
    """One product for one person. `kind`: "again", "new" (with `why`, a product they bought), "popular".
    `times` is how often they bought it before.
    """

    product: Good
    kind: str
    score: float
    why: Good | None = None
    times: int = 0


def recommended(
    person_ids: Iterable[int], *, kind: str = ANY, limit: int = 10, reasons: bool = True
) -> dict[int, list[Recommended]]:
    """{person: what to recommend, best first}, for everybody asked for; set-based, for 20,000 people and more.

    `kind` "again", "new", or "any" (both by score). Lists of "any" and "new" are filled up with bestsellers the
    person never bought. Empty before the first run. Without `reasons`, `why` is left out.
    """
    wanted = list(dict.fromkeys(person_ids))
    listed = _listed(wanted, kind)
    if kind != "again":
        listed = _for_newcomers(wanted, listed)
    everybody = _everybody() if kind != "again" else []
    bought = _bought_of(wanted) if everybody else {}
    goods = _offered({row.product for rows in listed.values() for row in rows} | {row.product for row in everybody})
    whys = _goods({row.why for rows in listed.values() for row in rows if row.why}) if reasons else {}
    most = settings().most_of_category
    found = {}
    for person in wanted:
        rows = listed.get(person, []) + _unknown(everybody, listed.get(person, []), bought.get(person, set()))
        found[person] = [row.shown(goods, whys) for row in _first(rows, goods, limit, most)]
    return found


@dataclass(frozen=True, slots=True)
class _Row:
    product: int
    kind: str
    score: float
    why: int | None = None
    times: int = 0

    def shown(self, goods: dict[int, Good], whys: dict[int, Good]) -> Recommended:
        return Recommended(goods[self.product], self.kind, self.score, whys.get(self.why), self.times)


def _listed(person_ids: Sequence[int], kind: str) -> dict[int, list[_Row]]:
    """The rows of these people's nodes, without what they bought or sent back since."""
    ids, params = bulk.ids(person_ids)
    which, more = ("AND r.kind = %s", [kind]) if kind != ANY else ("", [])
    order = "m.score DESC" if kind == ANY else "m.rank, m.score DESC"
    rows = bulk.query(
        "WITH mine AS MATERIALIZED (SELECT n.person_id, r.kind, r.rank, r.product_id, r.score, r.why_id, a.as_of_us"
        " FROM people_node n CROSS JOIN commerce_recommendation r CROSS JOIN commerce_advicerun a"
        f" WHERE r.node_id = n.id AND a.id = r.run_id AND r.run_id = {RUN} AND n.person_id IN {ids} {which}),"
        f" bought AS MATERIALIZED ({_BOUGHT.format(ids=ids)})"
        " SELECT m.person_id, m.product_id, m.kind, m.score, m.why_id, coalesce(b.times, 0)"
        " FROM mine m LEFT JOIN bought b ON b.person_id = m.person_id AND b.product_id = m.product_id"
        " WHERE (m.kind = 'new' AND b.person_id IS NULL)"
        " OR (m.kind = 'again' AND b.last_us <= m.as_of_us AND NOT b.sent_back)"
        f" ORDER BY m.person_id, {order}",
        [*params, *more, *params],
    )
    found: dict[int, list[_Row]] = {}
    for person, *row in rows:
        found.setdefault(person, []).append(_Row(*row))
    return found


def _for_newcomers(person_ids: Sequence[int], listed: dict[int, list[_Row]]) -> dict[int, list[_Row]]:
    """Who has no list but has bought by now, gets what others buy together with that."""
    ids, params = bulk.ids([person for person in person_ids if person not in listed])
    rows = bulk.query(
        f"WITH bought AS MATERIALIZED ({_BOUGHT.format(ids=ids)})"
        " SELECT b.person_id, t.other_id, t.score, t.product_id FROM bought b JOIN commerce_soldtogether t"
        f" ON t.product_id = b.product_id WHERE t.run_id = {RUN} AND NOT EXISTS (SELECT 1 FROM bought o"
        " WHERE o.person_id = b.person_id AND o.product_id = t.other_id) ORDER BY b.person_id, t.score DESC",
        params,
    )
    found = dict(listed)
    for person, product, score, why in rows:
        found.setdefault(person, []).append(_Row(product, "new", score, why))
    return found


def _everybody() -> list[_Row]:
    rows = bulk.query(
        f"SELECT product_id, kind, score FROM commerce_recommendation WHERE run_id = {RUN} AND node_id = 0"
        " ORDER BY rank"
    )
    return [_Row(*row) for row in rows]


def _bought_of(person_ids: Sequence[int]) -> dict[int, set[int]]:
    """What each of them ever bought."""
    ids, params = bulk.ids(person_ids)
    found: dict[int, set[int]] = {}
    for person, product, *_ in bulk.query(_BOUGHT.format(ids=ids), params):
        found.setdefault(person, set()).add(product)
    return found


def _unknown(everybody: list[_Row], listed: list[_Row], bought: set[int]) -> list[_Row]:
    have = {row.product for row in listed} | bought
    return [row for row in everybody if row.product not in have]


def _first(rows: list[_Row], goods: dict[int, Good], limit: int, most: int) -> list[_Row]:
    """The first that are offered, each once, at most so many of a category."""
    found: dict[int, _Row] = {}
    counts: Counter[str] = Counter()
    for row in rows:
        if len(found) == limit:
            break
        good = goods.get(row.product)
        if good is None or row.product in found or (most and good.category and counts[good.category] >= most):
            continue
        counts[good.category] += 1
        found[row.product] = row
    return list(found.values())


def _offered(product_ids: Iterable[int]) -> dict[int, Good]:
    """Of these products those that may be recommended now."""
    held = settings()
    never = AdviceRule.objects.filter(kind="never")
    products, categories = {rule.product_id for rule in never}, {rule.category for rule in never if rule.category}
    found = _products(product_ids).exclude(available=False)
    if held.hide_sold_out:
        found = found.exclude(stock__lte=0)
    goods = (_good(one) for one in found)
    return {good.id: good for good in goods if good.id not in products and good.category not in categories}


def _goods(product_ids: Iterable[int]) -> dict[int, Good]:
    return {one.id: _good(one) for one in _products(product_ids)}


def _products(product_ids: Iterable[int]):
    return Product.objects.filter(id__in=list(product_ids))


def _good(product: Product) -> Good:
    said = {name: getattr(product, name) for name in Good.__dataclass_fields__}
    return Good(**said | {"name": product.name or product.key})


def settings() -> AdviceSettings:
    """What holds for every product."""
    return AdviceSettings.objects.filter(id=1).first() or AdviceSettings()


def sold_together(product_id: int, *, limit: int = 10) -> list[tuple[Good, int, float]]:
    """(other product, people who bought both, strength), strongest first, as of the last run."""
    rows = bulk.query(
        f"SELECT other_id, people, score FROM commerce_soldtogether WHERE run_id = {RUN} AND product_id = %s"
        " ORDER BY rank LIMIT %s",
        [product_id, limit],
    )
    goods = _goods(other for other, _, _ in rows)
    return [(goods[other], people, score) for other, people, score in rows if other in goods]


def people_recommended(product_id: int, *, after: int = 0, limit: int = 50) -> list[int]:
    """People who have this product on a list, by number."""
    rows = bulk.query(
        "SELECT DISTINCT n.person_id FROM commerce_recommendation r JOIN people_node n ON n.id = r.node_id"
        f" WHERE r.run_id = {RUN} AND r.product_id = %s AND n.person_id > %s ORDER BY 1 LIMIT %s",
        [product_id, after, limit],
    )
    return [person for (person,) in rows]


def rules() -> list[AdviceRule]:
    """The shop's rules, by kind and age."""
    return list(AdviceRule.objects.order_by("kind", "id"))
