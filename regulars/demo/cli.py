"""`regulars demo`: Northgate Sports from nothing to a page in the browser."""

from __future__ import annotations

import os
import secrets
import signal
import sys
import time
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Annotated

import typer

from regulars.core.worker.processes import Child, die_with_parent, start

People = Annotated[int, typer.Option(help="How many customers the shop has.")]
Seed = Annotated[int, typer.Option(help="The same seed gives the same shop.")]
Email = Annotated[str, typer.Option(help="Who signs in.")]
Password = Annotated[str, typer.Option(help="A password of your own; a random one otherwise.")]
Serve = Annotated[bool, typer.Option("--serve/--no-serve", help="Start it when it is filled.")]
Port = Annotated[int, typer.Option(help="Port to listen on.")]


def mount(app: typer.Typer) -> None:
    """Add `regulars demo`."""
    app.command()(demo)


def demo(
    people: People = 20_000,
    seed: Seed = 1,
    email: Email = "owner@northgate.example",
    password: Password = "",
    serve: Serve = True,
    port: Port = 8000,
) -> None:
    """Fill a shop with three years of invented customers, and start it. Run again, it only starts."""
    os.environ.setdefault("REGULARS_HOME", "regulars-demo")
    os.environ.setdefault("REGULARS_URL", f"http://localhost:{port}")
    os.environ.setdefault("REGULARS_LOG", "WARNING")
    os.environ.setdefault(
        "REGULARS_PRIVATE_OUTSIDE", "1"
    )  # the SMS catcher, and webhooks to try, are on this machine
    os.environ["DJANGO_SETTINGS_MODULE"] = "regulars.demo.settings"
    import django

    django.setup()
    from regulars.config import run, server
    from regulars.demo import fill

    if serve:
        server.refuse_taken("127.0.0.1", port)
    run.prepare()
    password = password or secrets.token_urlsafe(9)
    with catching() as catcher:
        fill.set_owner(email=email, password=password)
        _apart(lambda: fill.fill(people=people, seed=seed))
        typer.echo(f"\n  Northgate Sports is at  {run.address('127.0.0.1', port)}")
        typer.echo(f"  Sign in as              {email}\n  with the password       {password}")
        typer.echo("  What it sends           is caught: see “Caught mail”")
        typer.echo(f"  A till                  is at {run.address('127.0.0.1', port)}/till/, let in by {_till()}\n")
        if serve:
            typer.echo("  Ctrl-C stops it; `make demo` starts it again.\n")
            web = server.child(host="127.0.0.1", port=port, processes=1, threads=8)
            run.run([catcher, web, *run.worker_children(processes=1)])


def _till() -> str:
    """The number that lets a till in, in two halves to be read out."""
    from regulars.core.clock import now_us
    from regulars.demo.thank import tills

    number = tills.number(at=now_us())
    return f"{number[:4]} {number[4:]} (for ten minutes)"


def _apart(work: Callable[[], object]) -> None:
    """Do it in a process of its own: what it loads has threads (DuckDB, Arrow), and lanes fork from this one."""
    from django.db import connections

    connections.close_all()
    parent, child = os.getpid(), os.fork()
    if child == 0:
        code = 1
        try:
            die_with_parent(parent)
            work()
            code = 0
        except Exception:
            traceback.print_exc()
        finally:
            sys.stdout.flush()
            os._exit(code)
    _, status = os.waitpid(child, 0)
    if status:
        raise typer.Exit(1)


@contextmanager
def catching() -> Iterator[Child]:
    """The catcher, started; the demo's servers point at it. Ended with the block."""
    from django.db import connections

    from regulars.core.clock import now_us
    from regulars.demo import equipment
    from regulars.demo.catcher import listening
    from regulars.demo.catcher.store import store

    doors = listening.open_doors(*equipment.known_ports())
    equipment.point_at(doors.ports, at=now_us())
    connections.close_all()  # the child must not share them
    catcher = listening.child(doors, store())
    start(catcher, time.monotonic())
    try:
        yield catcher
    finally:
        if catcher.pid:
            os.kill(catcher.pid, signal.SIGTERM)
            os.waitpid(catcher.pid, 0)
