"""What a request shows of who asks, and how often they may."""

from __future__ import annotations

import time

from allauth.account.adapter import get_adapter
from django.core.cache import cache
from django.http import HttpRequest

from regulars.portal.visitors import Visit


def visit_of(request: HttpRequest) -> Visit:
    """The tells by which scanners and proxies are known."""
    return Visit(
        agent=request.headers.get("User-Agent", "")[:300],
        method=request.method or "GET",
        language=request.headers.get("Accept-Language", ""),
        purpose=request.headers.get("Sec-Purpose", "") or request.headers.get("X-Purpose", ""),
    )


def ip_of(request: HttpRequest) -> str:
    """The visitor's address, behind as many proxies as the settings trust."""
    return get_adapter(request).get_client_ip(request) or ""


def evidence_of(request: HttpRequest, page: str) -> dict[str, str]:
    """What the consent ledger keeps about how something was said."""
    return {"page": page, "ip": ip_of(request), "agent": request.headers.get("User-Agent", "")[:200]}


def too_often(what: str, who: str, *, most: int, seconds: int) -> bool:
    """Count one attempt; True when it is more than `most` in the current stretch of `seconds`."""
    name = f"portal:{what}:{who}:{int(time.time()) // seconds}"
    if cache.add(name, 1, seconds):
        return False
    try:
        return cache.incr(name) > most
    except ValueError:  # it ran out between the two calls
        return False
