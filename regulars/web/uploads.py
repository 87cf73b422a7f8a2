"""Files between their upload and the start of their import: kept below the home for a day, then gone."""

import secrets
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.http import Http404
from django.utils.translation import gettext as _

KEEP_SECONDS = 86_400


@dataclass(frozen=True)
class Upload:
    """A file that waits for its columns to be named."""

    path: Path
    name: str
    kind: str


def _folder() -> Path:
    folder = settings.REGULARS_HOME / "imports" / "uploads"
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    return folder


def keep(session: Any, file: UploadedFile, kind: str) -> str:
    """Store an uploaded file and remember it in the session; returns its token. Clears away abandoned ones."""
    sweep()
    token = secrets.token_urlsafe(16)
    path = _folder() / token
    with path.open("wb") as kept:
        path.chmod(0o600)
        for chunk in file.chunks():
            kept.write(chunk)
    session["uploads"] = {**session.get("uploads", {}), token: {"name": file.name, "kind": kind}}
    return token


def call_it(session: Any, token: str, kind: str) -> None:
    """What is in an upload, once somebody has looked."""
    said = session["uploads"][token]
    session["uploads"] = {**session["uploads"], token: {**said, "kind": kind}}


def find(session: Mapping[str, Any], token: str) -> Upload:
    """The file of a token of this session. Raises Http404 when it is gone."""
    said, path = session.get("uploads", {}).get(token), _folder() / token
    if not said or not path.exists():
        raise Http404(_("The uploaded file is gone: it is kept for a day. Upload it again."))
    return Upload(path, said["name"], said["kind"])


def drop(session: Any, token: str) -> None:
    """Forget an upload: its import has a copy of its own."""
    session["uploads"] = {key: value for key, value in session.get("uploads", {}).items() if key != token}
    (_folder() / token).unlink(missing_ok=True)


def sweep(*, keep_seconds: int = KEEP_SECONDS) -> int:
    """Remove what was abandoned more than a day ago; returns how many files."""
    oldest = time.time() - keep_seconds
    old = [path for path in _folder().iterdir() if path.stat().st_mtime <= oldest]
    for path in old:
        path.unlink(missing_ok=True)
    return len(old)
