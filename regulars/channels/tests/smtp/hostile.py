"""An SMTP server that misbehaves on purpose: one script per connection, one thread per connection.

A script is a function of a `Peer`; it reads and answers as it likes. `Server.taken` are the messages whose final dot
it read, `Server.connections` how often somebody came.
"""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable
from contextlib import suppress


class Peer:
    """One connection, seen from the server."""

    def __init__(self, sock: socket.socket, server: Server, number: int) -> None:
        self.sock, self.server, self.number = sock, server, number
        self.file = sock.makefile("rb")

    def say(self, text: str) -> None:
        self.sock.sendall(text.encode() + b"\r\n")

    def hear(self) -> str:
        line = self.file.readline()
        if not line:
            raise ConnectionError
        return line.decode().rstrip("\r\n")

    def greet(self, *extensions: str) -> None:
        self.say("220 hostile.example ESMTP")
        self.hear()
        for word in ("hostile.example", *extensions):
            self.say(f"250-{word}")
        self.say("250 HELP")

    def content(self) -> bytes:
        """Everything up to the final dot, dots unstuffed."""
        lines = []
        while (line := self.file.readline()) != b".\r\n":
            if not line:
                raise ConnectionError
            lines.append(line[1:] if line.startswith(b".") else line)
        self.server.taken.append(b"".join(lines))
        return self.server.taken[-1]

    def envelope(self, *answers: str) -> None:
        """Answer MAIL, RCPT and DATA."""
        for answer in answers or ("250 ok", "250 ok", "354 go"):
            while self.hear().startswith("RSET"):
                self.say("250 ok")
            self.say(answer)

    def close(self) -> None:
        """For good: a socket stays open as long as a file made of it does. Only for the connection's own thread."""
        self.file.close()
        self.sock.close()

    def cut(self) -> None:
        """From outside: whoever waits on this connection wakes up."""
        with suppress(OSError):
            self.sock.shutdown(socket.SHUT_RDWR)


class Server:
    """Use as `with Server(script) as server`; `server.port` is where it listens."""

    def __init__(self, script: Callable[[Peer], None]) -> None:
        self.script = script
        self.taken: list[bytes] = []
        self.connections = 0
        self.peers: list[Peer] = []
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]

    def __enter__(self) -> Server:
        threading.Thread(target=self._accept, daemon=True).start()
        return self

    def __exit__(self, *_) -> None:
        with suppress(OSError):
            self.listener.shutdown(socket.SHUT_RDWR)  # wakes the thread in accept
        self.listener.close()
        for peer in self.peers:
            peer.cut()

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                sock, _ = self.listener.accept()
                self.connections += 1
                self.peers.append(Peer(sock, self, self.connections))
                threading.Thread(target=self._serve, args=(self.peers[-1],), daemon=True).start()

    def _serve(self, peer: Peer) -> None:
        with suppress(OSError, ValueError):
            self.script(peer)
        peer.close()


def polite(peer: Peer, *extensions: str) -> None:
    """A server that takes everything."""
    peer.greet(*(extensions or ("PIPELINING", "SIZE 1000000")))
    while True:
        peer.envelope()
        peer.content()
        peer.say("250 taken")
