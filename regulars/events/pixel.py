"""Events by picture: `GET /v1/pixel/track?data=<base64 JSON>` or a flat query, for mails and pages without script."""

from __future__ import annotations

import base64
import json
from typing import Any
from urllib.parse import parse_qsl

GIF = base64.b64decode("R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7")
OBJECTS = ("properties", "traits", "context")
LONGEST_QUERY = 64 * 1024


def event_in(query: str) -> dict[str, Any]:
    """The event of a pixel's query. Raises ValueError when `data` is no base64 of a JSON object."""
    if len(query) > LONGEST_QUERY:
        raise ValueError("the query is too long")
    fields = dict(parse_qsl(query, keep_blank_values=True))
    if "data" not in fields:
        return _nested(fields)
    text = fields["data"].replace("-", "+").replace("_", "/").replace(" ", "+")
    found = json.loads(base64.b64decode(text + "=" * (-len(text) % 4)))
    if not isinstance(found, dict):
        raise ValueError("data must be a JSON object")
    return found


def _nested(fields: dict[str, str]) -> dict[str, Any]:
    """`properties.total=5` becomes {"properties": {"total": "5"}}."""
    event: dict[str, Any] = {}
    for name, value in fields.items():
        place, dot, inner = name.partition(".")
        if dot and place in OBJECTS:
            event.setdefault(place, {})[inner] = value
        else:
            event[name] = value
    return event
