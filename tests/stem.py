"""Processes that begin at once: one that has read all the code forks whenever the tests need a new one.

Reading the code takes seconds and is the same every time; hundreds of processes are started by the tests of sudden
death. A forked one knows nothing but the code: home, database, keys and failpoint are those of its own environment.
"""

from __future__ import annotations

import atexit
import gc
import json
import os
import runpy
import select
import signal
import socket
import subprocess
import sys
import tempfile
from functools import cache
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]


class Forked:
    """A process that runs a module, as `subprocess.Popen` would show it."""

    def __init__(self, line: socket.socket) -> None:
        self._line = line
        self.pid, self.returncode = int(line.recv(32)), None

    def wait(self, timeout: float | None = None) -> int:
        """Its exit code, the negative number of the signal that killed it. Raises subprocess.TimeoutExpired."""
        if self.returncode is None:
            if not select.select([self._line], [], [], timeout)[0]:
                raise subprocess.TimeoutExpired(f"process {self.pid}", timeout or 0)
            self.returncode = int(self._line.recv(32))
            self._line.close()
        return self.returncode

    def poll(self) -> int | None:
        """Its exit code; None while it runs."""
        try:
            return self.wait(0)
        except subprocess.TimeoutExpired:
            return None

    def send_signal(self, sign: int) -> None:
        """Signal it, unless it has ended."""
        if self.poll() is None:
            os.kill(self.pid, sign)

    def terminate(self) -> None:
        """Ask it to end."""
        self.send_signal(signal.SIGTERM)

    def kill(self) -> None:
        """End it."""
        self.send_signal(signal.SIGKILL)


def start(module: str, arguments: list[str], env: dict[str, str], *, out: int = 1, err: int = 2) -> Forked:
    """Run `python -m module arguments` in the background; its output goes to these files."""
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    order = json.dumps({"module": module, "arguments": arguments, "env": env}).encode()
    with theirs:
        socket.send_fds(_stem(), [order], [out, err, theirs.fileno()])
    return Forked(ours)


def run(module: str, arguments: list[str], env: dict[str, str], *, timeout: float) -> subprocess.CompletedProcess:
    """Run it until it ends; what it said is kept. Raises subprocess.TimeoutExpired after killing it."""
    with tempfile.TemporaryFile("w+") as out, tempfile.TemporaryFile("w+") as err:
        made = start(module, arguments, env, out=out.fileno(), err=err.fileno())
        try:
            made.wait(timeout)
        except BaseException:
            made.kill()
            raise
        said = [(file.seek(0), file.read())[1] for file in (out, err)]
    return subprocess.CompletedProcess([module, *arguments], made.returncode, *said)


@cache
def _stem() -> socket.socket:
    """The line to the process that forks; it ends with this one."""
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    with theirs:
        command = [sys.executable, "-m", "tests.stem", str(theirs.fileno())]
        made = subprocess.Popen(command, cwd=ROOT, pass_fds=[theirs.fileno()], stdin=subprocess.DEVNULL)
    atexit.register(lambda: (ours.close(), made.wait()))
    return ours


# --- in the process that forks


def _read_the_code() -> None:
    import django

    django.setup()
    import ibis.backends.duckdb  # noqa: F401
    import pyarrow.parquet  # noqa: F401

    import conftest  # noqa: F401
    import regulars.config.schedule  # noqa: F401

    gc.freeze()  # what never goes away need not be looked through, and so copied, in every process


def _serve(orders: socket.socket) -> Any:
    """Fork at each order. Returns in the new process, with what it is to do; in the old one at the end, with None."""
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    while True:
        order, files, *_ = socket.recv_fds(orders, 2**20, 3)
        if not order:
            return None
        if os.fork() == 0:
            orders.close()
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            _watch(files.pop())
            return json.loads(order), files
        for file in files:
            os.close(file)


def _watch(line: int) -> None:
    """Fork once more: the parent tells number and end of the child, which alone returns."""
    if child := os.fork():
        os.write(line, str(child).encode())
        os.write(line, str(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])).encode())
        os._exit(0)
    os.close(line)


def _become(order: dict[str, Any], files: list[int]) -> None:
    """Another process: its own output, environment and settings."""
    for place, file in enumerate(files, 1):
        os.dup2(file, place)
        os.close(file)
    os.environ.clear()
    os.environ.update(order["env"])
    _forget_settings()
    sys.argv = [order["module"], *order["arguments"]]
    runpy.run_module(order["module"], run_name="__main__", alter_sys=True)


def _forget_settings() -> None:
    from django.conf import empty, settings
    from django.core.cache import caches
    from django.db import connections

    from regulars.core import failpoints

    sys.modules.pop("regulars.config.settings", None)
    settings._wrapped = empty
    for kept in (caches, connections):
        kept.__init__()
        kept.__dict__.pop("settings", None)
    failpoints._wanted, _, passes = os.environ.get("REGULARS_FAILPOINT", "").partition(":")
    failpoints._left = int(passes or 1)


if __name__ == "__main__":
    _read_the_code()
    with socket.socket(fileno=int(sys.argv[1])) as line:
        told = _serve(line)
    if told:
        _become(*told)
