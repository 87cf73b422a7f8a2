"""One connection, spoken over without waiting: every method that may have to wait is a generator.

It yields (file number, poll mask, deadline) when it cannot go on, and is continued when the socket is ready, or gets
a TimeoutError thrown in when the deadline (time.monotonic) has passed. `carrier` drives many of them in one thread.
"""

from __future__ import annotations

import os
import select
import socket
import ssl
import time
from collections.abc import Generator
from contextlib import suppress
from dataclasses import dataclass

Waits = Generator[tuple[int, int, float], None, None]
LONGEST = 64 * 1024  # bytes of a reply; a server that says more is not one
BLOCKS = (BlockingIOError, ssl.SSLWantReadError, ssl.SSLWantWriteError)


class Broken(Exception):
    """The connection is gone, or speaks no SMTP. The text is a sentence."""


@dataclass(frozen=True, slots=True)
class Reply:
    """What a server answered: 0 stands for what is no SMTP reply."""

    code: int
    text: str

    @property
    def good(self) -> bool:
        return 200 <= self.code < 300


class Line:
    """A socket with what was read and how many bytes were ever given to the kernel (`sent`)."""

    def __init__(self) -> None:
        self.sock: socket.socket | None = None
        self.inbox = bytearray()
        self.sent = 0

    @property
    def open(self) -> bool:
        return self.sock is not None

    def close(self) -> None:
        """Close at once; nothing more is said."""
        if self.sock is not None:
            self.sock.close()
        self.sock = None
        self.inbox.clear()

    def connect(self, host: str, port: int, deadline: float) -> Generator:
        """To the first of the host's addresses that answers. Raises Broken with the last one's reason."""
        try:
            found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        except (OSError, UnicodeError) as error:
            raise Broken(f"The name {host} could not be found: {_reason(error)}.") from None
        why = ""
        for number, (family, kind, proto, _, address) in enumerate(found):
            share = time.monotonic() + max(1.0, (deadline - time.monotonic()) / (len(found) - number))
            try:
                self.sock = socket.socket(family, kind, proto)
                yield from self._connect(address, min(deadline, share))
                return
            except (OSError, TimeoutError) as error:
                why = _reason(error)
                self.close()
        raise Broken(f"No connection to {host} on port {port}: {why}.")

    def _connect(self, address: tuple, deadline: float) -> Waits:
        self.sock.setblocking(False)
        self.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.sock.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
        try:
            self.sock.connect(address)
        except BlockingIOError:
            yield self.sock.fileno(), select.POLLOUT, deadline
            failed = self.sock.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR)
            if failed:
                raise OSError(failed, os.strerror(failed)) from None

    def encrypt(self, context: ssl.SSLContext, host: str, deadline: float) -> Waits:
        """Begin TLS. What was read in clear and not asked for would be an attacker's: then it is Broken."""
        if self.inbox:
            raise Broken("The server said more than it was asked before encryption began.")
        try:
            self.sock = context.wrap_socket(self.sock, server_hostname=host, do_handshake_on_connect=False)
            while True:
                try:
                    return self.sock.do_handshake()
                except BLOCKS as wish:
                    yield self._wait(wish, deadline)
        except ssl.SSLCertVerificationError as error:
            raise Broken(f"The certificate of {host} is not good: {error.verify_message}.") from None
        except OSError as error:
            raise Broken(f"TLS with {host} failed: {_reason(error)}.") from None

    def write(self, content: bytes, deadline: float) -> Waits:
        """Give everything to the kernel. Raises Broken; `sent` says how far it came."""
        view = memoryview(content)
        while view:
            try:
                count = self.sock.send(view)
            except BLOCKS as wish:
                self._listen()
                yield self._wait(wish, deadline, select.POLLOUT | select.POLLIN)
                continue
            except OSError as error:
                raise Broken(f"The line broke: {_reason(error)}.") from None
            self.sent += count
            view = view[count:]

    def _listen(self) -> None:
        """Nobody answers before we have ended: who does has refused, or hung up."""
        try:
            piece = self.sock.recv(65536)
        except BLOCKS:
            return
        except OSError as error:
            raise Broken(f"The line broke: {_reason(error)}.") from None
        self.inbox += piece
        raise Broken("The server broke in." if piece else "The server closed the line.")

    def read(self, deadline: float) -> Generator:
        """The next reply. Raises Broken when the line ends first, or when what comes is no reply."""
        while (reply := self._reply()) is None:
            if len(self.inbox) > LONGEST:
                raise Broken("The server's answer never ends.")
            try:
                piece = self.sock.recv(65536)
            except BLOCKS as wish:
                yield self._wait(wish, deadline)
                continue
            except OSError as error:
                raise Broken(f"The line broke: {_reason(error)}.") from None
            if not piece:
                raise Broken("The server closed the line.")
            self.inbox += piece
        return reply

    def last_words(self) -> Reply | None:
        """What the server said before it hung up, if that is a whole reply."""
        with suppress(OSError, ValueError):
            self.inbox += self.sock.recv(65536)
        return self._reply()

    def stale(self) -> bool:
        """Whether an idle connection ended or was told something since: it is no good any more."""
        try:
            piece = self.sock.recv(1)
        except BLOCKS:
            return bool(self.inbox)
        except OSError:
            return True
        self.inbox += piece
        return True

    def _reply(self) -> Reply | None:
        """The first whole reply in the inbox: lines `250-...` up to `250 ...`."""
        start, texts = 0, []
        while (end := self.inbox.find(b"\n", start)) >= 0:
            line = self.inbox[start:end].rstrip(b"\r")
            start = end + 1
            texts.append(line[4:].decode("utf-8", "replace"))
            if not line[:3].isdigit():
                del self.inbox[:start]
                return Reply(0, line.decode("utf-8", "replace"))
            if line[3:4] != b"-":
                del self.inbox[:start]
                return Reply(int(line[:3]), "\n".join(texts))
        return None

    def _wait(self, wish: Exception, deadline: float, mask: int = select.POLLIN) -> tuple[int, int, float]:
        if isinstance(wish, ssl.SSLWantReadError):
            mask = select.POLLIN
        elif isinstance(wish, ssl.SSLWantWriteError):
            mask = select.POLLOUT
        return self.sock.fileno(), mask, deadline


def _reason(error: BaseException) -> str:
    if isinstance(error, TimeoutError):
        return "no answer in time"
    return str(getattr(error, "strerror", "") or error).strip(".").lower() or type(error).__name__
