"""Requests to addresses on the internet, guarded: nothing inside our own network can be reached by naming it.

The name is resolved once, every address must be public, and the connection goes to the address that was checked, so
that a name that answers differently the second time gains nothing. Redirects are not followed.
"""

from __future__ import annotations

import http.client
import io
import ipaddress
import os
import socket
import ssl
import time
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

LONGEST = 1_000_000  # bytes read of an answer, where nobody wants more


class Refused(ValueError):
    """The address may not be asked; the message says why."""


class Unreachable(OSError):
    """Nobody answered. `sent`: whether the request may have arrived all the same."""

    def __init__(self, message: str, *, sent: bool) -> None:
        super().__init__(message)
        self.sent = sent


@dataclass(frozen=True)
class Answer:
    """What came back, as much of it as was wanted."""

    status: int
    headers: Mapping[str, str]
    body: bytes


def ask(
    url: str,
    *,
    method: str = "POST",
    headers: Mapping[str, str] | None = None,
    body: bytes = b"",
    timeout: float = 10.0,
    within: float | None = None,
    longest: int = LONGEST,
) -> Answer:
    """One HTTP request. Raises Refused (bad or private address), Unreachable (no answer in time).

    Of the answer `longest` bytes are read. `timeout` is in seconds and for each network step, `within` for the whole
    answer: a server that drips bytes for ever is left.
    REGULARS_PRIVATE_OUTSIDE=1 allows private addresses, for a gateway in the same house.
    """
    parts = urlsplit(url)
    host, port = _host(parts)
    path = parts._replace(scheme="", netloc="", fragment="").geturl() or "/"
    connection = _connect(parts.scheme, host, port, timeout)
    sent, until = False, time.monotonic() + within if within else None
    connection.response_class = lambda raw, **more: http.client.HTTPResponse(_Bounded(raw, until, timeout), **more)
    try:
        connection.request(method, path, body=body or None, headers=dict(headers or {}))
        sent = True
        answer = connection.getresponse()
        return Answer(answer.status, dict(answer.getheaders()), answer.read(longest))
    except (OSError, http.client.HTTPException) as problem:
        raise Unreachable(f"{host} did not answer: {problem}", sent=sent) from problem
    finally:
        connection.close()


class _Bounded(io.RawIOBase):
    """What a socket says, until a moment."""

    def __init__(self, raw: socket.socket, until: float | None, timeout: float) -> None:
        self.raw, self.until, self.timeout = raw, until, timeout
        self.stream = raw.makefile("rb", buffering=0)  # keeps the socket open until the answer is read

    def makefile(self, mode: str) -> io.BufferedReader:
        return io.BufferedReader(self)

    def readable(self) -> bool:
        return True

    def readinto(self, buffer) -> int:
        if self.until is not None:
            left = self.until - time.monotonic()
            if left <= 0:
                raise TimeoutError("it took too long")
            self.raw.settimeout(min(left, self.timeout))
        return self.stream.readinto(buffer)

    def close(self) -> None:
        self.stream.close()
        super().close()


def check(url: str) -> None:
    """Raises Refused when the address could never be asked; resolves nothing."""
    _host(urlsplit(url))


def _host(parts) -> tuple[str, int]:
    if parts.scheme not in ("https", "http"):
        raise Refused("Give an address that begins with https://.")
    if parts.username or parts.password:
        raise Refused("An address with a name and password in it is not asked; use a header or a secret.")
    try:
        port = parts.port or (443 if parts.scheme == "https" else 80)
    except ValueError:
        raise Refused("The port in this address is not a number.") from None
    if not parts.hostname or any(ord(sign) < 33 for sign in parts.geturl()):
        raise Refused("This is not a web address; write for example https://shop.example.com/hook.")
    return parts.hostname, port


def _connect(scheme: str, host: str, port: int, timeout: float) -> http.client.HTTPConnection:
    address = public_address(host, port)
    connection = http.client.HTTPConnection(host, port, timeout=timeout)
    try:
        raw = socket.create_connection(address, timeout=timeout)
        connection.sock = (
            ssl.create_default_context().wrap_socket(raw, server_hostname=host) if scheme == "https" else raw
        )
    except OSError as problem:
        raise Unreachable(f"{host} cannot be reached: {problem}", sent=False) from problem
    return connection


def public_address(host: str, port: int) -> tuple[str, int]:
    """The address to connect to. Raises Refused when one of the name's is private, Unreachable when there is none."""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as problem:
        sentence = f"We find no server named {host}. Look at its spelling, and whether we reach the internet."
        raise Unreachable(sentence, sent=False) from problem
    addresses = [entry[4][0] for entry in found]
    if os.environ.get("REGULARS_PRIVATE_OUTSIDE") != "1":
        for address in addresses:
            if not is_public(address):
                raise Refused(f"{host} leads into a private network ({address}), which is not asked.")
    return addresses[0], port


def is_public(address: str) -> bool:
    """Whether an IP address is one of the public internet; what hides an IPv4 address inside IPv6 is unwrapped."""
    ip = ipaddress.ip_address(address.split("%")[0])
    inner = getattr(ip, "ipv4_mapped", None) or getattr(ip, "sixtofour", None)
    if inner is not None:
        return is_public(str(inner))
    if ip.version == 6 and ip in ipaddress.ip_network("64:ff9b::/96"):
        return is_public(str(ipaddress.ip_address(int(ip) & 0xFFFFFFFF)))
    return ip.is_global and not ip.is_multicast
