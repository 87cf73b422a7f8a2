"""An installation of its own in other processes: what is killed, and what real clients talk to."""

from __future__ import annotations

import os
import secrets
import shutil
import socket
import subprocess
import sys
import time
from pathlib import Path

from django.db import connection

from regulars.core.home import keys_file
from tests import stem

ROOT = Path(__file__).resolve().parents[3]
_template = ""  # the path of a file, or the address of a database


class Apart:
    """A home and a database of its own; `run` and `start` run Python modules in it."""

    def __init__(self, home: Path, database: str) -> None:
        self.home, self.database = home, database
        self.env = {**os.environ, "REGULARS_HOME": str(home), "REGULARS_KEYS": str(keys_file()),
                    "DJANGO_SETTINGS_MODULE": "regulars.config.settings", "REGULARS_LOG": "ERROR",
                    "PYTHONPATH": str(ROOT), "DATABASE_URL": database}  # fmt: skip

    def run(self, *command: str, **env: str) -> subprocess.CompletedProcess:
        """Python with these arguments, until it ends."""
        if _is_forkable(command):
            return stem.run(command[1], list(command[2:]), self.env | env, timeout=600)
        return subprocess.run(
            [sys.executable, *command], env=self.env | env, capture_output=True, text=True, timeout=600, cwd=ROOT
        )

    def start(self, *command: str, **env: str) -> subprocess.Popen | stem.Forked:
        """Python with these arguments, in the background."""
        if _is_forkable(command):
            return stem.start(command[1], list(command[2:]), self.env | env)
        return subprocess.Popen([sys.executable, *command], env=self.env | env, cwd=ROOT)

    def copy(self, home: Path) -> Apart:
        """The same installation once more, before anything happened in it."""
        shutil.copytree(self.home, home)
        return Apart(home, _database(template=self.database))


def _is_forkable(command: tuple[str, ...]) -> bool:
    """Children of the tests; what people start themselves is started as they start it."""
    return command[0] == "-m" and ".tests." in f".{command[1]}."


def keep_template() -> None:
    """Keep the database that the tests of this process begin with, migrated and empty: `fresh` makes copies of it."""
    global _template
    if not connection.introspection.table_names():  # none of the tests that were asked for needed one
        return
    if connection.vendor == "postgresql":
        whole = os.environ["DATABASE_URL"].rpartition("/")[0]
        source = f"{whole}/{connection.settings_dict['NAME']}"
        connection.close()
        _template = _database(template=source)
    else:
        _template = str(connection.settings_dict["NAME"]) + ".template"
        with connection.cursor() as cursor:
            cursor.execute("VACUUM INTO %s", [_template])


def fresh(home: Path) -> Apart:
    """A migrated, empty installation."""
    if _template:
        home.mkdir(mode=0o700, parents=True)
        if connection.vendor == "postgresql":
            return Apart(home, _database(template=_template))
        shutil.copy(_template, home / "regulars.sqlite3")
        return Apart(home, "")
    made = Apart(home, _database())
    done = made.run("-m", "regulars", "manage", "migrate", "-v", "0")
    assert done.returncode == 0, done.stderr
    return made


def _database(template: str = "") -> str:
    """ "" for SQLite; else the address of a new database in the cluster of the tests."""
    if connection.vendor != "postgresql":
        return ""
    import psycopg

    whole = os.environ["DATABASE_URL"]
    name = f"apart_{secrets.token_hex(6)}"
    with psycopg.connect(whole, autocommit=True) as admin:
        source = f' TEMPLATE "{template.rpartition("/")[2]}"' if template else ""
        admin.execute(f'CREATE DATABASE "{name}"{source}')
    return f"{whole.rpartition('/')[0]}/{name}"


def free_port() -> int:
    """A port that nobody listens on right now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def wait_for_port(port: int, server: subprocess.Popen, limit: float = 120) -> None:
    """Return when somebody listens; raise when the server ended or nothing came."""
    until = time.monotonic() + limit
    while time.monotonic() < until:
        assert server.poll() is None, "the server ended"
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
            return
        except OSError:
            time.sleep(0.05)
    raise TimeoutError(f"nothing listens on {port}")
