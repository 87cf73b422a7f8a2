"""A throw-away PostgreSQL cluster for the tests: on loopback, unprivileged, gone when the tests end."""

from __future__ import annotations

import atexit
import os
import pwd
import shutil
import socket
import subprocess
import tempfile
from glob import glob
from pathlib import Path

HOW_TO_GET_IT = "PostgreSQL was skipped: no server binary found. `apt install postgresql` brings one."


def binaries() -> Path | None:
    """The folder with initdb and postgres, newest version first; None when there is none."""
    found = sorted(glob("/usr/lib/postgresql/*/bin/initdb"), key=lambda p: int(p.split("/")[4]))
    if found:
        return Path(found[-1]).parent
    on_path = shutil.which("initdb")
    return Path(on_path).parent if on_path else None


def start(*, durable: bool = False) -> str:
    """Start a cluster and return its DATABASE_URL; it stops at exit. Raises SystemExit without a server.

    Tests do without fsync; `durable` keeps PostgreSQL's own defaults, for benchmarks and soak tests.
    """
    bin_dir = binaries()
    if bin_dir is None:
        raise SystemExit(HOW_TO_GET_IT)
    folder = tempfile.mkdtemp(prefix="regulars-pg-")
    user = _unprivileged(folder)
    port = _free_port()
    run = _runner(user)
    run(bin_dir / "initdb", "-D", f"{folder}/data", "-U", "regulars", "-A", "trust", "-E", "UTF8", "--no-sync")
    options = f"-p {port} -k {folder} -c listen_addresses=127.0.0.1 -c max_connections=100 -c shared_buffers=256MB"
    if not durable:
        options += " -c fsync=off -c full_page_writes=off -c synchronous_commit=off"
        options += " -c autovacuum=off"  # writing its statistics, it would hold up the logs for a moment
    run(bin_dir / "pg_ctl", "-D", f"{folder}/data", "-w", "-l", f"{folder}/log", "-o", options, "start")
    owner = os.getpid()
    atexit.register(lambda: owner == os.getpid() and _stop(run, bin_dir, folder))
    return f"postgresql://regulars@127.0.0.1:{port}/postgres"


def _stop(run, bin_dir: Path, folder: str) -> None:
    run(bin_dir / "pg_ctl", "-D", f"{folder}/data", "-m", "immediate", "stop")
    shutil.rmtree(folder, ignore_errors=True)


def _runner(user: pwd.struct_passwd | None):
    """PostgreSQL refuses to run as root, so then it runs as `postgres` or `nobody`."""

    def run(*command: object) -> None:
        who = {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []} if user else {}
        done = subprocess.run(list(map(str, command)), capture_output=True, text=True, cwd="/", **who)
        if done.returncode:
            raise SystemExit(f"{command[0]} failed:\n{done.stdout}{done.stderr}")

    return run


def _unprivileged(folder: str) -> pwd.struct_passwd | None:
    if os.geteuid() != 0:
        return None
    names = {entry.pw_name: entry for entry in pwd.getpwall()}
    user = names.get("postgres") or names["nobody"]
    os.chown(folder, user.pw_uid, user.pw_gid)
    return user


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


if __name__ == "__main__":
    if binaries() is None:
        raise SystemExit(HOW_TO_GET_IT)
