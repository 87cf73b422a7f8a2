"""A small SMSC for the tests: SMPP 3.4 as the specification lays out its units (section 4), in a thread."""

from __future__ import annotations

import socket
import struct
import threading

BIND = {0x01: 0x80000001, 0x02: 0x80000002}
SUBMIT, DELIVER, UNBIND, ENQUIRE = 0x04, 0x05, 0x06, 0x15


class Smsc:
    """Answers binds and submits; `refuse` is a list of statuses for the next submits, None hangs up instead."""

    def __init__(self) -> None:
        self.texts: list[tuple[bytes, bytes]] = []
        self.refuse: list[int | None] = []
        self.answers: list[int] = []
        self.bind_status = 0
        self.to_deliver: list[bytes] = []
        self.socket = socket.create_server(("127.0.0.1", 0))
        self.port = self.socket.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()

    def close(self) -> None:
        """Take no more connections."""
        self.socket.close()

    def _accept(self) -> None:
        while True:
            try:
                line, _ = self.socket.accept()
            except OSError:
                return
            threading.Thread(target=self._talk, args=(line,), daemon=True).start()

    def _talk(self, line: socket.socket) -> None:
        with line:
            while head := _exactly(line, 16):
                length, command, _, sequence = struct.unpack(">4L", head)
                body = _exactly(line, length - 16)
                if command in BIND:
                    line.sendall(_unit(BIND[command], self.bind_status, sequence, b"smsc\0"))
                    for place, unit in enumerate(self.to_deliver if command == 0x01 else ()):
                        line.sendall(_unit(DELIVER, 0, 1000 + place, unit))
                elif command == SUBMIT:
                    if not self._submit(line, sequence, body):
                        return
                elif command == 0x80000005:
                    self.answers.append(sequence)
                elif command in (ENQUIRE, UNBIND):
                    line.sendall(_unit(0x80000000 | command, 0, sequence, b""))

    def _submit(self, line: socket.socket, sequence: int, body: bytes) -> bool:
        status = self.refuse.pop(0) if self.refuse else 0
        if status is None:
            return False
        if status == 0:
            self.texts.append(_text_of(body))
        number = b"" if status else b"%d\0" % len(self.texts)
        line.sendall(_unit(0x80000004, status, sequence, number))
        return True


def deliver(source: bytes, text: bytes, *, esm: int = 0, coding: int = 0) -> bytes:
    """The body of a deliver_sm."""
    return (b"\0" + b"\1\1" + source + b"\0" + b"\0\0" + b"777\0" + bytes([esm, 0, 0]) + b"\0\0"
            + bytes([0, 0, coding, 0, len(text)]) + text)  # fmt: skip


def _unit(command: int, status: int, sequence: int, body: bytes) -> bytes:
    return struct.pack(">4L", 16 + len(body), command, status, sequence) + body


def _exactly(line: socket.socket, size: int) -> bytes:
    parts = b""
    while len(parts) < size:
        try:
            more = line.recv(size - len(parts))
        except OSError:
            return b""
        if not more:
            return b""
        parts += more
    return parts


def _text_of(body: bytes) -> tuple[bytes, bytes]:
    """(destination, short message) of a submit_sm."""
    rest = body[body.index(b"\0") + 1 + 2 :]  # service type, source ton and npi
    rest = rest[rest.index(b"\0") + 1 + 2 :]  # source, destination ton and npi
    to, rest = rest[: rest.index(b"\0")], rest[rest.index(b"\0") + 1 + 3 :]
    for _time in range(2):
        rest = rest[rest.index(b"\0") + 1 :]
    return to, rest[5 : 5 + rest[4]]
