"""The demo fills its shop and goes on as a house in which everything lives."""

from __future__ import annotations

import os
import select
import signal
import socket
import sqlite3
import subprocess
import sys
import time

import pytest

pytestmark = [pytest.mark.anydb, pytest.mark.story, pytest.mark.slow]
PATIENCE = 600
LOOPS = {"ingest", "deliver", "deliver_now", "journeys", "lake", "segments"}


def _worked(database) -> set[str]:
    """The loops and lanes that have shown signs of life."""
    if not database.exists():
        return set()
    try:
        with sqlite3.connect(f"file:{database}?mode=ro", uri=True) as found:
            return {name for (name,) in found.execute("SELECT name FROM core_beat")}
    except sqlite3.OperationalError:  # the table is made in a moment
        return set()


def test_after_filling_every_lane_runs_and_none_dies(tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    home = {"REGULARS_HOME": str(tmp_path / "shop"), "REGULARS_KEYS": str(tmp_path / "keys.json"), "DATABASE_URL": ""}
    said = (tmp_path / "said.txt").open("w+")
    demo = subprocess.Popen(
        [sys.executable, "-m", "regulars", "demo", "--people", "60", "--port", str(port)],
        env=os.environ | home, stdout=said, stderr=said,
    )  # fmt: skip
    try:
        ends = time.monotonic() + PATIENCE
        while not _worked(tmp_path / "shop" / "regulars.sqlite3") >= LOOPS:
            assert demo.poll() is None, (tmp_path / "said.txt").read_text()
            assert time.monotonic() < ends, (tmp_path / "said.txt").read_text()
            select.select([], [], [], 0.2)
    finally:
        demo.send_signal(signal.SIGTERM)
        demo.wait(120)
    assert "is started again" not in (tmp_path / "said.txt").read_text()
