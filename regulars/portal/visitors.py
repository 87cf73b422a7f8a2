"""Who opens and clicks: a person, a mail scanner, or a proxy that loads pictures for people.

Known tells, each documented by its maker or measured by many: Apple's Mail Privacy Protection loads every picture
through its own proxy with a bare "Mozilla/5.0"; Gmail and Yahoo load through named proxies; security gateways
follow every link within seconds of delivery, with HEAD requests or without the headers that browsers send.
"""

from __future__ import annotations

from dataclasses import dataclass

from regulars.core.clock import SECOND

PROXIES = ("GoogleImageProxy", "YahooMailProxy", "ggpht.com")
SCANNERS = (
    "barracuda", "proofpoint", "mimecast", "symantec", "trendmicro", "fireeye", "urlscan", "bot", "crawl", "spider",
    "preview",
    "python-", "curl/", "wget/", "go-http-client", "java/", "okhttp", "headlesschrome", "safelinks", "bingpreview",
)  # fmt: skip
APPLE_PRIVACY = "Mozilla/5.0"
TOO_QUICK_US = 2 * SECOND


@dataclass(frozen=True)
class Visit:
    """What a request shows of who asks."""

    agent: str = ""
    method: str = "GET"
    language: str = ""
    purpose: str = ""  # Sec-Purpose, X-Purpose: prefetch


def verdict(visit: Visit, *, kind: str, since_us: int) -> str:
    """human, scanner or proxy. `since_us`: microseconds since the message was handed off."""
    agent = visit.agent.strip()
    lower = agent.lower()
    if any(name in agent for name in PROXIES) or agent == APPLE_PRIVACY:
        return "proxy"
    if visit.method == "HEAD" or "prefetch" in visit.purpose.lower() or not agent:
        return "scanner"
    if any(name in lower for name in SCANNERS):
        return "scanner"
    if kind == "clicked" and (since_us < TOO_QUICK_US or not visit.language):
        return "scanner"
    return "human"
