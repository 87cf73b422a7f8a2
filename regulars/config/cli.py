"""Commands that start and check the house."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated

import typer

Host = Annotated[str, typer.Option(help="Address to listen on; put a TLS proxy before anything but 127.0.0.1.")]
Port = Annotated[int, typer.Option(help="Port to listen on.")]
Processes = Annotated[int, typer.Option(help="Processes per lane (PostgreSQL only; SQLite has one writer).")]
Threads = Annotated[int, typer.Option(help="Threads that answer requests.")]


@contextmanager
def _until_stopped() -> Iterator[None]:
    """Ctrl-C ends a command that is still starting as one that runs; its children end with it."""
    from regulars.core.worker.processes import heed_stop

    heed_stop()
    try:
        yield
    except KeyboardInterrupt:
        raise typer.Exit(0) from None


def _ready(port: int = 8000) -> None:
    os.environ.setdefault("REGULARS_URL", f"http://localhost:{port}")
    import django

    django.setup()


def _started(host: str, port: int, processes: int, threads: int):
    """The web server, answering, with the database up to date."""
    os.environ.setdefault("REGULARS_URL", f"http://localhost:{port}")
    from django.conf import settings

    from regulars.config import server

    server.refuse_taken(host, port)
    _ = settings.SECRET_KEY  # made here on the first start, not by two programs at a time
    with server.loading(server.child(host=host, port=port, processes=processes, threads=threads)) as web:
        _ready(port)
        from regulars.config import run

        run.prepare()
    return web


def serve(host: Host = "127.0.0.1", port: Port = 8000, processes: Processes = 1, threads: Threads = 8) -> None:
    """Start web and worker together; Ctrl-C stops both."""
    with _until_stopped():
        web = _started(host, port, 1, threads)
        from regulars.config import run

        typer.echo(f"Regulars is at {run.address(host, port)} (Ctrl-C stops it)")
        run.run([web, *run.worker_children(processes=processes)])


def web(host: Host = "127.0.0.1", port: Port = 8000, processes: Processes = 1, threads: Threads = 8) -> None:
    """Start only the pages and the tracking API."""
    with _until_stopped():
        started = _started(host, port, processes, threads)
        from regulars.config import run

        run.run([started])


def worker(processes: Processes = 1) -> None:
    """Start only the background work. Any number of workers may run against PostgreSQL."""
    with _until_stopped():
        _ready()
        from regulars.config import run

        run.prepare()
        run.run(run.worker_children(processes=processes))


def doctor() -> None:
    """Check this installation and say what to do about what is wrong."""
    _ready()
    from regulars.config.doctor import report

    raise typer.Exit(0 if report() else 1)
