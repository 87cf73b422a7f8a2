"""What a request said, as one short text: the same key with another hash is a conflict."""

from __future__ import annotations

import hashlib
import json
from typing import Any


def request_hash(ask: Any) -> str:
    """SHA-256 of what the caller said: time of recording and actor are left out, for a retry has others."""
    said = ask.what | {"occurred_us": ask.occurred_us} if ask.said is None else ask.said
    text = json.dumps([ask.programme_id, ask.asset, ask.kind, ask.node_id, said], sort_keys=True, default=str)
    return hashlib.sha256(text.encode()).hexdigest()
