"""Getting a feed: guarded at every redirect, bounded in time and size, unpacked with a bound too."""

from __future__ import annotations

import zlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import urljoin, urlsplit

from regulars.channels.networks.shape import Slower, Unreachable
from regulars.channels.networks.web import AGENT, PATIENCE, WITHIN, wait_of
from regulars.core import outside

LONGEST = 5_000_000  # bytes, packed and unpacked
MOST_STEPS = 5
FOR_GOOD = (301, 308)
ELSEWHERE = (301, 302, 303, 307, 308)
WANTED = "application/atom+xml, application/rss+xml, application/xml;q=0.9, text/xml;q=0.8, */*;q=0.1"


@dataclass(frozen=True)
class Fetched:
    """A feed's bytes (None: unchanged), where it was found, and whether it has moved there for good."""

    body: bytes | None = field(repr=False)
    headers: Mapping[str, str]
    url: str
    moved: bool


def fetch(url: str, *, etag: str = "", modified: str = "", at: int) -> Fetched:
    """The feed if it changed. Raises Slower and Unreachable."""
    moved = True
    for step in range(MOST_STEPS + 1):
        answer = _ask(url, _asked(etag, modified))
        headers = {name.lower(): value for name, value in answer.headers.items()}
        if answer.status not in ELSEWHERE:
            return Fetched(_body(url, answer, headers, at), headers, url, moved and step > 0)
        moved = moved and answer.status in FOR_GOOD
        url = urljoin(url, headers.get("location", ""))
    raise Unreachable(f"{_host(url)} sends us around in circles.")


def _asked(etag: str, modified: str) -> dict[str, str]:
    asked = {"User-Agent": AGENT, "Accept": WANTED, "Accept-Encoding": "gzip"}
    asked |= {"If-None-Match": etag} if etag else {}
    return asked | ({"If-Modified-Since": modified} if modified else {})


def _ask(url: str, headers: Mapping[str, str]) -> outside.Answer:
    try:
        return outside.ask(url, method="GET", headers=headers, timeout=PATIENCE, within=WITHIN, longest=LONGEST + 1)
    except (outside.Refused, outside.Unreachable) as problem:
        raise Unreachable(str(problem)) from None
    except ValueError:
        raise Unreachable("The feed's address holds odd signs.") from None


def _body(url: str, answer: outside.Answer, headers: Mapping[str, str], at: int) -> bytes | None:
    if answer.status == 304:
        return None
    if answer.status == 429 or (answer.status == 503 and "retry-after" in headers):
        raise Slower(f"{_host(url)} asks us to wait.", wait_of(headers, at))
    if answer.status in (404, 410):
        gone = " any more" if answer.status == 410 else ""
        raise Unreachable(f"There is no feed at {url[:200]}{gone} ({answer.status}).")
    if answer.status != 200:
        raise Unreachable(f"{_host(url)} answers with {answer.status}.")
    body = _unpacked(answer.body) if answer.body[:2] == b"\x1f\x8b" else answer.body
    if len(body) > LONGEST:
        raise Unreachable(f"The feed of {_host(url)} is longer than five megabytes.")
    return body


def _unpacked(body: bytes) -> bytes:
    try:
        return zlib.decompressobj(wbits=31).decompress(body, LONGEST + 1)
    except zlib.error:
        raise Unreachable("The feed is packed in a way that cannot be unpacked.") from None


def _host(url: str) -> str:
    return urlsplit(url).hostname or "The feed"
