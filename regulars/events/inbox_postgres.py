"""The inbox as a table of the same PostgreSQL database: workers claim rows side by side, skipping locked ones,
and mark them done in the transaction of the effects."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager

from django.db import connection, transaction
from psycopg import Cursor

from regulars.core import bulk
from regulars.core.failpoints import failpoint
from regulars.events.inbox import NewRow, RawRequest, unpack

COLUMNS = "seq, source_id, received_us, path, packed, body"


class PostgresInbox:
    """Uses Django's connection of the calling thread."""

    parallel = True

    def close(self) -> None:
        """Close this thread's connection."""
        connection.close()

    def write(self, rows: Sequence[NewRow]) -> list[int]:
        """Store rows durably; their numbers. A broken connection is dropped: the next call makes a new one.

        One statement is a transaction of its own: it goes to the database and comes back once, not three times with
        BEGIN and COMMIT, each of which waits for a processor on a busy machine. It has committed when it returns.
        """
        try:
            connection.ensure_connection()
            failpoint("inbox.before_commit")
            seqs = self._insert(rows)
        except Exception:
            connection.close()
            raise
        return seqs

    def _insert(self, rows: Sequence[NewRow]) -> list[int]:
        """Bodies travel as they are: written into the text of a statement they would be twice as long."""
        sources, times, paths, packed, bodies = (list(column) for column in zip(*rows, strict=True))
        with connection.wrap_database_errors, Cursor(connection.connection) as cursor:
            cursor.execute(
                "INSERT INTO events_raw (source_id, received_us, path, packed, body)"
                " SELECT * FROM unnest(%b::bigint[], %b::bigint[], %b::text[], %b::boolean[], %b::bytea[])"
                " RETURNING seq",
                [sources, times, paths, packed, bodies],
            )
            return [seq for (seq,) in cursor.fetchall()]

    @contextmanager
    def claimed(self, limit: int) -> Iterator[tuple[list[RawRequest], int]]:
        """The next requests that no other worker holds; they stay ours until this transaction ends."""
        with transaction.atomic():
            yield self._rows("done_us IS NULL ORDER BY seq LIMIT %s FOR UPDATE SKIP LOCKED", [limit]), 0

    def mark_done(self, seqs: Iterable[int], at: int) -> None:
        """These are in. Call it in the transaction of the effects."""
        sql, params = bulk.ids(seqs)
        bulk.execute(f"UPDATE events_raw SET done_us = %s WHERE seq IN {sql}", [at, *params])

    def taken_in_up_to(self) -> int:
        """No bound: a redaction is ordered in the transaction that takes its request in."""
        return 2**62

    def last_seq(self) -> int:
        return bulk.query("SELECT coalesce(max(seq), 0) FROM events_raw")[0][0]

    def waiting(self) -> tuple[int, int | None]:
        """(requests not taken in, when the oldest of them came)."""
        return bulk.query("SELECT count(*), min(received_us) FROM events_raw WHERE done_us IS NULL")[0]

    def newest(self, source_id: int, most: int, looked_at: int) -> list[RawRequest]:
        """The newest requests of a source, among the newest `looked_at` of all."""
        after = self.last_seq() - looked_at
        return self._rows("seq > %s AND source_id = %s ORDER BY seq DESC LIMIT %s", [after, source_id, most])

    def read(self, seqs: Iterable[int]) -> list[RawRequest]:
        """Stored requests by number; those that are gone are left out."""
        sql, params = bulk.ids(seqs)
        return self._rows(f"seq IN {sql} ORDER BY seq", params)

    def rewrite(self, seq: int, packed: bool, body: bytes | None) -> None:
        """Put another body in the place of a stored one; None deletes the request."""
        if body is None:
            bulk.execute("DELETE FROM events_raw WHERE seq = %s", [seq])
        else:
            bulk.execute("UPDATE events_raw SET packed = %s, body = %s WHERE seq = %s", [packed, body, seq])

    def prune(self, before_us: int, limit: int = 500) -> int:
        """Delete requests taken in and received before a time, at most `limit`; how many."""
        return bulk.execute(
            "DELETE FROM events_raw WHERE seq IN (SELECT seq FROM events_raw"
            " WHERE done_us IS NOT NULL AND received_us < %s LIMIT %s)",
            [before_us, limit],
        )

    def truncate_wal(self) -> None:
        """PostgreSQL's vacuum does it."""

    def _rows(self, condition: str, params: list) -> list[RawRequest]:
        rows = bulk.query(f"SELECT {COLUMNS} FROM events_raw WHERE {condition}", params)
        return [RawRequest(*row[:4], unpack(*row[4:])) for row in rows]


STORE = PostgresInbox()
