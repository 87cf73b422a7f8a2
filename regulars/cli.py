"""The command line: one command per chore; each says what it did and what to do next."""

from __future__ import annotations

import os
import sys
from importlib import import_module, util

import typer

from regulars.config import cli as house

app = typer.Typer(no_args_is_help=True, add_completion=False, help="Regulars turns customers into regulars.")
app.command()(house.serve)
app.command()(house.web)
app.command()(house.worker)
app.command()(house.doctor)

LACKS_TABLES = "Nothing is set up here yet: run `regulars init`. After an update, start `regulars serve` once."


@app.callback()
def _root() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "regulars.config.settings")


@app.command(context_settings={"allow_extra_args": True, "ignore_unknown_options": True}, add_help_option=False)
def manage(context: typer.Context) -> None:
    """Django's own commands (migrate, shell, ...)."""
    from django.core.management import execute_from_command_line

    execute_from_command_line(["regulars", *context.args])


def mount_rooms() -> None:
    """Add the commands of every room that has a `cli.py` with `mount(app)`."""
    for room in ("team", "people", "events", "lake", "segments", "insights", "loyalty", "demo"):
        if util.find_spec(f"regulars.{room}") and util.find_spec(f"regulars.{room}.cli"):
            import_module(f"regulars.{room}.cli").mount(app)


def main() -> None:
    """Entry point of `regulars` and `python -m regulars`."""
    mount_rooms()
    from django.db.utils import DatabaseError

    try:
        sys.exit(app())
    except DatabaseError as wrong:
        if not lacks_tables(str(wrong)):
            raise
        typer.secho(LACKS_TABLES, err=True, fg="red")
        sys.exit(2)


def lacks_tables(error: str) -> bool:
    """Whether a database said so, as SQLite and as PostgreSQL say it."""
    return "no such table" in error or ("relation" in error and "does not exist" in error)
