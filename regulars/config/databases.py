"""Where the truth lives: one SQLite file by default, PostgreSQL when DATABASE_URL says so."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import parse_qsl, unquote, urlsplit

# for disks without heads, where fetching a row by an index costs little more than reading on; and our statements
# are short, so that compiling them first never pays
TUNED = "-c random_page_cost=1.1 -c jit=off"


def from_url(url: str, home: Path) -> dict:
    """Django's settings for `postgresql://user:password@host:port/name?option=value`, or for SQLite if empty.

    Raises ValueError for any other scheme.
    """
    if not url:
        return _sqlite(home / "regulars.sqlite3")
    parts = urlsplit(url)
    if parts.scheme == "sqlite":
        return _sqlite(Path(parts.path))
    if parts.scheme not in ("postgresql", "postgres"):
        raise ValueError(
            f"DATABASE_URL starts with “{parts.scheme}”: it must start with postgresql:// (or be unset)."
        )
    options = {"options": TUNED} | dict(parse_qsl(parts.query))
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.lstrip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": options.pop("host", parts.hostname or ""),
        "PORT": str(parts.port or ""),
        "OPTIONS": options,
        "CONN_MAX_AGE": 60,
    }


def _sqlite(path: Path) -> dict:
    return {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": str(path),
        "OPTIONS": {"transaction_mode": "IMMEDIATE", "timeout": 30},
        "CONN_MAX_AGE": None,
        "TEST": {"NAME": str(path.with_name("test.sqlite3"))},
    }
