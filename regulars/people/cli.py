"""Commands of this room."""

from __future__ import annotations

import typer


def mount(app: typer.Typer) -> None:
    """Add the commands."""
    app.command("rejoin")(rejoin)


def rejoin() -> None:
    """Work out anew who is one person, after the limits were changed. Can be stopped and repeated at will."""
    import django

    django.setup()
    from regulars.core.clock import now_us
    from regulars.people.actions import rejoin_everybody

    count = rejoin_everybody(at=now_us())
    typer.echo(f"{count:,} linked records looked at; every person is what the links say.")
