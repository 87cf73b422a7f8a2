"""Where the tests keep their truth: a fresh home per process, on SQLite, or on PostgreSQL in a throw-away
cluster (REGULARS_TEST_DB=postgresql). Loaded by pytest before Django's settings."""

from __future__ import annotations

import atexit
import os
import shutil
import sys
import tempfile
from pathlib import Path

from tests import cluster

PLENTY = 4 * 2**30  # bytes


def _quick_folder() -> str | None:
    """Memory, where there is plenty: SQLite waits for the disk at each commit, and tests kill processes alone."""
    memory = "/dev/shm"
    usable = os.access(memory, os.W_OK) and shutil.disk_usage(memory).free > PLENTY
    return memory if usable else None


def _forget_the_dead(folder: Path) -> None:
    """Delete what tests left that were killed."""
    for left in folder.glob("regulars-test-*-*"):
        if not Path("/proc", left.name.split("-")[2]).exists():
            shutil.rmtree(left, ignore_errors=True)


def _fresh_home() -> None:
    folder = _quick_folder()
    _forget_the_dead(Path(folder or tempfile.gettempdir()))
    home = tempfile.mkdtemp(prefix=f"regulars-test-{os.getpid()}-", dir=folder)
    os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", home)  # folders of single tests; set by who hands out the work
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
