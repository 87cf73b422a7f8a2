"""Taking the rows of an erased person out of the stored files of imports: unfinished ones, and lists of refused rows.

A row is blanked in place, byte by byte, so that the places in the file that an import remembers stay right.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable
from pathlib import Path

from django.conf import settings

from regulars.events.models import Import
from regulars.events.sources.csv.running import refused_path

SEPARATORS = re.compile(rb'[,;\t|"\r\n]+')
LETTERS = re.compile(rb'[^,;\t|"\r\n]')
SHORTEST = 4  # characters: shorter values would match strangers' cells


def forget_rows(values: Iterable[str], phones: Iterable[str]) -> int:
    """Blank every row in which a cell is one of the values, or a number that ends with one of the digits."""
    wanted = {value.casefold().encode() for value in values if len(value) >= SHORTEST}
    digits = tuple(phone.encode() for phone in phones)
    return sum(_forget(path, wanted, digits) for path in stored_files())


def stored_files() -> list[Path]:
    """The files of all imports that are still there."""
    found = []
    for one in Import.objects.all():
        found += [settings.REGULARS_HOME / one.path, refused_path(one)]
    return [path for path in found if path.is_file()]


def _forget(path: Path, wanted: set[bytes], digits: tuple[bytes, ...]) -> int:
    count = 0
    with path.open("r+b") as file:
        place = 0
        for line in iter(file.readline, b""):
            if _about(line, wanted, digits):
                file.seek(place)
                file.write(LETTERS.sub(b" ", line))
                count += 1
            place += len(line)
            file.seek(place)
        file.flush()
        os.fsync(file.fileno())
    return count


def _about(line: bytes, wanted: set[bytes], digits: tuple[bytes, ...]) -> bool:
    cells = [cell.strip() for cell in SEPARATORS.split(line)]
    if any(_folded(cell) in wanted for cell in cells):
        return True
    return bool(digits) and any(re.sub(rb"\D", b"", cell).endswith(digits) for cell in cells)


def _folded(cell: bytes) -> bytes:
    return cell.decode("utf-8", "replace").casefold().encode()
