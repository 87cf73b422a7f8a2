"""Which pairs are looked at: people who share something that few share. Chosen by what is filled, within a budget.

A value that very many people share (Smith, the town itself) proves little and would cost most of the time: each
block leaves out groups above a size that keeps it within its part of the budget.
"""

from __future__ import annotations

from dataclasses import dataclass

import duckdb

PAIRS_PER_PERSON = 10
LEAST_BUDGET = 200_000
LEAST_FILLED = 0.01
LARGEST_GROUP = 200


@dataclass(frozen=True)
class Block:
    """Two people are compared when these expressions are equal on both sides."""

    keys: tuple[str, ...]

    @property
    def rule(self) -> str:
        """The condition between `l` and `r`, as Splink writes it."""
        return " AND ".join(f"{_side(key, 'l')} = {_side(key, 'r')}" for key in self.keys)


# Most telling first: when the budget ends, the rest is left out.
BLOCKS: tuple[Block, ...] = (
    Block(("email",)),
    Block(("phone",)),
    Block(("first_name", "last_name", "dob")),
    Block(("first_name", "last_name", "postcode")),
    Block(("local",)),
    Block(("last_name", "dob")),
    Block(("first_name", "dob")),
    Block(("street", "postcode")),
    Block(("first_name", "last_name")),
    Block(("street", "last_name")),
    Block(("street", "first_name")),
    Block(("postcode", "last_name")),
    Block(("postcode", "first_name")),
    Block(("dob", "postcode")),
    Block(("dob", "city")),
    Block(("dob",)),
    Block(("street", "city")),
    Block(("postcode", "left(last_name, 2)")),
    Block(("city", "last_name", "left(first_name, 1)")),
    Block(("city", "first_name", "left(last_name, 1)")),
    Block(("left(dob, 7)", "left(last_name, 3)")),
    Block(("left(dob, 7)", "left(first_name, 3)")),
    Block(("left(last_name, 4)", "left(first_name, 3)")),
    Block(("postcode",)),
    Block(("street",)),
    Block(("last_name",)),
    Block(("city", "left(first_name, 2)")),
    Block(("city", "left(last_name, 2)")),
)


def filled(connection: duckdb.DuckDBPyConnection, columns: tuple[str, ...]) -> dict[str, float]:
    """The share of people for whom each column is known."""
    counts = ", ".join(f"count({c}) / greatest(count(*), 1)" for c in columns)
    return dict(zip(columns, connection.execute(f"SELECT {counts} FROM people").fetchall()[0], strict=True))


def usable(known: dict[str, float]) -> list[Block]:
    """The blocks whose columns are filled at all here."""
    return [b for b in BLOCKS if all(known.get(_column(key), 0) >= LEAST_FILLED for key in b.keys)]


def write_pairs(connection: duckdb.DuckDBPyConnection, blocks: list[Block], *, budget: int, touched: bool) -> int:
    """Fill the table `pairs` for Splink; returns how many. `touched`: only pairs with a person of that table."""
    connection.execute("CREATE OR REPLACE TABLE found (l BIGINT, r BIGINT)")
    left = budget
    for block in blocks:
        left -= _write_block(connection, block, min(left, budget // 4), touched)
    connection.execute(
        "CREATE OR REPLACE TABLE pairs AS SELECT '0' AS match_key, l AS join_key_l, r AS join_key_r"
        " FROM (SELECT DISTINCT l, r FROM found)"
    )
    connection.execute("DROP TABLE found")
    return connection.execute("SELECT count(*) FROM pairs").fetchall()[0][0]


def _write_block(connection: duckdb.DuckDBPyConnection, block: Block, budget: int, touched: bool) -> int:
    known = " AND ".join(f"{key} IS NOT NULL" for key in block.keys)
    connection.execute(
        "CREATE OR REPLACE TEMP TABLE keyed AS"
        f" SELECT person_id, hash({', '.join(block.keys)}) AS h FROM people WHERE {known}"
    )
    connection.execute(
        "CREATE OR REPLACE TEMP TABLE sizes AS SELECT h, count(*) AS n FROM keyed GROUP BY h"
        f" HAVING n BETWEEN 2 AND {LARGEST_GROUP}"
    )
    cap, pairs = _largest_group(connection, budget)
    if cap:
        connection.execute(
            "INSERT INTO found SELECT l.person_id, r.person_id"
            " FROM sizes JOIN keyed l USING (h) JOIN keyed r USING (h)"
            f" WHERE sizes.n <= {cap} AND l.person_id < r.person_id" + (TOUCHED if touched else "")
        )
    return pairs


TOUCHED = " AND (l.person_id IN (SELECT person_id FROM touched) OR r.person_id IN (SELECT person_id FROM touched))"


def _largest_group(connection: duckdb.DuckDBPyConnection, budget: int) -> tuple[int, int]:
    """The largest group size for which all groups up to it stay within the budget, and the pairs they make."""
    cap = pairs = 0
    rows = connection.execute("SELECT n, count(*) * n * (n - 1) // 2 FROM sizes GROUP BY n ORDER BY n").fetchall()
    for size, brought in rows:
        if pairs + brought > budget:
            break
        cap, pairs = size, pairs + int(brought)
    return cap, pairs


def _column(key: str) -> str:
    return key.removeprefix("left(").split(",")[0]


def _side(key: str, side: str) -> str:
    return key.replace("left(", f"left({side}.") if key.startswith("left(") else f"{side}.{key}"
