"""Records whose duplicates are known, as the table `shown`, and how well pairs agree with the truth."""

from __future__ import annotations

import itertools
from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path

import duckdb

Pair = tuple[int, int]


def load_fake_1000(connection: duckdb.DuckDBPyConnection, path: Path) -> set[Pair]:
    """Splink's fake_1000: names, birthday, city, e-mail. Returns the true pairs."""
    connection.execute(
        "CREATE TABLE shown AS SELECT unique_id::BIGINT AS person_id, first_name, surname AS last_name,"
        " dob::VARCHAR AS birthday, email, NULL::VARCHAR AS phone, NULL::VARCHAR AS street,"
        " NULL::VARCHAR AS postcode, city, NULL::VARCHAR[] AS cards, cluster AS truth"
        f" FROM read_csv('{path}')"
    )
    return true_pairs(connection)


def load_febrl_3(connection: duckdb.DuckDBPyConnection, path: Path) -> set[Pair]:
    """FEBRL 3: names, birthday, address; the social security number stays out, shops do not have it."""
    connection.execute(
        "CREATE TABLE shown AS SELECT row_number() OVER () AS person_id, nullif(trim(given_name), '') AS first_name,"
        " nullif(trim(surname), '') AS last_name, nullif(trim(date_of_birth), '') AS birthday,"
        " NULL::VARCHAR AS email, NULL::VARCHAR AS phone,"
        " concat_ws(' ', trim(street_number), trim(address_1)) AS street, nullif(trim(postcode), '') AS postcode,"
        " nullif(trim(suburb), '') AS city, NULL::VARCHAR[] AS cards,"
        " regexp_extract(rec_id, 'rec-(\\d+)-', 1)::BIGINT AS truth"
        f" FROM read_csv('{path}', all_varchar = true, normalize_names = true)"
    )
    return true_pairs(connection)


def true_pairs(connection: duckdb.DuckDBPyConnection) -> set[Pair]:
    """All pairs of records of one person, whether any block finds them or not."""
    groups = defaultdict(list)
    for person, truth in connection.execute("SELECT person_id, truth FROM shown").fetchall():
        groups[truth].append(person)
    return _pairs(groups.values())


def closed(pairs: Iterable[Pair]) -> set[Pair]:
    """What accepting all suggestions joins: if A is B and B is C, then A is C."""
    parent: dict[int, int] = {}

    def root(x: int) -> int:
        while parent.setdefault(x, x) != x:
            parent[x] = x = parent[parent[x]]
        return x

    for a, b in pairs:
        parent[root(a)] = root(b)
    groups = defaultdict(list)
    for x in list(parent):
        groups[root(x)].append(x)
    return _pairs(groups.values())


def agreement(found: set[Pair], true: set[Pair]) -> tuple[float, float, float]:
    """Precision, recall and F1."""
    both = len(found & true)
    precision, recall = both / max(len(found), 1), both / max(len(true), 1)
    return precision, recall, 2 * precision * recall / ((precision + recall) or 1)


def _pairs(groups: Iterable[list[int]]) -> set[Pair]:
    return {pair for group in groups for pair in itertools.combinations(sorted(group), 2)}
