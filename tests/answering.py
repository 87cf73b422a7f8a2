"""Pages ask on while a test ends. What is being answered then is finished before the tables are emptied, so that
nothing of it is written into the next test."""

from __future__ import annotations

import threading
from typing import Any

import pytest
from django.core.signals import request_finished, request_started

PATIENCE = 30  # seconds
_now = threading.Condition()
_threads: set[int] = set()


def _began(**_: Any) -> None:
    with _now:
        _threads.add(threading.get_ident())


def _ended(**_: Any) -> None:
    with _now:
        _threads.discard(threading.get_ident())
        _now.notify_all()


request_started.connect(_began)
request_finished.connect(_ended)


def _is_quiet() -> bool:
    """Whether nothing is being answered; who was cut off in the middle has no thread any more."""
    return not _threads & {thread.ident for thread in threading.enumerate()} - {threading.get_ident()}


@pytest.fixture(autouse=True)
def _no_answer_outlives_its_test(request):
    if "live_server" not in request.fixturenames:
        yield
        return
    request.getfixturevalue("transactional_db")
    yield
    with _now:
        _now.wait_for(_is_quiet, PATIENCE)
