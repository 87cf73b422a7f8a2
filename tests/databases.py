"""Where the tests keep their truth: a fresh home per process, on SQLite, or on PostgreSQL in a throw-away
cluster (REGULARS_TEST_DB=postgresql). Loaded by pytest before Django's settings."""

from __future__ import annotations

import atexit
import os
import shutil
import tempfile

from tests import cluster


def _fresh_home() -> None:
    home = tempfile.mkdtemp(prefix="regulars-test-")
    owner = os.getpid()
    atexit.register(lambda: owner == os.getpid() and shutil.rmtree(home, ignore_errors=True))
    os.environ["REGULARS_HOME"] = os.path.join(home, "data")
    os.environ["REGULARS_KEYS"] = os.path.join(home, "keys.json")


_fresh_home()
if os.environ.get("REGULARS_TEST_DB") == "postgresql" and "PYTEST_XDIST_WORKER" not in os.environ:
    os.environ["DATABASE_URL"] = cluster.start()
elif os.environ.get("REGULARS_TEST_DB") != "postgresql":
    os.environ.pop("DATABASE_URL", None)
