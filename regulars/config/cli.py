"""Commands that start and check the house."""

from __future__ import annotations

import os
from typing import Annotated

import typer

Host = Annotated[str, typer.Option(help="Address to listen on; put a TLS proxy before anything but 127.0.0.1.")]
Port = Annotated[int, typer.Option(help="Port to listen on.")]
Processes = Annotated[int, typer.Option(help="Processes per lane (PostgreSQL only; SQLite has one writer).")]
Threads = Annotated[int, typer.Option(help="Threads that answer requests.")]


def _ready(port: int = 8000) -> None:
    os.environ.setdefault("REGULARS_URL", f"http://localhost:{port}")
    import django

    django.setup()


def serve(host: Host = "127.0.0.1", port: Port = 8000, processes: Processes = 1, threads: Threads = 8) -> None:
    """Start web and worker together; Ctrl-C stops both."""
    _ready(port)
    from regulars.config import run

    run.prepare()
    typer.echo(f"Regulars is at {run.address(host, port)} (Ctrl-C stops it)")
    run.run([run.web_child(host=host, port=port, processes=1, threads=threads)] + _worker(processes))


def web(host: Host = "127.0.0.1", port: Port = 8000, processes: Processes = 1, threads: Threads = 8) -> None:
    """Start only the pages and the tracking API."""
    _ready(port)
    from regulars.config import run

    run.prepare()
    run.run([run.web_child(host=host, port=port, processes=processes, threads=threads)])


def worker(processes: Processes = 1) -> None:
    """Start only the background work. Any number of workers may run against PostgreSQL."""
    _ready()
    from regulars.config import run

    run.prepare()
    run.run(_worker(processes))


def _worker(processes: int):
    from regulars.config import run

    return run.worker_children(processes=processes)


def doctor() -> None:
    """Check this installation and say what to do about what is wrong."""
    _ready()
    from regulars.config.doctor import report

    raise typer.Exit(0 if report() else 1)
