"""`regulars demo`: Northgate Sports from nothing to a page in the browser."""

from __future__ import annotations

import os
import secrets
from typing import Annotated

import typer

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
    import django

    django.setup()
    from regulars.config import run, server
    from regulars.demo import fill

    if serve:
        server.refuse_taken("127.0.0.1", port)
    run.prepare()
    fill.fill(people=people, seed=seed)
    password = password or secrets.token_urlsafe(9)
    fill.set_owner(email=email, password=password)
    typer.echo(f"\n  Northgate Sports is at  {run.address('127.0.0.1', port)}")
    typer.echo(f"  Sign in as              {email}\n  with the password       {password}\n")
    if serve:
        typer.echo("  Ctrl-C stops it; `make demo` starts it again.\n")
        web = server.child(host="127.0.0.1", port=port, processes=1, threads=8)
        run.run([web, *run.worker_children(processes=1)])
