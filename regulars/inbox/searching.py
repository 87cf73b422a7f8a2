"""Search over everything said: words and beginnings of words, newest first. FTS5 on SQLite, tsvector on PostgreSQL.

The words of an entry are kept folded (no case, no accents, no signs), with the names of who said it. Both indexes are
made after migrating, and follow the table `inbox_spoken` by themselves. SQLite takes words out of its index at once
from 3.42 on; before that it keeps them until the parts of the index are merged, which an erasure orders at once.
"""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.db import connection

from regulars.core import bulk
from regulars.inbox.models import Spoken
from regulars.people.names import folded

MOST_WORDS, LONGEST = 8, 20_000
AT_ONCE = sqlite3.sqlite_version_info >= (3, 42)  # it takes deleted words out of the index itself
NEWER_FORM = 5
SQLITE = (
    "CREATE VIRTUAL TABLE IF NOT EXISTS inbox_spokenindex USING fts5(words, content='inbox_spoken',"
    " content_rowid='entry_id', tokenize='unicode61 remove_diacritics 2', prefix='2 3')",
    "CREATE TRIGGER IF NOT EXISTS inbox_spoken_added AFTER INSERT ON inbox_spoken BEGIN"
    " INSERT INTO inbox_spokenindex(rowid, words) VALUES (new.entry_id, new.words); END",
    "CREATE TRIGGER IF NOT EXISTS inbox_spoken_gone AFTER DELETE ON inbox_spoken BEGIN"
    " INSERT INTO inbox_spokenindex(inbox_spokenindex, rowid, words) VALUES ('delete', old.entry_id, old.words); END",
    "CREATE TRIGGER IF NOT EXISTS inbox_spoken_changed AFTER UPDATE ON inbox_spoken BEGIN"
    " INSERT INTO inbox_spokenindex(inbox_spokenindex, rowid, words) VALUES ('delete', old.entry_id, old.words);"
    " INSERT INTO inbox_spokenindex(rowid, words) VALUES (new.entry_id, new.words); END",
)
POSTGRESQL = (
    "CREATE INDEX IF NOT EXISTS inbox_spoken_words ON inbox_spoken USING gin (to_tsvector('simple', words))",
)


ANEW = "(entry_id) DO UPDATE SET words = excluded.words WHERE inbox_spoken.words <> excluded.words"


def after_migrating(**_said: Any) -> None:
    """Make what the framework's models cannot say. Doing it again changes nothing."""
    with connection.cursor() as cursor:
        for statement in POSTGRESQL if connection.vendor == "postgresql" else SQLITE:
            cursor.execute(statement)
        if connection.vendor == "sqlite":
            _settle_form(cursor)


def _settle_form(cursor: Any) -> None:
    """Deleting at once is another form of the index, which an older SQLite cannot read: there it is built anew, as
    after moving the file to an older machine."""
    known = dict(cursor.execute("SELECT k, v FROM inbox_spokenindex_config").fetchall())
    if AT_ONCE and not known.get("secure-delete"):
        cursor.execute("INSERT INTO inbox_spokenindex(inbox_spokenindex, rank) VALUES ('secure-delete', 1)")
    if not AT_ONCE and known.get("version") == NEWER_FORM:
        cursor.execute("DELETE FROM inbox_spokenindex_config WHERE k = 'secure-delete'")
        cursor.execute("UPDATE inbox_spokenindex_config SET v = 4 WHERE k = 'version'")
        cursor.execute("INSERT INTO inbox_spokenindex(inbox_spokenindex) VALUES ('rebuild')")


def _words(text: str) -> list[str]:
    return re.findall(r"[^\W_]+", folded(text[:LONGEST]))


def folded_words(text: str) -> str:
    """A text as search compares it. Of a long one that takes milliseconds: do it before others have to wait."""
    return " ".join(_words(text))


def remember(rows: Iterable[tuple[int, str]], *, ready: Mapping[str, str] | None = None) -> None:
    """(entry, text) to be found from now on; said anew, the newer text counts. `ready`: {text: its folded words}."""
    known = ready or {}
    found = [(entry, known[text] if text in known else folded_words(text)) for entry, text in rows]
    spoken = [(entry, words) for entry, words in found if words]
    bulk.insert(Spoken, ("entry_id", "words"), spoken, conflict=ANEW)


def forget_words(entries: Iterable[int]) -> int:
    """These entries are found no more."""
    some, params = bulk.ids(list(entries))
    gone = bulk.execute(f"DELETE FROM inbox_spoken WHERE entry_id IN {some}", params)
    if gone and connection.vendor == "sqlite":
        tidy_index()
    return gone


def tidy_index(steps: int = 200) -> bool:
    """SQLite before 3.42 keeps deleted words until the parts of its index are merged: do some of it; was there any?
    Done when words are forgotten, and until all is merged at night and after an erasure."""
    with connection.cursor() as cursor:
        before = cursor.connection.total_changes
        cursor.execute("INSERT INTO inbox_spokenindex(inbox_spokenindex, rank) VALUES ('merge', %s)", [-steps])
        return cursor.connection.total_changes - before >= 2  # as SQLite's own page on FTS5 says


def entries_with(text: str, *, before: int = 2**62, limit: int = 200) -> list[int]:
    """Entries in which every typed word begins a word, newest first."""
    asked = _words(text)[:MOST_WORDS]
    if not asked:
        return []
    return [row[0] for row in bulk.query(*_question(asked, before, limit))]


def _question(asked: Sequence[str], before: int, limit: int) -> tuple[str, list[Any]]:
    if connection.vendor == "postgresql":
        sought = " & ".join(f"{word}:*" for word in asked)
        return (
            "SELECT entry_id FROM inbox_spoken WHERE to_tsvector('simple', words) @@ %s::tsquery AND entry_id < %s"
            " ORDER BY entry_id DESC LIMIT %s",
            [sought, before, limit],
        )
    sought = " ".join(f'"{word}"*' for word in asked)
    return (
        "SELECT rowid FROM inbox_spokenindex WHERE inbox_spokenindex MATCH %s AND rowid < %s"
        " ORDER BY rowid DESC LIMIT %s",
        [sought, before, limit],
    )
