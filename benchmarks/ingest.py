"""Accepting events over HTTP and turning them into profiles and orders, on both databases.

`python -m benchmarks.ingest [--quick]`. The load generator runs on the same cores. Yardsticks of the same run: a
bare Granian WSGI application that only reads the same bodies, and plain INSERTs of the same events into SQLite.
"""

from __future__ import annotations

import json
import os
import secrets
import socket
import sqlite3
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from benchmarks.load import BATCH, TOKEN, body

QUICK = "--quick" in sys.argv
SECONDS = 4 if QUICK else 12
BACKLOG = 200 if QUICK else 600  # requests of 100 events
CONNECTIONS = 16


class House:
    """An installation in a folder of its own. The parts run as `regulars web` and `regulars worker` start them."""

    def __init__(self, home: Path, database: str = "") -> None:
        self.env = {**os.environ, "REGULARS_HOME": str(home / "data"), "REGULARS_KEYS": str(home / "keys.json"),
                    "DATABASE_URL": database, "REGULARS_LOG": "ERROR", "PYTHONWARNINGS": "ignore",
                    "DJANGO_SETTINGS_MODULE": "regulars.config.settings"}  # fmt: skip
        self.running: list[subprocess.Popen] = []
        self.port = free_port()
        self.call("-m", "regulars", "manage", "migrate", "-v", "0")
        self.key = self.ask("source")

    def call(self, *command: str) -> str:
        done = subprocess.run([sys.executable, *command], env=self.env, capture_output=True, text=True, check=False)
        if done.returncode:
            sys.exit(f"{' '.join(command)} failed:\n{done.stderr}")
        return done.stdout.strip()

    def ask(self, *question: str) -> str:
        """See benchmarks/house.py."""
        return self.call("-m", "benchmarks.house", *question)

    def start(self, *parts: str) -> None:
        for part in parts:
            options = ["--port", str(self.port)] if part == "web" else ["--processes", os.environ.get("LANES", "2")]
            command = [sys.executable, "-m", "regulars", part, *options]
            self.running.append(subprocess.Popen(command, env=self.env, stdout=subprocess.DEVNULL))
        if "web" in parts:
            wait_for(self.port)

    def stop(self) -> None:
        for process in self.running:
            process.terminate()
        for process in self.running:
            process.wait(timeout=30)
        self.running = []


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def wait_for(port: int) -> None:
    until = time.monotonic() + 60
    while time.monotonic() < until:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
            return
        except OSError:
            time.sleep(0.1)
    sys.exit("The server did not start.")


