"""Transactions that are repeated when somebody else was faster."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import ParamSpec, TypeVar

from django.db import connection, transaction

from regulars.people.actions.joining import TryAgain

P = ParamSpec("P")
R = TypeVar("R")
TRIES = 20


def in_one_transaction(act: Callable[P, R]) -> Callable[P, R]:
    """Runs in a transaction of its own, up to 20 times on TryAgain; inside another one it leaves that to it."""

    @functools.wraps(act)
    def run(*args: P.args, **kwargs: P.kwargs) -> R:
        if connection.in_atomic_block:
            return act(*args, **kwargs)
        for left in reversed(range(TRIES)):
            try:
                with transaction.atomic():
                    return act(*args, **kwargs)
            except TryAgain:
                if not left:
                    raise
        raise AssertionError

    return run
