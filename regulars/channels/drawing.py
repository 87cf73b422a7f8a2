"""Who is held out: a number per person that stays the same, and that nobody outside can tell."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from functools import cache

from regulars.core.home import secret


def draw(salt: str, person_id: int) -> float:
    """A number in [0, 1) that always is the same for a person and a salt. Keyed: nobody outside can tell it.

    A person's number is that of their oldest node, so it survives merging with younger ones.
    """
    return drawing(salt)(person_id)


def drawing(salt: str) -> Callable[[int], float]:
    """`draw` for many people: key and salt are hashed once."""
    begun = hashlib.blake2b(f"{salt}\0".encode(), key=_key(), digest_size=8)

    def drawn(person_id: int) -> float:
        hashed = begun.copy()
        hashed.update(b"%d" % person_id)
        return int.from_bytes(hashed.digest()) / 2**64

    return drawn


def nobody(person_id: int) -> float:
    """Nobody is held out."""
    return 1.0


@cache
def _key() -> bytes:
    return bytes.fromhex(secret("holdout"))
