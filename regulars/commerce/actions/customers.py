"""What each person bought in all, counted again from the orders of their nodes."""

from __future__ import annotations

from collections.abc import Iterable

from regulars.core import bulk

COLUMNS = (
    *("person_id", "orders", "days", "items", "spent", "refunded", "unrated", "first_us", "last_us"),
    *("top_category", "top_store_id"),
)


def recount(person_ids: Iterable[int]) -> int:
    """Count these persons again, in the caller's transaction; how many of them are customers.

    Cancelled orders count nothing. A refund counts for who bought; one whose order was never seen, for who
    brought it back. Amounts without a known rate are not in `spent` but in `unrated`.
    """
    people = sorted(set(person_ids))  # sorted: two workers must not wait for each other
    ids, params = bulk.ids(people)
    sets = ", ".join(f"{c} = excluded.{c}" for c in COLUMNS[1:])
    counted = bulk.query(
        f"INSERT INTO commerce_customer ({', '.join(COLUMNS)}) {_counts(ids)}"
        f" ON CONFLICT (person_id) DO UPDATE SET {sets} RETURNING person_id",
        params,
    )
    none_left, params = bulk.ids(set(people) - {person for (person,) in counted})
    bulk.execute(f"DELETE FROM commerce_customer WHERE person_id IN {none_left}", params)
    return len(counted)


def _counts(ids: str) -> str:
    """One row per person with orders or refunds. `ids` appears once, for its parameter."""
    return f"""
WITH node AS MATERIALIZED (SELECT id, person_id FROM people_node WHERE person_id IN {ids}),
bought AS MATERIALIZED (
  SELECT n.person_id, o.id, o.day, o.ts, o.items, o.base_total, o.base_refunded, o.store_id
  FROM node n JOIN commerce_order o ON o.node_id = n.id WHERE o.cancelled_us IS NULL),
sums AS (
  SELECT person_id, count(*) AS orders, count(DISTINCT day) AS days, sum(items) AS items,
    sum(coalesce(base_total, 0) - coalesce(base_refunded, 0)) AS spent,
    sum(coalesce(base_refunded, 0)) AS refunded,
    sum(CASE WHEN base_total IS NULL OR base_refunded IS NULL THEN 1 ELSE 0 END) AS unrated,
    min(ts) AS first_us, max(ts) AS last_us
  FROM bought GROUP BY person_id
  UNION ALL
  SELECT n.person_id, 0, 0, 0, -sum(coalesce(r.base_total, 0)), sum(coalesce(r.base_total, 0)),
    sum(CASE WHEN r.base_total IS NULL THEN 1 ELSE 0 END), NULL, NULL
  FROM node n JOIN commerce_refund r ON r.node_id = n.id WHERE r.order_id IS NULL GROUP BY n.person_id),
category AS (
  SELECT person_id, category,
    row_number() OVER (PARTITION BY person_id ORDER BY sum(quantity) DESC, category) AS place
  FROM bought b JOIN commerce_orderline l ON l.order_id = b.id WHERE l.category <> ''
  GROUP BY person_id, category),
visits AS (SELECT person_id, store_id, count(*) AS times FROM bought GROUP BY person_id, store_id),
store AS (
  SELECT person_id, store_id, row_number() OVER (PARTITION BY person_id ORDER BY times DESC, s.name) AS place
  FROM visits v JOIN commerce_store s ON s.id = v.store_id)
SELECT s.person_id, sum(s.orders), sum(s.days), sum(s.items), sum(s.spent), sum(s.refunded), sum(s.unrated),
  min(s.first_us), max(s.last_us), coalesce(max(c.category), ''), max(t.store_id)
FROM sums s LEFT JOIN category c ON c.person_id = s.person_id AND c.place = 1
LEFT JOIN store t ON t.person_id = s.person_id AND t.place = 1
WHERE true GROUP BY s.person_id"""
