"""Text tables as they come: comma, semicolon, tab, bar or spaces between columns; gzip; UTF-8, UTF-16, Latin-1."""

from __future__ import annotations

import codecs
import csv
import gzip
import io
from collections import Counter
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import IO, Any

SPACES = "spaces"
DELIMITERS = (",", ";", "\t", "|")
LONGEST_FIELD = 200_000
SAMPLE_LINES = 300
_CHUNK = 1 << 20


class FileError(ValueError):
    """This file cannot be read as a table; the message says why and what to do."""


@dataclass(frozen=True)
class Layout:
    """How the file is written down. `header`: the first row names the columns."""

    encoding: str = "utf-8"
    delimiter: str = ","
    header: bool = True

    def to_json(self) -> dict[str, Any]:
        return asdict(self)


@dataclass(frozen=True, slots=True)
class Record:
    """One row: its cells, and the lines of the file it stands on (from 1)."""

    first: int
    last: int
    cells: list[str]
    problem: str = ""


def open_text(path: Path, encoding: str) -> tuple[IO[str], IO[bytes]]:
    """The text of a file, unpacked if it is gzipped, and the bytes below it, whose `tell` shows progress."""
    raw = path.open("rb")
    unpacked = gzip.GzipFile(fileobj=raw) if raw.peek(2)[:2] == b"\x1f\x8b" else raw
    return io.TextIOWrapper(unpacked, encoding=encoding, errors="replace", newline=""), raw


def layout_of(path: Path) -> Layout:
    """Guess encoding, delimiter and header. Raises FileError for what is no table of text."""
    encoding = encoding_of(path)
    lines = _first_lines(path, encoding)
    if not lines:
        raise FileError("The file is empty.")
    if "\0" in "".join(lines):
        raise FileError("This is not a text file. Save the table as CSV and import that.")
    delimiter = _delimiter(lines)
    rows = [r.cells for r in split(iter(lines), delimiter) if r.cells][:SAMPLE_LINES]
    return Layout(encoding, delimiter, _has_header(rows))


def encoding_of(path: Path) -> str:
    """By the byte order mark; else UTF-8 if the whole file is that; else Windows' Latin-1."""
    try:
        with _bytes(path) as stream:
            start = stream.read(_CHUNK)
            for mark, name in ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"),
                               (codecs.BOM_UTF16_BE, "utf-16")):  # fmt: skip
                if start.startswith(mark):
                    return name
            if (found := _utf16_without_mark(start)) is not None:
                return found
            decoder = codecs.getincrementaldecoder("utf-8")()
            while start:
                decoder.decode(start)
                start = stream.read(_CHUNK)
            decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return "cp1252"
    except (OSError, EOFError) as why:
        raise FileError(f"The file cannot be read: {why}.") from None
    return "utf-8"


def records(path: Path, layout: Layout) -> Iterator[Record]:
    """Every row after the header. Rows of blanks only are left out."""
    text, _ = open_text(path, layout.encoding)
    with text:
        found = split(text, layout.delimiter)
        if layout.header:
            next(found, None)
        yield from found


def columns_of(path: Path, layout: Layout) -> list[str]:
    """The names of the columns: unique, "Column 3" where there is none."""
    text, _ = open_text(path, layout.encoding)
    with text:
        first = next(split(text, layout.delimiter), None)
    cells = first.cells if first else []
    seen: Counter[str] = Counter()
    names = []
    for place, cell in enumerate(cells, 1):
        name = (cell.strip() if layout.header else "") or f"Column {place}"
        seen[name] += 1
        names.append(name if seen[name] == 1 else f"{name} ({seen[name]})")
    return names


def split(lines: Iterator[str], delimiter: str) -> Iterator[Record]:
    """Rows of cells. Line breaks inside quotation marks belong to the cell."""
    if delimiter == SPACES:
        for number, line in enumerate(lines, 1):
            if cells := line.split():
                yield Record(number, number, cells)
        return
    csv.field_size_limit(LONGEST_FIELD)
    reader = csv.reader((line.replace("\0", "") for line in lines), delimiter=delimiter)
    while True:
        first = reader.line_num + 1
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error:
            yield Record(
                first, reader.line_num, [], "A quotation mark is never closed: these lines cannot be told apart."
            )
            continue
        if any(cells) and (len(cells) > 1 or cells[0].strip()):
            yield Record(first, reader.line_num, cells)


def _bytes(path: Path) -> IO[bytes]:
    raw = path.open("rb")
    return gzip.GzipFile(fileobj=raw) if raw.peek(2)[:2] == b"\x1f\x8b" else raw


def _first_lines(path: Path, encoding: str) -> list[str]:
    text, _ = open_text(path, encoding)
    with text:
        return [line for line, _ in zip(_lines(text), range(SAMPLE_LINES), strict=False)]


def _lines(text: IO[str]) -> Iterator[str]:
    while line := text.readline(LONGEST_FIELD):
        yield line


def _utf16_without_mark(start: bytes) -> str | None:
    """Latin letters in UTF-16 are every other byte zero."""
    even, odd = start[:4000:2].count(0), start[1:4000:2].count(0)
    half = len(start[:4000]) // 2
    if half > 3 and max(even, odd) > 0.4 * half and min(even, odd) < 0.05 * half:
        return "utf-16-be" if even > odd else "utf-16-le"
    return None


def _delimiter(lines: list[str]) -> str:
    """The one that cuts most rows into the same number of columns; spaces when no sign does."""
    best, most = SPACES, 0.0
    for sign in DELIMITERS:
        widths = Counter(len(r.cells) for r in split(iter(lines), sign))
        width, rows = max(widths.items(), key=lambda pair: (pair[1], pair[0]))
        share = rows / sum(widths.values())
        if width > 1 and share * (1 + min(width, 20) / 100) > most:
            best, most = sign, share * (1 + min(width, 20) / 100)
    if most < 0.5 and not _aligned(lines):
        return best if most else ","
    return best if most >= 0.5 else SPACES


def _aligned(lines: list[str]) -> bool:
    widths = Counter(len(line.split()) for line in lines if line.strip())
    width, rows = widths.most_common(1)[0]
    return width > 1 and rows > 0.8 * sum(widths.values())


def _has_header(rows: list[list[str]]) -> bool:
    """A first row without numbers above rows with numbers; or one that repeats nothing of what follows."""
    if len(rows) < 2:
        return bool(rows) and not any(_numeric(cell) for cell in rows[0])
    if any(_numeric(cell) for cell in rows[0]):
        return False
    below = [cell for row in rows[1:50] for cell in row]
    return any(map(_numeric, below)) or not set(rows[0]) & set(below)


def _numeric(cell: str) -> bool:
    bare = cell.strip().lstrip("+-£€$")
    return bool(bare) and bare[0].isdigit() and bare.replace(".", "").replace(",", "").replace("-", "").isdigit()
