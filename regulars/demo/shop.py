"""The whole shop: people, accounts and orders put together, and told as events in order of time."""

import csv
import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np

from . import baskets, population, purchases, words
from .accounts import OUTLET, SYSTEMS, TILL, WEB, Account, choose_system, is_second, open_accounts
from .purchases import DAY_US, TRUE_PURCHASES, TRUE_SPEND
from .telling import Teller

TIMEZONE = "Europe/London"
_SECOND = 1_000_000


@dataclass(frozen=True, slots=True)
class Source:
    """One system that sends events; equal user ids mean one account within its namespace."""

    name: str
    namespace: str


SOURCES = tuple(Source(name, name.split()[0].lower()) for name in SYSTEMS)


@dataclass(frozen=True)
class Shop:
    """Northgate Sports with its truth. `events()` tells it; everything else is what really happened."""

    seed: int
    end_us: int
    people: population.Population
    accounts: list[Account]
    bought: purchases.Purchases
    lines: baskets.Baskets
    account_of_order: np.ndarray
    store_of_order: np.ndarray
    order_us: np.ndarray
    sources: tuple[Source, ...] = SOURCES

    @property
    def parameters(self) -> dict[str, dict[str, float]]:
        """The true parameters (weeks, pounds) of the models the purchases were drawn from."""
        return {"bgnbd": dict(TRUE_PURCHASES), "gammagamma": dict(TRUE_SPEND)}

    @cached_property
    def truth(self) -> list[dict[str, Any]]:
        """Who is who: one row per account, with its real person and what makes it hard to recognise."""
        return [
            {"source": SYSTEMS[a.system], "user_id": a.user_id, "person": a.person, "differs": "; ".join(a.differs)}
            for a in self.accounts
        ]

    def events(self) -> Iterator[tuple[str, dict[str, Any]]]:
        """(source name, event) in the Segment vocabulary, in order of time. Always the same for the same shop."""
        return Teller(self).tell()

    def write_truth(self, folder: Path) -> None:
        """Keep the truth beside the data: accounts.csv, people.csv and parameters.json."""
        folder.mkdir(parents=True, exist_ok=True)
        _write_csv(folder / "accounts.csv", self.truth)
        left = self.bought.left_day
        _write_csv(
            folder / "people.csv",
            [{"person": i, "left": str(np.datetime64(int(d), "D")) if d >= 0 else ""} for i, d in enumerate(left)],
        )
        until = datetime.fromtimestamp(self.end_us / 1e6, UTC).isoformat()
        known = {
            "seed": self.seed,
            "until": until,
            "stores": words.STORES,
            "sources": [asdict(s) for s in self.sources],
        }
        (folder / "parameters.json").write_text(json.dumps(known | self.parameters, indent=2))


def generate(*, seed: int, people: int, end_us: int) -> Shop:
    """Northgate with that many customers over the three years up to the day before `end_us`."""
    random = np.random.default_rng(seed)
    everyone = population.invent(random, people)
    bought = purchases.draw(random, people=people, last_day=end_us // DAY_US - 1)
    system = choose_system(random, everyone, bought.person)
    code = (bought.person * 3 + system) * 2 + is_second(random, bought.person, system)
    opened, at, account_of_order = np.unique(code, return_index=True, return_inverse=True)
    order = np.argsort(at, kind="stable")
    position = np.empty(len(order), dtype=np.int64)
    position[order] = np.arange(len(order))
    person = opened[order] // 6
    first = np.r_[True, person[1:] != person[:-1]]
    accounts = open_accounts(random, everyone, person, opened[order] // 2 % 3, first)
    lines = baskets.fill(random, bought.person, bought.day, bought.amount)
    return Shop(
        seed, end_us, everyone, accounts, bought, lines, position[account_of_order],
        _stores(random, everyone, bought.person, system), _times(random, bought.day, system),
    )  # fmt: skip


def _stores(random, everyone, person, system) -> np.ndarray:
    """Where each order was made: mostly the store nearest to home."""
    near = np.array([t[3] for t in words.TOWNS])[everyone.town][person]
    wanders = (random.random(len(person)) < 0.1) | (near == 3)
    store = np.where(wanders, random.integers(0, 3, len(person)), near)
    return np.select([system == WEB, system == OUTLET], [4, 3], store)


def _times(random, day, system) -> np.ndarray:
    """A moment in shop hours, or in the evening at home, by the clock on the wall."""
    shop = random.uniform(9.5, 18.5, len(day))
    home = random.triangular(7, 20.5, 23.5, len(day))
    hours = np.where(system == TILL, shop, np.where(system == OUTLET, shop, home))
    zone = ZoneInfo(TIMEZONE)
    first = int(day.min())
    ahead = [
        datetime.fromtimestamp(d * 86_400 + 43_200, UTC).astimezone(zone).utcoffset().total_seconds()
        for d in range(first, int(day.max()) + 1)
    ]
    seconds = hours * 3600 - np.array(ahead)[day - first]
    return day * DAY_US + (seconds * _SECOND).astype(np.int64)


def _write_csv(path: Path, rows: list[dict[str, Any]]) -> None:
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, rows[0].keys())
        writer.writeheader()
        writer.writerows(rows)
