"""Commands of this room: a source with its write key, and consumers that read again."""

from __future__ import annotations

from typing import Annotated

import typer

from regulars.events.sources import cli as files

Name = Annotated[str, typer.Argument(help="What the source or consumer is called.")]
Failed = Annotated[bool, typer.Option("--failed", help="Only give it what it could not take before.")]


def mount(app: typer.Typer) -> None:
    """Add the commands."""
    app.add_typer(files.app, name="import")
    app.command("source")(source)
    app.command("replay-consumer")(replay_consumer)


def _ready() -> None:
    import django

    django.setup()


def source(name: Name) -> None:
    """Make a source for the tracking API and print its write key."""
    _ready()
    from regulars.core.clock import now_us
    from regulars.events import actions

    try:
        made = actions.create_source(name=name, by="system", at=now_us())
    except actions.SourceError as why:
        typer.echo(str(why), err=True)
        raise typer.Exit(1) from None
    typer.echo(f"{made.name} sends with the write key {made.key}; see docs/connect.md.")


def replay_consumer(name: Name, failed: Failed = False) -> None:
    """Let a consumer read the whole log again, or only what it could not take."""
    _ready()
    from regulars.core.clock import now_us
    from regulars.events import backlog, consumers

    if name not in consumers.CONSUMERS:
        typer.echo(f"There is no consumer “{name}”; there are {', '.join(sorted(consumers.CONSUMERS))}.", err=True)
        raise typer.Exit(1)
    if failed:
        taken, left = backlog.retry_failures(name, now_us())
        typer.echo(f"{taken} events were taken now, {left} were not: their reasons are on the Sources page.")
    else:
        backlog.start_over(name)
        typer.echo(f"{name} reads the log from the beginning as soon as the worker runs.")
