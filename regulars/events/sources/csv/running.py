"""Running an import: batch by batch, each with its place in the file in one transaction. Safe to kill anywhere.

After a stop or kill the file is read again from its start, which is quick, and what is done is passed over; so
equal rows are told apart in the same way as before.
"""

from __future__ import annotations

import csv
import gc
import io
import os
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import OperationalError

from regulars.core.clock import now_us
from regulars.core.failpoints import declare, failpoint
from regulars.core.jobs import job
from regulars.core.locks import exclusive
from regulars.core.signals import send
from regulars.core.sqlite import repeatable
from regulars.events.ingest import OF_ERASED, Taken, origin_of, take_lots
from regulars.events.models import EventKey, Import
from regulars.events.pace import Pace
from regulars.events.pipeline import Ready
from regulars.events.signals import AddressesRefused
from regulars.events.sources.csv import files
from regulars.events.sources.csv.mapping import PURCHASES, Mapping
from regulars.events.sources.csv.reading import Found, Task, reading
from regulars.people.actions import keep_nobody

declare("imports.before_commit", "imports.after_commit", "imports.refused_written", "imports.finished")
AT_MOST = 1000  # items in a batch
READY = 24  # batches made ready before a transaction
Progress = Callable[[Import], None]


class Stopped(Exception):
    """Somebody stopped the import."""


@job(lane="long")
def run_import(*, import_id: int) -> None:
    """Run an import in the background."""
    run(import_id, at=now_us())


def run(import_id: int, *, at: int, progress: Progress = lambda _: None) -> Import:
    """Run an import until it is done, stopped or failed. Does nothing while another process runs it."""
    with exclusive(f"import-{import_id}") as mine:
        job_ = Import.objects.get(id=import_id)
        if not mine or job_.state != "running":
            return job_
        gc.freeze()  # what is loaded is not walked through again and again while rows come and go
        try:
            with repeatable():  # the file itself is durable, and read again from the place that commits
                run_ = _Run(job_, at, progress)
                run_.all()
            run_.finish()
        except Stopped:
            pass
        except (files.FileError, OSError, EOFError, UnicodeError) as why:
            Import.objects.filter(id=import_id).update(state="failed", error=f"The file cannot be read: {why}")
        finally:
            gc.unfreeze()
    job_.refresh_from_db()
    return job_


@dataclass
class Batch:
    """What goes in together."""

    found: list[Found] = field(default_factory=list)
    events: list[Ready] = field(default_factory=list)
    rows: int = 0


