"""What was caught: a small SQLite file under the home, cut to the newest few thousand."""

from __future__ import annotations

import sqlite3
import threading
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

MOST = 5_000
PRUNE_EVERY = 100
TABLE = (
    "CREATE TABLE IF NOT EXISTS caught (id INTEGER PRIMARY KEY AUTOINCREMENT, at INTEGER NOT NULL,"
    " kind TEXT NOT NULL, sender TEXT NOT NULL, recipient TEXT NOT NULL, subject TEXT NOT NULL, raw BLOB NOT NULL)"
)
SHOWN = "id, at, kind, sender, recipient, subject"


@dataclass(frozen=True)
class Caught:
    """One message as it arrived. `kind`: email or sms; `subject` of an SMS is its text; `raw` are the bytes."""

    id: int
    at: int
    kind: str
    sender: str
    recipient: str
    subject: str
    raw: bytes = b""


class Store:
    """The file. Written by the catcher's process alone, read by any."""

    def __init__(self, path: Path, *, most: int = MOST) -> None:
        self.path, self.most = path, most
        self.writing, self.writer = threading.Lock(), None
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with closing(self._open()) as file:
            file.execute("PRAGMA journal_mode=WAL")
            file.execute(TABLE)

    def keep(self, items: list[tuple[int, str, str, str, str, bytes]]) -> None:
        """Keep messages (at, kind, sender, recipient, subject, raw); they outlive a kill of the process."""
        with self.writing, self._writer() as file:
            file.executemany(
                "INSERT INTO caught (at, kind, sender, recipient, subject, raw) VALUES (?, ?, ?, ?, ?, ?)", items
            )
            newest = file.execute("SELECT max(id) FROM caught").fetchone()[0] or 0
            if newest % PRUNE_EVERY < len(items):
                file.execute("DELETE FROM caught WHERE id <= ?", [newest - self.most])

    def newest(self, *, query: str = "", before: int = 0, limit: int = 50) -> list[Caught]:
        """The newest first, without their bytes; `query` is part of a subject or of an address."""
        where, params = ["1 = 1"], []
        if before:
            where.append("id < ?")
            params.append(before)
        if query:
            where.append("(instr(lower(recipient), ?) OR instr(lower(subject), ?))")
            params += [query.lower()] * 2
        sql = f"SELECT {SHOWN} FROM caught WHERE {' AND '.join(where)} ORDER BY id DESC LIMIT ?"
        with closing(self._open()) as file:
            return [Caught(*row) for row in file.execute(sql, [*params, limit])]

    def one(self, id_: int) -> Caught | None:
        """One message with its bytes; None when it is not kept any more."""
        with closing(self._open()) as file:
            row = file.execute(f"SELECT {SHOWN}, raw FROM caught WHERE id = ?", [id_]).fetchone()
        return Caught(*row) if row else None

    def count(self) -> int:
        """How many are kept."""
        with closing(self._open()) as file:
            return file.execute("SELECT count(*) FROM caught").fetchone()[0]

    def _writer(self) -> sqlite3.Connection:
        """Kept open: closing the last connection waits for the disk, which would take longer than all the rest."""
        if self.writer is None:
            self.writer = sqlite3.connect(self.path, timeout=30, check_same_thread=False)
            self.writer.execute("PRAGMA synchronous=OFF")
        return self.writer

    def _open(self) -> sqlite3.Connection:
        return sqlite3.connect(self.path, timeout=30)


def store() -> Store:
    """The one under this installation's home."""
    from django.conf import settings

    return Store(settings.REGULARS_HOME / "caught" / "caught.sqlite")
