"""A shop with a million people: the demo shop, taken in through the real doors, then copied in SQL.

Every copy gets numbers and keys of its own, so indexes, page caches and query plans see a real size.
"""

from __future__ import annotations

import os
import resource
import subprocess
import sys
import time
from pathlib import Path

EMAIL, PASSWORD = "bench@example.org", "a long enough password 7"
STEP = 1_000_000  # between the numbers of one copy and the next
REFERENCES = {"node_id", "person_id", "order_id", "event_id", "number_id", "a", "b", "merged_into", "link_id"}
NAMES = {
    "people_node": "key",
    "people_identifier": "value",
    "people_searchword": "word",
    "events_eventkey": "message_id",
    "events_event": "message_id",
    "commerce_ordernumber": "number",
    "commerce_order": "number",
}
ROOMS = ("people", "events", "commerce", "segments", "insights")
SINGLE = {
    "people_quarantine", "people_touch", "people_erased", "people_erasednode", "events_source", "events_import",
    "events_property", "events_deadletter", "commerce_store", "commerce_product", "commerce_rate",
    "segments_segment", "segments_segmentversion", "insights_fit", "insights_report",
}  # fmt: skip


def build(folder: Path, *, people: int = 1_000_000, seed_people: int = 20_000) -> dict[str, str]:
    """Fill `folder` with a shop of that many people, unless it holds one; returns the environment to run Regulars
    in it."""
    env = os.environ | {"REGULARS_HOME": str(folder / "data"), "REGULARS_KEYS": str(folder / "keys.json")}
    if (folder / "data").exists():
        return env
    shop = ["demo", "--people", str(min(people, seed_people)), "--email", EMAIL, "--password", PASSWORD, "--no-serve"]
    subprocess.run([sys.executable, "-m", "regulars", *shop], env=env, check=True, stdout=subprocess.DEVNULL)
    copies = people // seed_people - 1
    if copies > 0:
        subprocess.run([sys.executable, "-m", "benchmarks.million", str(copies)], env=env, check=True)
    return env


def main() -> None:
    """Copy the shop of the current REGULARS_HOME so many times, then count and predict anew."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "regulars.config.settings")
    import django

    django.setup()
    from django.apps import apps
    from django.db import connection

    copies = int(sys.argv[1])
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA synchronous=OFF" if connection.vendor == "sqlite" else "SET synchronous_commit=off")
        for room in ROOMS:
            for model in apps.get_app_config(room).get_models():
                if model._meta.db_table not in SINGLE:
                    _copy(cursor, model, copies)
        cursor.execute("UPDATE segments_segment SET people = people * %s", [copies + 1])
        cursor.execute("ANALYZE")
    _learn()


def _learn() -> None:
    """Learn anew from everybody, and say what it takes."""
    from regulars.core.clock import now_us
    from regulars.insights.actions import refit

    began = time.perf_counter()
    refit(at=now_us())
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"refit of everybody: {time.perf_counter() - began:.0f} s, {peak:.0f} MB at most")


def _copy(cursor, model, copies: int) -> None:
    table, key = model._meta.db_table, model._meta.pk.column
    columns = [field.column for field in model._meta.local_fields]
    picks = [_shifted(table, column, key) for column in columns]
    numbers = "(WITH RECURSIVE n(k) AS (SELECT 1 UNION ALL SELECT k + 1 FROM n WHERE k < %s) SELECT k FROM n) AS c"
    cursor.execute(
        f"INSERT INTO {table} ({', '.join(columns)}) SELECT {', '.join(picks)} FROM {table} t, {numbers}", [copies]
    )


def _shifted(table: str, column: str, key: str) -> str:
    if column == key or column in REFERENCES:
        return f"t.{column} + c.k * {STEP}"
    if NAMES.get(table) == column:
        return f"t.{column} || '-' || c.k"
    return f"t.{column}"


if __name__ == "__main__":
    main()
