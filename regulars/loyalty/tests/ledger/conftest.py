"""People with nothing but a number, and short ways to post."""

from __future__ import annotations

import pytest

from regulars.core.clock import DAY
from regulars.loyalty import ledger
from regulars.people.actions import Sighting, record_sightings

PROGRAMME = 1


class Books:
    """Posts for people by their node; every posting gets the next key."""

    def __init__(self, at: int) -> None:
        self.at, self.keys = at, 0

    def _key(self, key: str | None) -> str:
        self.keys += 1
        return key or f"k{self.keys}"

    def earn(self, node: int, amount: int, *, key=None, wait=0, live=365, at=None, **more):
        at = self.at if at is None else at
        fields = {"occurred_us": at, "activates_us": at + wait * DAY, "cause": "purchase"} | more
        fields.setdefault("expires_us", None if live is None else at + live * DAY)
        return ledger.post_earn(
            programme_id=PROGRAMME, node_id=node, source="test", key=self._key(key), amount=amount, at=at, **fields
        )

    def spend(self, node: int, amount: int, *, key=None, at=None, **more):
        at = self.at if at is None else at
        fields = {"programme_id": PROGRAMME, "node_id": node, "source": "test", "amount": amount, "at": at}
        return ledger.spend(**fields, key=self._key(key), **more)

    def claw(self, node: int, amount: int, *, key=None, at=None, **more):
        at = self.at if at is None else at
        fields = {"programme_id": PROGRAMME, "node_id": node, "source": "test", "amount": amount, "at": at}
        return ledger.claw_back(**fields, key=self._key(key), **more)

    def hold(self, node: int, amount: int, *, key=None, at=None, **more):
        at = self.at if at is None else at
        fields = {"programme_id": PROGRAMME, "node_id": node, "source": "test", "amount": amount, "at": at}
        return ledger.hold(**fields, key=self._key(key), **more)

    def capture(self, hold: int, *, at=None, **more):
        return ledger.capture(programme_id=PROGRAMME, hold_id=hold, at=self.at if at is None else at, **more)

    def release(self, hold: int, *, at=None, **more):
        return ledger.release(programme_id=PROGRAMME, hold_id=hold, at=self.at if at is None else at, **more)

    def back(self, spend: int, *, key=None, at=None, **more):
        at = self.at if at is None else at
        fields = {"programme_id": PROGRAMME, "spend_id": spend, "source": "test", "at": at}
        return ledger.give_back(**fields, key=self._key(key), **more)

    def adjust(self, node: int, amount: int, *, key=None, at=None, reason="Sorry", by="user:1", **more):
        at = self.at if at is None else at
        fields = {"programme_id": PROGRAMME, "node_id": node, "amount": amount, "reason": reason, "by": by, "at": at}
        return ledger.adjust(**fields, key=self._key(key), **more)

    def have(self, person: int, *, at=None):
        return ledger.balance(programme_id=PROGRAMME, person_id=person, at=self.at if at is None else at)


@pytest.fixture
def books(business, at) -> Books:
    return Books(at)


@pytest.fixture
def person(business, at):
    """`person()` makes somebody new and returns their node, which is the person's number too."""
    made = iter(range(1, 10**6))

    def make() -> int:
        sighting = Sighting("shop", (("user", f"u{next(made)}"),), (), {}, (), at)
        return record_sightings(sightings=[sighting], source_id=1, at=at)[0]

    return make
