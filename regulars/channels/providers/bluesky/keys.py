"""Record keys made of our own keys: saying the same thing twice means the same record. Pure.

A post's key is a TID (atproto.com/specs/tid): 53 bits of microseconds and 10 of a clock, in base 32. The microseconds
are those at which the post was written down, spread over a second by a hash of its key, so that two posts differ.
"""

from __future__ import annotations

from hashlib import sha256

SIGNS = "234567abcdefghijklmnopqrstuvwxyz"
POSTS = "app.bsky.feed.post"


def record_key(key: str, at: int) -> str:
    """The record key of the post with this key, written down at `at` (us)."""
    mark = int.from_bytes(sha256(key.encode()).digest()[:8], "big")
    number = (max(0, at - mark % 1_000_000) % 2**53) << 10 | (mark >> 40) % 1024
    return "".join(SIGNS[number >> shift & 31] for shift in range(60, -1, -5))


def parts_of(uri: str) -> tuple[str, str, str]:
    """(repository, collection, record key) of an at:// address. Raises ValueError."""
    scheme, _, rest = uri.partition("at://")
    repo, collection, rkey = rest.split("/") if not scheme else ("", "", "")
    if not (repo and collection and rkey):
        raise ValueError(f"{uri} is no address of a record.")
    return repo, collection, rkey
