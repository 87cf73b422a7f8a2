"""Starts a Bluesky network of its own: PostgreSQL, Redis and the servers of @atproto/dev-env, all on 127.0.0.1.

Everything it writes lies in one temporary folder; its processes end with this one, however that ends.
"""

from __future__ import annotations

import json
import os
import secrets
import shutil
import signal
import subprocess
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from atproto import Client
from atproto_client.request import Request

from regulars.core.worker.processes import die_with_parent
from regulars.events.tests.apart import free_port, wait_for_port
from tests import cluster

HERE = Path(__file__).parent
READY_WITHIN = 90.0  # seconds; it takes two when the machine is idle


def missing() -> str:
    """What is not here, as a sentence; "" when the network can start."""
    if not shutil.which("node"):
        return "Bluesky was skipped: Node is not installed (`apt install nodejs npm`)."
    if not list(HERE.glob("node_modules/better-sqlite3/build/Release/*.node")):
        return "Bluesky was skipped: its servers are not installed (`make clients`)."
    if cluster.binaries() is None:
        return "Bluesky was skipped: PostgreSQL is not installed (`apt install postgresql`)."
    if not shutil.which("redis-server"):
        return "Bluesky was skipped: Redis is not installed (`apt install redis-server`)."
    return ""


@dataclass(frozen=True)
class Person:
    """An account on it, signed in."""

    client: Client
    handle: str
    did: str
    password: str


@dataclass(frozen=True)
class Network:
    """Where it is."""

    pds: str
    bsky: str

    def joins(self, name: str) -> Person:
        """Somebody new, with an app password as programs use it."""
        client, secret = (
            Client(self.pds, request=Request(timeout=60)),
            secrets.token_hex(12),
        )  # a busy machine is slow
        handle = f"{name}{secrets.token_hex(3)}.test"
        made = client.com.atproto.server.create_account(
            {"handle": handle, "email": f"{handle}@example.com", "password": secret}
        )
        client.login(handle, secret, fetch_bsky_profile=False)
        given = client.com.atproto.server.create_app_password({"name": "regulars"})
        return Person(client, handle, made.did, given.password)


@contextmanager
def running() -> Iterator[Network]:
    """The network, while this lasts."""
    folder = tempfile.mkdtemp(prefix="regulars-bluesky-")
    redis = node = None
    try:
        redis, port = _redis(folder)
        node = _node(folder, cluster.start(), port)
        told = _told(node, folder)
        yield Network(told["pds"].replace("localhost", "127.0.0.1"), told["bsky"])
    finally:
        _end(node)
        _end(redis)
        shutil.rmtree(folder, ignore_errors=True)


def _redis(folder: str) -> tuple[subprocess.Popen, int]:
    port, parent = free_port(), os.getpid()
    command = ["redis-server", "--port", str(port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"]
    started = subprocess.Popen(
        [*command, "--dir", folder], stdout=subprocess.DEVNULL, preexec_fn=lambda: die_with_parent(parent)
    )
    wait_for_port(port, started)
    return started, port


def _node(folder: str, postgres: str, redis: int) -> subprocess.Popen:
    env = {
        "PATH": os.environ["PATH"], "HOME": folder, "TMPDIR": folder, "NODE_ENV": "development",
        "LOG_ENABLED": "false", "DB_POSTGRES_URL": postgres, "DB_POSTGRES_SCHEMA": "bsky",
        "REDIS_HOST": f"127.0.0.1:{redis}",
    }  # fmt: skip
    command = ["node", "--dns-result-order=ipv4first", "--import", "./loopback.mjs", "network.mjs"]
    log = open(f"{folder}/log", "w")  # noqa: SIM115 - the process writes into it
    parent = os.getpid()
    return subprocess.Popen(
        command, cwd=HERE, env=env, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=log, text=True,
        preexec_fn=lambda: die_with_parent(parent, sign=signal.SIGKILL),
    )  # fmt: skip


def _told(node: subprocess.Popen, folder: str) -> dict[str, str]:
    """Where it is; everything else it prints is left aside."""
    late = threading.Timer(READY_WITHIN, node.kill)
    late.start()
    try:
        for line in node.stdout:
            if line.startswith('{"pds"'):
                threading.Thread(target=lambda: [None for _ in node.stdout], daemon=True).start()
                return json.loads(line)
    finally:
        late.cancel()
    raise RuntimeError(f"The network did not start: {Path(folder, 'log').read_text()[-2000:]}")


def _end(process: subprocess.Popen | None) -> None:
    if process is None:
        return
    if process.stdin:
        process.stdin.close()
    process.terminate()
    try:
        process.wait(10)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def until(question, *, seconds: float = 120.0):
    """Ask again and again until there is an answer; the index is filled a little later."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if found := question():
            return found
        time.sleep(0.02)
    raise TimeoutError("it did not come")
