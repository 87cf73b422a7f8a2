"""Starting, stopping and continuing the import of a file. The stored copy of the file is the durable raw."""

from __future__ import annotations

import hashlib
import secrets
import shutil
from collections.abc import Mapping as AnyMapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import transaction

from regulars.core.clock import DAY, SECOND
from regulars.events.actions import create_source
from regulars.events.models import Import, Source
from regulars.events.sources.csv import files, running
from regulars.events.sources.csv.mapping import Mapping, check

SOURCE = "Files"
INCOMING = "incoming-"


class NotPossible(ValueError):
    """The import cannot be started, stopped or continued; the message says why."""


def start_import(
    *,
    path: str | Path,
    kind: str,
    mapping: AnyMapping[str, Any],
    dry: bool = False,
    by: str,
    at: int,
    source: str = SOURCE,
    file_name: str = "",
    background: bool = True,
) -> Import:
    """Keep a copy of the file and queue its import; `running.run` does it at once where `background` is False.

    `mapping` as in `guess_columns(...).mapping`. Files of the same `source` share customer numbers and order
    numbers: importing one twice changes nothing. Raises FileError, MappingError.
    """
    path = Path(path)
    wanted = Mapping.from_json({**mapping, "kind": kind})
    check(wanted, files.columns_of(path, wanted.layout))
    copy = _copied(path, wanted.layout.encoding)
    with transaction.atomic():
        job = Import.objects.create(
            kind=kind,
            file_name=(file_name or path.name)[:200],
            path="",
            digest=_digest(path),
            source_id=_source(source, by, at).id,
            mapping=replace(wanted, layout=replace(wanted.layout, encoding="utf-8")).to_json(),
            state="running",
            dry=dry,
            size=copy.stat().st_size,
            created_us=at,
            created_by=by,
        )
        job.path = f"imports/{job.id}/rows"
        job.save(update_fields=["path"])
        kept = settings.REGULARS_HOME / job.path
        kept.parent.mkdir(mode=0o700, exist_ok=True)
        copy.rename(kept)
        if background:
            running.run_import.later(import_id=job.id)
    return job


def stop_import(*, import_id: int, by: str, at: int) -> Import:
    """Let the batch in hand finish and no other begin. What is in stays in. Idempotent."""
    Import.objects.filter(id=import_id, state="running").update(state="stopped")
    return Import.objects.get(id=import_id)


def continue_import(*, import_id: int, by: str, at: int, background: bool = True) -> Import:
    """Go on where it stopped or failed. Raises NotPossible when there is nothing to go on with."""
    with transaction.atomic():
        job = _locked(import_id)
        if job.state == "done":
            raise NotPossible(f"The import of {job.file_name} is done.")
        if not (settings.REGULARS_HOME / job.path).exists():
            raise NotPossible(f"The stored copy of {job.file_name} is gone: start a new import of the file.")
        Import.objects.filter(id=import_id).update(state="running", error="")
        if background:
            running.run_import.later(import_id=import_id)
    job.refresh_from_db()
    return job


def run_for_real(*, import_id: int, by: str, at: int, background: bool = True) -> Import:
    """After a dry run: read the same file again and take it in. Raises NotPossible for any other import."""
    with transaction.atomic():
        job = _locked(import_id)
        if not job.dry:
            raise NotPossible(f"The import of {job.file_name} was no dry run.")
        running.refused_path(job).unlink(missing_ok=True)
        Import.objects.filter(id=import_id).update(
            dry=False, units=0, lines=0, taken=0, known=0, refused=0, refused_bytes=0, offset=0, summary={},
            created_us=at, created_by=by, finished_us=None, state="stopped",
        )  # fmt: skip
    return continue_import(import_id=import_id, by=by, at=at, background=background)


def errors_file(import_id: int) -> Path | None:
    """The CSV of rows that were refused or lost something, each with line and reason; None when there are none."""
    job = Import.objects.get(id=import_id)
    path = running.refused_path(job)
    return path if job.refused_bytes and path.exists() else None


def _locked(import_id: int) -> Import:
    found = Import.objects.select_for_update().filter(id=import_id).first()
    if found is None:
        raise NotPossible(f"There is no import {import_id}.")
    return found


def _source(name: str, by: str, at: int) -> Source:
    found = Source.objects.filter(name=name, revoked_us=None).first()
    return found or create_source(name=name, kind="csv", by=by, at=at)


def _digest(path: Path) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _copied(path: Path, encoding: str) -> Path:
    """A copy in UTF-8, unpacked, so that erasing a person finds their rows. Made before the transaction begins:
    copying takes long. Raises FileError when the file cannot be read to its end."""
    folder = settings.REGULARS_HOME / "imports"
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    copy = folder / f"{INCOMING}{secrets.token_hex(8)}"
    copy.touch(mode=0o600)
    try:
        text, raw = files.open_text(path, encoding)
        with raw, text, copy.open("w", encoding="utf-8", newline="") as stream:
            shutil.copyfileobj(text, stream, 1 << 20)
    except (OSError, EOFError) as why:
        copy.unlink()
        raise files.FileError(f"The file cannot be read: {why}.") from None
    return copy


def prune(at: int) -> None:
    """Delete copies that nothing will read again: of abandoned dry runs, failed or stopped imports after a month,
    and what a killed upload left behind. Refused rows stay a year."""
    for path in (settings.REGULARS_HOME / "imports").glob(f"{INCOMING}*"):
        if path.stat().st_mtime * SECOND < at - DAY:
            path.unlink(missing_ok=True)
    for job in Import.objects.filter(created_us__lt=at - 30 * DAY).exclude(state="running"):
        (settings.REGULARS_HOME / job.path).unlink(missing_ok=True)
        if job.created_us < at - 365 * DAY:
            running.refused_path(job).unlink(missing_ok=True)