class _Run:
    def __init__(self, job_: Import, at: int, progress: Progress) -> None:
        self.job, self.at, self.progress = job_, at, progress
        self.path = settings.REGULARS_HOME / job_.path
        mapping = Mapping.from_json(job_.mapping)
        self.origin = origin_of(job_.source_id, at)
        self.task = Task(self.path, mapping, self.origin, job_.created_us, job_.units, job_.size)
        self.pace = Pace(100, most=AT_MOST)
        self.summary: dict[str, Any] = {}
        self.suppress: list[tuple[str, ...]] = []
        self.waiting: deque[Batch] = deque()
        self.read = 0
        self.refused = Refusals(refused_path(job_), files.columns_of(self.path, mapping.layout), job_.refused_bytes)

    def all(self) -> None:
        """From where it stands to the end."""
        if not self.job.dry and self.task.mapping.kind == PURCHASES:
            keep_nobody(namespace=self.origin.namespace, source_id=self.job.source_id, at=self.job.created_us)
        batch = Batch()
        with reading(self.task) as chunks:
            for chunk in chunks:
                self.read, self.summary = chunk.read, chunk.summary or {}
                batch = self._fill(batch, chunk.found)
        if batch.found:
            self._put(batch)
        while self.waiting:
            self._take()

    def _fill(self, batch: Batch, found: list[Found]) -> Batch:
        """Add what was found; batches that are full go in. Returns the one that is not."""
        for one in found:
            batch.found.append(one)
            batch.events += one.events
            batch.rows += len(one.lines)
            if len(batch.events) >= self.pace.size or batch.rows > 20 * AT_MOST:
                self._put(batch)
                batch = Batch()
        return batch

    def _put(self, batch: Batch) -> None:
        if self.job.dry:
            self._note(batch, self._would_take(batch))
            self._save(batch)
            failpoint("imports.after_commit")
            self.progress(self.job)
            return
        self.waiting.append(batch)
        if len(self.waiting) >= READY:
            self._take()

    def _take(self) -> None:
        """Take in as many as fit into a transaction that nobody waits for."""
        for batch, taken in zip(list(self.waiting), self._taken(), strict=False):
            self.pace.learn(max(len(batch.events), 1), taken.worked)
            self.waiting.popleft()
        failpoint("imports.after_commit")
        self.progress(self.job)

    def _taken(self) -> list[Taken]:
        """Repeated when the database asks for it: two writers met, or another one was slow."""
        before, lots = self.refused.size, [batch.events for batch in self.waiting]
        for left in range(5, -1, -1):
            try:
                return take_lots(lots=lots, at=self.at, along=self._along)
            except OperationalError:
                self.job.refresh_from_db()
                self.refused.cut(before)
                if not left:
                    raise
        raise AssertionError("unreachable")

    def _along(self, found: list[Taken]) -> None:
        """In the transaction of the events: counts, refused rows, and the place in the file."""
        done = list(zip(self.waiting, found, strict=False))
        self.suppress = []
        for batch, taken in done:
            self._note(batch, taken)
        if self.suppress:  # the rooms above hear which addresses nothing may be sent to
            send(AddressesRefused(entries=tuple(self.suppress), by=self.job.created_by, at=self.at))
        self._save(*(batch for batch, _ in done))
        failpoint("imports.before_commit")

    def _note(self, batch: Batch, taken: Taken) -> None:
        erased = {reject.position for reject in taken.rejects}
        for one in batch.found:
            rows, refused = len(one.lines), one.refused
            if erased and any(event.position in erased for event in one.events):
                refused = [(line, OF_ERASED, []) for line in one.lines]
            if refused:
                self.refused.add(refused)
                self.job.refused += rows
                continue
            self.refused.add(one.left_out)
            self.suppress += one.suppress
            if one.events[-1].message_id in taken.known_ids:
                self.job.known += rows
            else:
                self.job.taken += rows

    def _save(self, *done: Batch) -> None:
        self.refused.write()
        failpoint("imports.refused_written")
        self.job.units += sum(len(batch.found) for batch in done)
        self.job.lines += sum(batch.rows for batch in done)
        self.job.offset = self.read
        self.job.refused_bytes = self.refused.size
        changed = Import.objects.filter(id=self.job.id, state="running").update(
            units=self.job.units, lines=self.job.lines, taken=self.job.taken, known=self.job.known,
            refused=self.job.refused, offset=self.job.offset, refused_bytes=self.job.refused_bytes,
        )  # fmt: skip
        if not changed:
            raise Stopped

    def _would_take(self, batch: Batch) -> Taken:
        """What taking in would come to, without writing."""
        ids = [event.message_id for event in batch.events]
        known = EventKey.objects.filter(source_id=self.job.source_id, message_id__in=ids)
        return Taken(0, 0, 0, (), frozenset(known.values_list("message_id", flat=True)))

    def finish(self) -> None:
        """Say that it is done, durably, and let the file go."""
        Import.objects.filter(id=self.job.id, state="running").update(
            state="done", finished_us=now_us(), offset=self.job.size, summary=self.summary
        )
        failpoint("imports.finished")
        if not self.job.dry:  # the events hold what was in it: one place less with personal data
            self.path.unlink(missing_ok=True)


class Refusals:
    """The file of refused rows. Only the first `size` bytes count: what a killed run left behind is cut off."""

    def __init__(self, path: Path, names: list[str], size: int) -> None:
        self.path, self.names, self.size = path, names, 0
        self.waiting: list[list[Any]] = []
        self.cut(size)

    def cut(self, size: int) -> None:
        self.size, self.waiting = size, []
        if self.path.exists():
            os.truncate(self.path, size)

    def add(self, rows: Sequence[tuple[int, str, list[str]]]) -> None:
        self.waiting += [[line, reason, *cells] for line, reason, cells in rows]

    def write(self) -> None:
        if not self.waiting:
            return
        text = io.StringIO(newline="")
        rows = csv.writer(text)
        if not self.size:
            rows.writerow(["line", "reason", *self.names])
        rows.writerows(self.waiting)
        self.waiting = []
        with self.path.open("ab") as stream:
            stream.write(text.getvalue().encode())
            stream.flush()
            os.fsync(stream.fileno())
            self.size = stream.tell()


def refused_path(job_: Import) -> Path:
    """Where the refused rows of an import are kept."""
    return (settings.REGULARS_HOME / job_.path).with_name("refused.csv")
