"""`regulars lake`: how the lake is, and making it anew."""

from __future__ import annotations

import time

import typer
from rich.console import Console
from rich.table import Table

lake = typer.Typer(help="The columnar copy that segments and reports are computed from.", no_args_is_help=True)


def mount(app: typer.Typer) -> None:
    """Add the commands to `regulars`."""
    app.add_typer(lake, name="lake")


@lake.command()
def status() -> None:
    """Show what is in the lake and how far behind the truth it is."""
    _setup()
    from regulars.core.clock import now_us
    from regulars.lake import queries

    now = queries.status(now_us())
    if not now.version:
        print("There is no lake yet: the worker makes it (`regulars serve` or `regulars worker`).")
        return
    table = Table("table", "rows", title=f"Version {now.version}, {now.age_us / 1e6:,.0f} s old")
    for name, rows in now.rows.items():
        table.add_row(name, f"{rows:,}")
    out = Console()
    out.print(table)
    out.print(f"{now.files} files, {now.size / 1e6:,.1f} MB. Events waiting: {now.behind:,}.")
    if now.filling:
        out.print(f"Being filled in: {', '.join(now.filling)}")
    for what, count in now.dropped.items():
        out.print(f"Left out because it looks personal: {what}, {count:,} times")


@lake.command()
def rebuild() -> None:
    """Make the lake anew from the truth; readers keep the old one meanwhile."""
    _setup()
    from regulars.core.clock import now_us
    from regulars.lake.actions import rebuild as make

    for _ in range(100):  # a running worker holds the lock for a second at a time
        try:
            make(at=now_us())
        except RuntimeError:
            time.sleep(0.2)
        else:
            print("Done.")
            return
    raise SystemExit("Another process keeps writing the lake: stop the worker, or try again later.")


def _setup() -> None:
    import django

    django.setup()
