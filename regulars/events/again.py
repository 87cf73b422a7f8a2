"""Transactions that are repeated because another one was in the way: nothing is wrong with what they do."""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from typing import TypeVar

from django.db import OperationalError, connection

from regulars.people.actions import TryAgain

R = TypeVar("R")
TRIES = 20
IN_THE_WAY = {"40001", "40P01"}  # PostgreSQL: could not serialize; deadlock detected


def with_patience(work: Callable[[], R]) -> R:
    """What `work`, which is one transaction, returns. Inside another transaction, that one is to be repeated."""
    for left in reversed(range(TRIES)):
        try:
            return work()
        except OperationalError as why:
            if connection.in_atomic_block or not left or not _in_the_way(why):
                raise
            time.sleep(random.uniform(0, 0.02))
    raise AssertionError


def _in_the_way(why: OperationalError) -> bool:
    return isinstance(why, TryAgain) or getattr(why.__cause__, "sqlstate", "") in IN_THE_WAY
