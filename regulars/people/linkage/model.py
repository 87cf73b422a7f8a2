"""The model: Fellegi-Sunter by Splink on an own DuckDB, trained on the people at hand, seeded.

In goes a table of people, out come pairs that are probably one person. The same table gives the same pairs.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass

import duckdb
import pyarrow as pa

from regulars.people.linkage import blocking
from regulars.people.linkage.fields import COLUMNS, FIELDS, Field

SEED = 20_261
ENOUGH_TO_LEARN = 400  # people; below it what `fields` says of itself is better than what can be learnt
SAMPLE = 1.2e6
RECALL = 0.6  # of the exact rules below, for the share of duplicates before any evidence
EXACT = {
    "l.email = r.email": ("email",),
    "l.phone = r.phone": ("phone",),
    "l.first_name = r.first_name AND l.last_name = r.last_name AND l.dob = r.dob": ("first_name", "last_name", "dob"),
}


@dataclass(frozen=True)
class Found:
    """Pairs with their score, and what was done to find them."""

    pairs: pa.Table
    blocks: tuple[str, ...]
    compared: int


def find_pairs(
    connection: duckdb.DuckDBPyConnection,
    *,
    threshold: float,
    touched: bool = False,
    pairs_per_person: int = blocking.PAIRS_PER_PERSON,
) -> Found:
    """Pairs from `threshold` (a probability) up among the table `people` of this connection (see `people.py`).

    With `touched`, only pairs with a person of the table `touched`.
    """
    count = connection.execute("SELECT count(*) FROM people").fetchall()[0][0]
    known = blocking.filled(connection, COLUMNS)
    blocks = blocking.usable(known)
    budget = max(blocking.LEAST_BUDGET, count * pairs_per_person)
    compared = blocking.write_pairs(connection, blocks, budget=budget, touched=touched)
    if not compared:
        return Found(_nothing(), (), 0)
    fields = [field for field in FIELDS if known[field.column] >= blocking.LEAST_FILLED]
    learns = count >= ENOUGH_TO_LEARN
    linker, api = _linker(connection, [_comparison(field, weigh_rarity=learns) for field in fields], blocks, count)
    if learns:
        _learn(connection, linker, known, count)
    linker.table_management.register_blocked_pairs_for_predict(api.register("pairs"))
    scored = linker.inference.predict(threshold_match_probability=threshold)
    connection.execute(
        "CREATE OR REPLACE TEMP TABLE called AS SELECT first_name, count(*) AS n FROM people GROUP BY first_name"
    )
    table = connection.sql(
        "SELECT match_weight, match_probability,"
        " COLUMNS('(person_id|cards|first_name|last_name)_[lr]|(gamma|mw)_.*'), l.n AS named_l, r.n AS named_r"
        f" FROM {scored.physical_name} LEFT JOIN called l ON l.first_name = first_name_l"
        " LEFT JOIN called r ON r.first_name = first_name_r"
    ).to_arrow_table()
    return Found(table, tuple(block.rule for block in blocks), compared)


def _nothing() -> pa.Table:
    return pa.table({"person_id_l": pa.array([], pa.int64()), "person_id_r": pa.array([], pa.int64())})


def _linker(connection: duckdb.DuckDBPyConnection, comparisons: list, blocks: list[blocking.Block], count: int):
    from splink import DuckDBAPI, Linker, SettingsCreator
    from splink.blocking_rule_library import CustomRule

    settings = SettingsCreator(
        link_type="dedupe_only",
        unique_id_column_name="person_id",
        comparisons=comparisons,
        probability_two_random_records_match=_prior(count),
        blocking_rules_to_generate_predictions=[CustomRule(block.rule) for block in blocks],
        retain_intermediate_calculation_columns=True,
        retain_matching_columns=True,
        additional_columns_to_retain=["cards"],
    )
    api = DuckDBAPI(connection=connection)
    linker = Linker(api.register("people"), settings)
    logging.getLogger("splink").setLevel(logging.CRITICAL)  # it sets its own level, and tells every iteration
    return linker, api


def _comparison(field: Field, *, weigh_rarity: bool):
    import splink.comparison_level_library as levels
    import splink.comparison_library as comparisons

    column = field.column
    null = levels.CustomLevel(f"{column}_l IS NULL OR {column}_r IS NULL", "missing").configure(is_null_level=True)
    degrees = [
        levels.CustomLevel(d.when, d.says).configure(
            m_probability=d.match,
            u_probability=d.chance,
            fix_u_probability=d.fixed,
            **({"tf_adjustment_column": d.common, "tf_adjustment_weight": 1.0} if d.common and weigh_rarity else {}),
        )
        for d in field.degrees
    ]
    rest = levels.ElseLevel().configure(
        m_probability=field.different.match,
        u_probability=field.different.chance,
    )
    return comparisons.CustomComparison([null, *degrees, rest], output_column_name=field.name)


def _learn(connection: duckdb.DuckDBPyConnection, linker, known: dict[str, float], count: int) -> None:
    """Learn from these people how often strangers agree, and how many are there twice.

    How often records of *one* person agree is not learnt: expectation maximisation takes couples and namesakes for
    one person where true duplicates are few. Northgate of 3,000: 233 of 1,246 suggestions right with it (a failed
    training had also spoilt the prior), 147 of 154 without.
    """
    rules = [rule for rule, columns in EXACT.items() if all(known[column] > 0 for column in columns)]
    if sum(_pairs(connection, rule) for rule in rules) > _prior(count) * count**2 / 2 * RECALL:
        linker.training.estimate_probability_two_random_records_match(rules, recall=RECALL)
    linker.training.estimate_u_using_random_sampling(max_pairs=SAMPLE, seed=SEED)


def _pairs(connection: duckdb.DuckDBPyConnection, rule: str) -> int:
    """How many pairs a rule finds; counting stops at a million."""
    pairs = f"SELECT 1 FROM people l JOIN people r ON {rule} AND l.person_id < r.person_id LIMIT 1000000"
    return connection.execute(f"SELECT count(*) FROM ({pairs})").fetchall()[0][0]


def _prior(count: int) -> float:
    """One in a hundred people is there twice."""
    return min(0.01, 0.02 / max(count, 2))
