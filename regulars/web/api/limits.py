"""How often one key may ask: counted per minute in the cache that all processes of this machine share."""

from __future__ import annotations

import time

from django.conf import settings
from django.core.cache import cache


def count(key_id: int) -> None:
    """Count one request. Raises Problem 429 when the minute's allowance is used up.

    Two processes counting at the same instant may count one request for two: the limit is meant against runaway
    programs, not for billing.
    """
    from regulars.web.api.frame import Problem

    minute, second = divmod(int(time.time()), 60)
    name = f"api:{key_id}:{minute}"
    used = cache.get(name, 0)
    if used >= settings.API_PER_MINUTE:
        message = f"This key asked {used} times within a minute, which is its limit. Wait {60 - second} seconds."
        raise Problem(429, "too_many", message, Retry_After=str(60 - second))
    cache.set(name, used + 1, 90)
