"""Who answers: DuckDB in this process, or a Spark session. Both read the same files with the same expressions."""

from __future__ import annotations

import os
import shutil
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any, Protocol

import duckdb
import pyarrow as pa
from django.conf import settings


class Engine(Protocol):
    dialect: str
    errors: tuple[type[Exception], ...]

    def files(self, name: str, paths: Sequence[str]) -> None: ...
    def register(self, name: str, rows: pa.Table) -> None: ...
    def view(self, name: str, sql: str) -> None: ...
    def fetch(self, sql: str) -> pa.Table: ...
    def close(self) -> None: ...


class Duck:
    """A cursor on this process's one DuckDB; its views are its own."""

    dialect = "duckdb"
    errors = (duckdb.Error,)

    def __init__(self) -> None:
        self._cursor = database(os.getpid()).cursor()

    def files(self, name: str, paths: Sequence[str]) -> None:
        listed = ", ".join("'" + p.replace("'", "''") + "'" for p in paths)
        self.view(name, f"SELECT * FROM read_parquet([{listed}], hive_partitioning=false)")

    def register(self, name: str, rows: pa.Table) -> None:
        self._cursor.register(name, rows)

    def view(self, name: str, sql: str) -> None:
        self._cursor.execute(f'CREATE OR REPLACE TEMP VIEW "{name}" AS {sql}')

    def fetch(self, sql: str) -> pa.Table:
        return self._cursor.sql(sql).to_arrow_table()

    def close(self) -> None:
        self._cursor.close()


@lru_cache(maxsize=1)
def database(process: int) -> duckdb.DuckDBPyConnection:
    """The DuckDB of this process: in memory, bounded, spills below the home, loads no extension."""
    spill = settings.REGULARS_HOME / "lake-spill" / str(process)
    _forget_the_dead(spill.parent)
    spill.mkdir(mode=0o700, parents=True, exist_ok=True)
    made = duckdb.connect(":memory:", config={
        "memory_limit": settings.LAKE_MEMORY,
        "threads": settings.LAKE_THREADS,
        "temp_directory": str(spill),
        "autoinstall_known_extensions": False,
        "autoload_known_extensions": False,
        "allow_community_extensions": False,
    })  # fmt: skip
    made.execute("SET GLOBAL parquet_metadata_cache = true")
    made.execute("SET lock_configuration = true")
    return made


def _forget_the_dead(spills: Path) -> None:
    """Delete what killed processes of this machine spilled: it may hold rows of people erased since."""
    for folder in spills.glob("*"):
        try:
            os.kill(int(folder.name), 0)
        except ProcessLookupError:
            shutil.rmtree(folder, ignore_errors=True)
        except PermissionError:
            continue


class Spark:
    """A Spark session. The paths must mean the same to its workers (one machine, or shared storage)."""

    dialect = "pyspark"

    def __init__(self, session: Any) -> None:
        import ibis
        from pyspark.errors import PySparkException

        ibis.pyspark  # noqa: B018 - loads the options its compiler reads

        self.errors = (PySparkException,)
        self._session = session.newSession()  # its own temporary views

    def files(self, name: str, paths: Sequence[str]) -> None:
        self._session.read.parquet(*paths).createOrReplaceTempView(name)

    def register(self, name: str, rows: pa.Table) -> None:
        self._session.createDataFrame(rows).createOrReplaceTempView(name)

    def view(self, name: str, sql: str) -> None:
        self._session.sql(sql).createOrReplaceTempView(name)

    def fetch(self, sql: str) -> pa.Table:
        return self._session.sql(sql).toArrow()

    def close(self) -> None:
        pass
