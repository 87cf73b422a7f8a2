"""Importing a file and letting the consumers catch up, as the worker would."""

from __future__ import annotations

from pathlib import Path

from regulars.commerce.reactions import count_customers
from regulars.events import consumers
from regulars.events.models import Import
from regulars.events.sources import csv


def import_file(path: Path, kind: str = "purchases", *, at: int, dry: bool = False, **changes) -> Import:
    """Guess the columns (some may be changed), import in the foreground, catch up."""
    mapping = csv.guess_columns(path, kind).mapping
    columns = {**mapping["columns"], **changes.pop("columns", {})}
    source = changes.pop("source", "Files")
    job = csv.start_import(
        path=path, kind=kind, mapping={**mapping, **changes, "columns": columns}, dry=dry, by="user:1", at=at,
        source=source, background=False,
    )  # fmt: skip
    job = csv.run(job.id, at=at)
    catch_up(at)
    return job


def catch_up(at: int) -> None:
    """What the worker would do."""
    while consumers.step(at):
        pass
    while count_customers(at):
        pass
