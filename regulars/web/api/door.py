"""The WSGI door of /api/v1/: what Django's middleware does for browsers (sessions, forms, languages, a policy for
scripts, files) is left out, which is a fifth of the processor time of a short request. Programs bring a key."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.core.handlers.wsgi import WSGIHandler

PREFIX = "/api/v1/"


def is_ours(environ: Mapping[str, Any]) -> bool:
    """Whether this application answers the address."""
    return environ.get("PATH_INFO", "").startswith(PREFIX)


class Door(WSGIHandler):
    """Django with the middleware of `API_MIDDLEWARE` alone."""

    def load_middleware(self, is_async: bool = False) -> None:
        every = settings.MIDDLEWARE
        settings.MIDDLEWARE = settings.API_MIDDLEWARE
        try:
            super().load_middleware(is_async)
        finally:
            settings.MIDDLEWARE = every