def load(port: int, key: str, *, requests_per_second: float = 0, seconds: float = SECONDS) -> dict:
    """Send batches; {"rate": events/s, "p99": ms, "errors"}."""
    command = [sys.executable, "-m", "benchmarks.load", str(port), key, str(CONNECTIONS), str(seconds)]
    done = subprocess.run([*command, str(requests_per_second)], capture_output=True, text=True, check=True)
    found = json.loads(done.stdout)
    times = found["times"]
    return {"rate": len(times) * BATCH / found["seconds"], "p50": times[len(times) // 2] * 1000,
            "p99": times[int(len(times) * 0.99)] * 1000, "errors": found["errors"]}  # fmt: skip


def accepting(home: Path, database: str) -> None:
    """Accept as fast as possible, then at half the target, with the worker running."""
    house = House(home, database)
    house.start("web", "worker")
    load(house.port, house.key, seconds=1)
    fast = load(house.port, house.key)
    house.ask("forget")
    half = load(house.port, house.key, requests_per_second=300)
    house.stop()
    name = "PostgreSQL" if database else "SQLite"
    show(f"accept over HTTP, {name}", f"{fast['rate']:,.0f} events/s", "60,000",
         f"p99 {fast['p99']:.0f} ms, errors {fast['errors']}")  # fmt: skip
    show(f"a batch at 30,000 events/s, {name}", f"p99 {half['p99']:.1f} ms", "50 ms",
         f"p50 {half['p50']:.1f} ms, {half['rate']:,.0f} events/s kept")  # fmt: skip


def working(home: Path, database: str) -> None:
    """A backlog of accepted events becomes profiles, identities, orders: until every consumer is at its end."""
    house = House(home, database)
    house.ask("fill", str(BACKLOG))
    house.start("worker")
    began, taken, done = map(float, house.ask("wait").split())
    house.stop()
    name = "PostgreSQL" if database else "SQLite"
    target = "12,000" if database else "5,000"
    events = BACKLOG * BATCH
    show(f"events into the log, {name}", f"{events / (taken - began):,.0f} events/s", "",
         "the other lanes working too")  # fmt: skip
    show(f"until profiles and orders are there, {name}", f"{events / (done - began):,.0f} events/s", target,
         "= the rate at which the backlog no longer grows")  # fmt: skip


def holding(home: Path) -> None:
    """How long SQLite's writer lock is held while a backlog goes all the way: others wait so long."""
    house = House(home)
    house.ask("fill", str(BACKLOG // 2))
    whole, working = (list(map(float, line.split())) for line in house.ask("holds").splitlines()[-2:])
    show("SQLite's writer lock held, p99", f"{whole[1]} ms", "20 ms", f"p50 {whole[0]} ms, longest {whole[2]} ms")
    show(
        "... for statements, without the commit",
        f"{working[1]} ms",
        "",
        f"p50 {working[0]} ms, longest {working[2]} ms",
    )


def bare_server(home: Path) -> None:
    """Yardstick: Granian, reading the same bodies and answering."""
    port = free_port()
    command = [sys.executable, "-m", "granian", "--interface", "wsgi", "--port", str(port), "--blocking-threads", "8"]
    server = subprocess.Popen([*command, "--log-level", "error", "benchmarks.bare:application"])
    wait_for(port)
    found = load(port, "none")
    server.terminate()
    server.wait()
    show("yardstick: Granian that only reads", f"{found['rate']:,.0f} events/s", "", f"p99 {found['p99']:.0f} ms")


def plain_inserts(home: Path) -> None:
    """Yardstick: the same events, decoded and inserted into one SQLite table with the same three indexes."""
    texts = [body().replace(TOKEN, secrets.token_hex(4).encode()) for _ in range(BACKLOG)]
    found = sqlite3.connect(home / "plain.sqlite3", isolation_level=None)
    for pragma in ("journal_mode=WAL", "synchronous=FULL"):
        found.execute(f"PRAGMA {pragma}")
    found.execute("CREATE TABLE event (id INTEGER PRIMARY KEY, user TEXT, message TEXT UNIQUE, ts TEXT, body TEXT)")
    found.execute("CREATE INDEX by_user ON event (user, ts)")
    began = time.monotonic()
    for text in texts:
        rows = [(e["userId"], e["messageId"], e["timestamp"], json.dumps(e)) for e in json.loads(text)["batch"]]
        found.execute("BEGIN")
        found.executemany("INSERT INTO event (user, message, ts, body) VALUES (?, ?, ?, ?)", rows)
        found.execute("COMMIT")
    rate = BACKLOG * BATCH / (time.monotonic() - began)
    show("yardstick: plain INSERTs into SQLite", f"{rate:,.0f} events/s", "", "no identities, no orders")


def show(work: str, measured: str, target: str, more: str) -> None:
    print(f"{work:<52} {measured:>18} {target:>9}  {more}", flush=True)


def main() -> None:
    """Everything, on SQLite and, where it is installed, on PostgreSQL."""
    from tests import cluster

    show("work", "measured", "target", "")
    databases = [""] + ([cluster.start(durable=True)] if cluster.binaries() else [])
    with tempfile.TemporaryDirectory(prefix="regulars-bench-") as folder:
        bare_server(Path(folder))
        plain_inserts(Path(folder))
        (Path(folder) / "holding").mkdir()
        holding(Path(folder) / "holding")
        for number, database in enumerate(databases):
            for work in (working, accepting):
                home = Path(folder) / f"{work.__name__}{number}"
                home.mkdir()
                work(home, fresh(database))
    if len(databases) == 1:
        print(cluster.HOW_TO_GET_IT)


def fresh(database: str) -> str:
    """A new database in the cluster."""
    if not database:
        return ""
    import psycopg

    name = f"bench_{secrets.token_hex(4)}"
    with psycopg.connect(database, autocommit=True) as admin:
        admin.execute(f'CREATE DATABASE "{name}"')
    return f"{database.rpartition('/')[0]}/{name}"


if __name__ == "__main__":
    main()
