"""Importing files of purchases, people or consents: guess, preview, dry run, run; stop and continue; refused rows.

One call per page: `guess_columns`, `preview`, `start_import`, `run_for_real`, `stop_import`, `continue_import`,
`errors_file`. `events.models.Import` shows how far it is: `offset` of `size` bytes, `taken`, `known`, `refused` rows;
`summary` has the totals of the file once it was read to the end.
"""

from regulars.events.sources.csv.actions import (
    NotPossible,
    continue_import,
    errors_file,
    run_for_real,
    start_import,
    stop_import,
)
from regulars.events.sources.csv.files import FileError
from regulars.events.sources.csv.guess import guess_columns, kind_of_file
from regulars.events.sources.csv.mapping import MappingError
from regulars.events.sources.csv.preview import preview
from regulars.events.sources.csv.running import run

__all__ = [
    "FileError",
    "MappingError",
    "NotPossible",
    "continue_import",
    "errors_file",
    "guess_columns",
    "kind_of_file",
    "preview",
    "run",
    "run_for_real",
    "start_import",
    "stop_import",
]
