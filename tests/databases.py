"""Where the tests keep their truth: a fresh home per process, on SQLite, or on PostgreSQL in a throw-away
cluster (REGULARS_TEST_DB=postgresql). Loaded by pytest before Django's settings."""

from __future__ import annotations

import atexit
import os
import shutil
import sys
import tempfile

from tests import cluster


def _fresh_home() -> None:
    home = tempfile.mkdtemp(prefix="regulars-test-")
    owner = os.getpid()
    atexit.register(lambda: owner == os.getpid() and shutil.rmtree(home, ignore_errors=True))
    os.environ["REGULARS_HOME"] = os.path.join(home, "data")
    os.environ["REGULARS_KEYS"] = os.path.join(home, "keys.json")


def _hands_out_work() -> bool:
    """The controller of pytest-xdist runs no test itself."""
    return "PYTEST_XDIST_WORKER" not in os.environ and any(word.startswith("-n") for word in sys.argv)


def examples(count: int) -> int:
    """How many examples Hypothesis tries: fewer on PostgreSQL, where what each one rolls back stays in the tables."""
    return count // 3 if os.environ.get("REGULARS_TEST_DB") == "postgresql" else count


_fresh_home()
os.environ.pop("DATABASE_URL", None)
# images often set it; hundreds of processes would compile everything anew
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
sys.dont_write_bytecode = False
if os.environ.get("REGULARS_TEST_DB") == "postgresql" and not _hands_out_work():
    # a cluster for each process: an open transaction holds up the logs of every database of its cluster
    os.environ["DATABASE_URL"] = cluster.start()
