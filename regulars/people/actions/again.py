"""Transactions that are repeated when somebody else was faster."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import ParamSpec, TypeVar

from django.db import OperationalError, connection, transaction

from regulars.people.actions.joining import TryAgain

P = ParamSpec("P")
R = TypeVar("R")
TRIES = 20
IN_THE_WAY = {"40001", "40P01"}  # PostgreSQL: could not serialize; deadlock detected


def in_one_transaction(act: Callable[P, R]) -> Callable[P, R]:
    """Runs in a transaction of its own, repeated up to 20 times; inside another one it leaves that to it."""

    @functools.wraps(act)
    def run(*args: P.args, **kwargs: P.kwargs) -> R:
        if connection.in_atomic_block:
            return act(*args, **kwargs)
        for left in reversed(range(TRIES)):
            try:
                with transaction.atomic():
                    return act(*args, **kwargs)
            except OperationalError as why:
                if not left or not _in_the_way(why):
                    raise
        raise AssertionError

    return run


def _in_the_way(why: OperationalError) -> bool:
    return isinstance(why, TryAgain) or getattr(why.__cause__, "sqlstate", "") in IN_THE_WAY
