"""What an answer costs: processor time and questions to the database, through the whole stack in this process.

Other work on the machine makes an answer late, but hardly dearer: so these figures can be compared at any hour.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Sequence
from typing import Any, NamedTuple
from urllib.parse import urlsplit
from wsgiref.util import setup_testing_defaults


class Cost(NamedTuple):
    """Medians over the asked addresses: milliseconds of processor time, questions to the database, kilobytes."""

    ms: float
    questions: float
    kilobytes: float


def cost(paths: Sequence[str], *, cookie: str, htmx: bool = False) -> Cost:
    """Of GETs, each address once, after the first was asked for to warm up. Raises ValueError for no 200."""
    from django.core.wsgi import get_wsgi_application
    from django.db import connection

    pages, asked = get_wsgi_application(), []
    found = []
    _answer(pages, paths[0], cookie, htmx)
    for path in paths:
        began = time.process_time()
        body = _answer(pages, path, cookie, htmx)
        took = time.process_time() - began
        asked.clear()
        with connection.execute_wrapper(lambda run, sql, *rest: (asked.append(sql), run(sql, *rest))[1]):
            _answer(pages, path, cookie, htmx)
        found.append((took * 1000, len(asked), len(body) / 1000))
    return Cost(*(statistics.median(column) for column in zip(*found, strict=True)))


def _answer(pages: Any, path: str, cookie: str, htmx: bool) -> bytes:
    address = urlsplit(path)
    environ = {"PATH_INFO": address.path, "QUERY_STRING": address.query, "HTTP_COOKIE": cookie}
    environ |= {"HTTP_HX_REQUEST": "true"} if htmx else {}
    setup_testing_defaults(environ)
    said: list[str] = []
    answer = pages(environ, lambda status, headers: said.append(status))
    body = b"".join(answer)
    answer.close()
    if not said[0].startswith("200"):
        raise ValueError(f"{path} was answered with {said[0]}.")
    return body
