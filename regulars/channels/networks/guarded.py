"""HTTP to networks, guarded: what a person typed as an address cannot lead into our own house.

Every name is resolved once and must be public; the connection goes to the address that was checked, also after a
redirect.
"""

from __future__ import annotations

import logging
from typing import Any

import httpcore
import httpx

from regulars.core import outside

logging.getLogger("httpx").setLevel(logging.WARNING)  # else it writes a line for every request
TIMEOUT = httpx.Timeout(15.0, connect=5.0)
LONGEST = 20_000_000  # bytes of one answer


class _Checked(httpcore.SyncBackend):
    """Connects to public addresses only (all, with REGULARS_PRIVATE_OUTSIDE=1)."""

    def connect_tcp(self, host: str, port: int, *args: Any, **more: Any) -> httpcore.NetworkStream:
        try:
            address, port = outside.public_address(host, port)
        except (outside.Refused, outside.Unreachable) as why:
            raise httpcore.ConnectError(str(why)) from why
        return super().connect_tcp(address, port, *args, **more)


def transport() -> httpx.HTTPTransport:
    """What an httpx client is given."""
    made = httpx.HTTPTransport(trust_env=False)
    made._pool = httpcore.ConnectionPool(
        ssl_context=httpx.create_ssl_context(trust_env=False), network_backend=_Checked(), max_connections=10
    )
    return made


def _too_long(response: httpx.Response) -> None:
    if int(response.headers.get("content-length") or 0) > LONGEST:
        raise httpx.ReadError(f"{response.url.host} answers with more than {LONGEST // 1_000_000} MB.")


def options() -> dict[str, Any]:
    """Arguments for httpx.Client, for libraries that make their own."""
    return {
        "transport": transport(), "timeout": TIMEOUT, "trust_env": False, "event_hooks": {"response": [_too_long]},
    }  # fmt: skip


def client(**more: Any) -> httpx.Client:
    """A client for one thread. Raises httpx.ConnectError, with a sentence, for private addresses."""
    return httpx.Client(**(options() | more))
