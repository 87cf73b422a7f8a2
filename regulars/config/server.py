"""The HTTP server as a program of its own. It loads while the database is brought up to date, which halves the wait.

Knows nothing of Django, so that it can be started before anything else is loaded.
"""

from __future__ import annotations

import errno
import fcntl
import os
import signal
import socket
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

from regulars.core.home import folder
from regulars.core.worker.processes import Child, die_with_parent, start


def child(*, host: str, port: int, processes: int, threads: int) -> Child:
    """The HTTP server as a child: Granian, in a program of its own."""
    command = [sys.executable, "-m", "granian", "--interface", "wsgi", "--host", host, "--port", str(port)]
    command += ["--workers", str(processes), "--blocking-threads", str(threads), "--backlog", "2048"]
    command += ["--no-ws", "--log-level", "warning", "--workers-kill-timeout", "10", "--respawn-failed-workers"]
    command += ["regulars.config.wsgi:application"]
    return Child("web", lambda: _become(command))


def _become(command: list[str]) -> None:
    """Granian in place of this process. Killed with its supervisor at once: told to stop, it would keep the port and
    answer for ten seconds more, and the next supervisor would wait for it."""
    die_with_parent(os.getppid(), sign=signal.SIGKILL)
    # a memory arena per core would keep what each of the threads once needed
    own = {"REGULARS_SUPERVISED": str(os.getpid()), "MALLOC_ARENA_MAX": os.environ.get("MALLOC_ARENA_MAX", "2")}
    os.execve(command[0], command, os.environ | own)


def refuse_taken(host: str, port: int, *, patience: float = 10) -> None:
    """Stop with a sentence where another program listens already. Waits a while for one that is about to end.

    Without this Granian would share the port with it, and each of the two would get half of the visitors.
    """
    until = time.monotonic() + patience
    while _is_taken(host, port):
        if time.monotonic() > until:
            sys.exit(f"Something listens on port {port} already. Stop it, or take another port: --port {port + 1}.")
        time.sleep(0.1)


def _is_taken(host: str, port: int) -> bool:
    try:
        family, kind, _, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        with socket.socket(family, kind) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(address)
    except OSError as error:
        return error.errno == errno.EADDRINUSE  # what else is wrong the server says itself
    return False


@contextmanager
def loading(web: Child) -> Iterator[Child]:
    """The server, started, and held back from its first answer until the block is left."""
    gate = _gate()
    fcntl.flock(gate, fcntl.LOCK_EX)  # vanishes with this process, however that ends
    try:
        start(web, time.monotonic())
        yield web
    except BaseException:
        os.kill(web.pid, signal.SIGTERM)
        raise
    finally:
        os.close(gate)


def wait_for_go() -> None:
    """In the server: return when nobody is bringing the database up to date."""
    gate = _gate()
    fcntl.flock(gate, fcntl.LOCK_SH)
    os.close(gate)


def _gate() -> int:
    locks = folder() / "locks"
    locks.mkdir(parents=True, exist_ok=True)
    return os.open(locks / "starting", os.O_CREAT | os.O_RDWR, 0o600)
