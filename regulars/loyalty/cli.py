"""`regulars ledger`: are the books of points right, take them out as a journal, make them again."""

from __future__ import annotations

from pathlib import Path

import typer

ledger = typer.Typer(help="The books of points: check them, export the journal, play it again.", no_args_is_help=True)


def mount(app: typer.Typer) -> None:
    """Add the commands to `regulars`."""
    app.add_typer(ledger, name="ledger")


@ledger.command()
def check() -> None:
    """Look through all books; ends with 1 when something does not hold."""
    _setup()
    from regulars.core.clock import now_us
    from regulars.loyalty.ledger import check

    _say(check(now_us()))


@ledger.command()
def verify() -> None:
    """Play the journal in memory and compare lots and balances to the last unit."""
    _setup()
    from regulars.loyalty.ledger import verify

    _say(verify())


@ledger.command()
def export(path: Path) -> None:
    """Write the journal (gzip, a JSON list per line). Keep it as safely as the database."""
    _setup()
    from regulars.loyalty.ledger.replay import write_journal

    print(f"{write_journal(path):,} postings.")


@ledger.command()
def replay(path: Path) -> None:
    """Play a journal into the empty books of this database."""
    _setup()
    from regulars.loyalty.ledger.replay import read_journal, replay

    print(f"{replay(read_journal(path), progress=lambda n: print(f'{n:,}', end=' ', flush=True)):,} postings played.")


@ledger.command()
def rebuild() -> None:
    """Make the sums again from moves and legs; says how many were wrong."""
    _setup()
    from regulars.loyalty.ledger.replay import rebuild

    made = rebuild()
    print(f"{made['lots']:,} lots and {made['balances']:,} balances were wrong and are right now.")


def _say(broken: list) -> None:
    for one in broken:
        print(f"Not so: “{one.invariant}”. {one.count} rows, for example {one.examples}")
    if broken:
        raise SystemExit(1)
    print("The books hold.")


def _setup() -> None:
    import django

    django.setup()
