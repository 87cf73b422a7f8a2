"""The command line: one command per chore, each says what it did and what to do next."""

from __future__ import annotations

import os
import sys

import typer

app = typer.Typer(no_args_is_help=True, add_completion=False, help="Regulars turns customers into regulars.")


@app.callback()
def _root() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "regulars.config.settings")


@app.command(context_settings={"allow_extra_args": True, "ignore_unknown_options": True}, add_help_option=False)
def manage(context: typer.Context) -> None:
    """Django's own commands (migrate, shell, ...)."""
    from django.core.management import execute_from_command_line

    execute_from_command_line(["regulars", *context.args])


def main() -> None:
    """Entry point of `regulars` and `python -m regulars`."""
    sys.exit(app())
