"""The demo's networks: they look like the real ones and keep what is said in a file. Nothing leaves this machine.

What people do with a post follows from what it is: pictures do well on both, links did better on one of them until it
changed its ways three weeks ago.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from contextvars import ContextVar
from dataclasses import replace
from functools import cached_property
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
from django.conf import settings

from regulars.channels.networks import kinds
from regulars.channels.networks.lines import Plain
from regulars.channels.networks.shape import Line, Login, Network, Said, Saying, Who
from regulars.core.clock import DAY

TABLE = (
    "CREATE TABLE IF NOT EXISTS said (key TEXT PRIMARY KEY, external TEXT NOT NULL, network TEXT NOT NULL,"
    " text TEXT NOT NULL, pictures INTEGER NOT NULL, at INTEGER NOT NULL)"
)
STANDING_IN = ("bluesky", "mastodon", "google", "mailbox", "rss")
REACH = {"bluesky": 900, "mastodon": 520}
LIKED = {"picture": 0.052, "question": 0.041, "link": 0.018, "text": 0.026}  # share of who saw it
CHANGED = {"network": "mastodon", "days": 21, "link": 0.004}  # links are shown to fewer since then


without_forms: ContextVar[bool] = ContextVar("without_forms", default=False)  # while the demo connects its own


def stand_in() -> None:
    """From now on accounts of these kinds talk with the demo's own networks."""
    kinds.GIVEN.update({kind: Stand(kind) for kind in STANDING_IN if kind in kinds.KINDS})


class Stand:
    """A network as a folder of channels/providers offers it."""

    def __init__(self, kind: str) -> None:
        self.kind = kind

    @property
    def NETWORK(self) -> Network:
        """The real one's form, limits and prices; asked seldom, for nobody says anything new here."""
        real: Network = self.real.NETWORK
        return replace(real, every_s=3600, fields=() if without_forms.get() else real.fields)

    @cached_property
    def real(self) -> ModuleType:
        """The folder it stands in for."""
        return import_module(f"regulars.channels.providers.{self.kind}")

    def open(self, login: Login) -> Line:
        """A line into the file; for an account that somebody connects in the demo, the real one."""
        return self.real.open(login) if login.settings or login.secrets else DemoLine(login)

    def __getattr__(self, name: str) -> Any:
        """What else the folder offers: webhooks, letting in, what an account allows."""
        if name.startswith("__"):
            raise AttributeError(name)
        return getattr(self.real, name)


class DemoLine(Plain):
    """Says into the file, finds there, and counts what invented people do."""

    def me(self) -> Who:
        """Northgate."""
        return Who(external="northgate", handle="northgatesports", name="Northgate Sports")

    def say(self, saying: Saying) -> Said:
        """Once per key."""
        external, at = f"{self.login.kind}:{saying.key}", saying.now or saying.at
        row = (saying.key, external, self.login.kind, saying.text, len(saying.pictures), at)
        with _file() as file:
            file.execute("INSERT OR IGNORE INTO said VALUES (?, ?, ?, ?, ?, ?)", row)
        return Said("handed_off", external=external, url=f"https://{self.login.kind}.example/northgate/{saying.key}")

    def find(self, saying: Saying) -> Said | None:
        """It is there when it was said."""
        with _file() as file:
            found = file.execute("SELECT external FROM said WHERE key = ?", [saying.key]).fetchone()
        return Said("handed_off", external=found[0]) if found else None

    def remove(self, external: str) -> bool:
        """Gone from the file."""
        with _file() as file:
            return bool(file.execute("DELETE FROM said WHERE external = ?", [external]).rowcount)

    def hide(self, external: str, *, hidden: bool) -> bool:
        """Everything can be hidden here."""
        return True

    def measure(self, externals: tuple[str, ...]) -> Mapping[str, Mapping[str, int]]:
        """What people did with it: always the same for the same post."""
        marks = ", ".join("?" * len(externals))
        with _file() as file:
            rows = file.execute(f"SELECT * FROM said WHERE external IN ({marks})", externals).fetchall()
        return {row[1]: _counted(*row) for row in rows}


def _counted(key: str, external: str, network: str, text: str, pictures: int, at: int) -> dict[str, int]:
    random = np.random.default_rng([*external.encode()])
    share = LIKED[kind := _kind(text, pictures)]
    if network == CHANGED["network"] and kind == "link" and at > _end() - CHANGED["days"] * DAY:
        share = CHANGED["link"]
    views = int(random.gamma(9, REACH.get(network, 100) / 9))
    likes = int(random.binomial(views, share))
    return {"views": views, "likes": likes, "reposts": int(random.binomial(likes, 0.18)),
            "replies": int(random.binomial(views, 0.012 if kind == "question" else 0.003))}  # fmt: skip


def _kind(text: str, pictures: int) -> str:
    if pictures:
        return "picture"
    return "link" if "http" in text else "question" if "?" in text else "text"


def _end() -> int:
    """The midnight at which the demo was filled: what is said now comes later."""
    kept = Path(settings.REGULARS_HOME) / "demo-end"
    return int(kept.read_text()) if kept.exists() else 2**62


def note_end(at: int) -> None:
    """Keep the moment the shop ends at."""
    (Path(settings.REGULARS_HOME) / "demo-end").write_text(str(at))


@contextmanager
def _file() -> Iterator[sqlite3.Connection]:
    path = Path(settings.REGULARS_HOME) / "said.sqlite"
    with closing(sqlite3.connect(path, timeout=10)) as file, file:
        file.execute(TABLE)
        yield file
