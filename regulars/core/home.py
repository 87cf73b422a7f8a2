"""The folder under which everything lives, and the key file, kept apart from the data so that a copied
database is worth little without it."""

from __future__ import annotations

import json
import os
import secrets
from pathlib import Path


def folder() -> Path:
    """REGULARS_HOME (default ./regulars-data), created for this user alone on first use."""
    path = Path(os.environ.get("REGULARS_HOME", "regulars-data")).resolve()
    path.mkdir(mode=0o700, parents=True, exist_ok=True)
    return path


def keys_file() -> Path:
    """REGULARS_KEYS, default `keys.json` in `<home>-keys` beside the home."""
    default = folder().with_name(folder().name + "-keys") / "keys.json"
    return Path(os.environ.get("REGULARS_KEYS", default))


def secret(name: str) -> str:
    """The installation's secret of that name: random, made once, 256 bits as hex."""
    path = keys_file()
    known = json.loads(path.read_text()) if path.exists() else {}
    if name not in known:
        known[name] = secrets.token_hex(32)
        _write(path, known)
    return known[name]


def _write(path: Path, known: dict[str, str]) -> None:
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    fresh = path.with_suffix(f".{os.getpid()}.new")
    fresh.touch(mode=0o600)
    fresh.write_text(json.dumps(known, indent=1))
    os.replace(fresh, path)
