"""`regulars serve` as an operator knows it: it answers, it comes back after a kill, it leaves nothing behind."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import pytest

from tests.soak.__main__ import House

pytestmark = [pytest.mark.anydb, pytest.mark.story]
PATIENCE = 300


@pytest.fixture
def house(tmp_path, monkeypatch):
    monkeypatch.setenv("REGULARS_HOME", str(tmp_path / "data"))
    monkeypatch.setenv("REGULARS_KEYS", str(tmp_path / "keys.json"))
    monkeypatch.delenv("DATABASE_URL", raising=False)
    started = House()
    started.start()
    yield started
    started.stop()


def wait_for(condition) -> None:
    """Ask until it is so, and fail after five minutes."""
    end = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < end, "waited five minutes for what did not come"
        time.sleep(0.1)


def answers(house: House) -> bool:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{house.port}/healthz", timeout=5) as answer:
            return answer.status == 200
    except OSError:
        return False


def alive(pid: int) -> bool:
    status = Path(f"/proc/{pid}/status")
    return status.exists() and "State:\tZ" not in status.read_text()


def test_a_killed_server_is_started_again_and_a_killed_supervisor_leaves_no_process_behind(house):
    wait_for(lambda: answers(house))
    server = next(pid for pid in house.members() if b"granian" in Path(f"/proc/{pid}/cmdline").read_bytes())
    os.kill(server, signal.SIGKILL)
    wait_for(lambda: not alive(server))
    wait_for(lambda: answers(house))
    members = house.members()
    assert len(members) > 4
    os.kill(house.process.pid, signal.SIGKILL)
    house.process.wait()
    wait_for(lambda: not any(alive(pid) for pid in members))


def test_ctrl_c_stops_everything(house):
    wait_for(lambda: answers(house))
    members = house.members()
    house.process.send_signal(signal.SIGINT)
    assert house.process.wait(timeout=PATIENCE) == 0
    wait_for(lambda: not any(alive(pid) for pid in members))


def test_a_stop_that_was_asked_for_while_it_started_is_not_forgotten():
    said = (
        "import os, signal, time\n"
        "from regulars.core.worker.processes import Child, Supervisor, heed_stop\n"
        "heed_stop()\n"
        "class Swallows:\n"
        "    def __del__(self):\n"
        "        os.kill(os.getpid(), signal.SIGINT); time.sleep(0)\n"
        "Swallows()\n"
        "Supervisor([Child('sleeper', lambda: time.sleep(600))]).run()\n"
    )
    done = subprocess.run([sys.executable, "-c", said], capture_output=True, text=True, timeout=PATIENCE, check=False)
    assert done.returncode == 0
    assert "KeyboardInterrupt" in done.stderr  # it really was swallowed


def test_a_port_that_is_taken_is_named_instead_of_shared():
    from regulars.config import server

    with socket.socket() as other:
        other.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)  # as Granian listens
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        with pytest.raises(SystemExit, match=f"listens on port {port} already.*--port {port + 1}"):
            server.refuse_taken("127.0.0.1", port, patience=0)
    server.refuse_taken("127.0.0.1", port, patience=0)
