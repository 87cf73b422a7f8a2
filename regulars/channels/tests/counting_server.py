"""SMTP servers on loopback that remember to whom they took responsibility for a message: aiosmtpd, and the real
smtp-sink of Debian's postfix, which writes down whatever it took whole."""

from __future__ import annotations

import re
from collections import Counter
from contextlib import contextmanager
from pathlib import Path

from aiosmtpd.controller import Controller

from regulars.channels.tests.smtp.sink import sink
from regulars.events.tests.apart import free_port

TAKEN = re.compile(rb"^X-Rcpt-Args: <([^>]*)>$", re.MULTILINE)


class Counting:
    """Counts accepted messages per recipient."""

    def __init__(self) -> None:
        self.accepted: Counter[str] = Counter()

    async def handle_DATA(self, server, session, envelope) -> str:
        self.accepted.update(envelope.rcpt_tos)
        return "250 Taken"


@contextmanager
def counting_server():
    """(port, counter) while the block runs."""
    handler = Counting()
    controller = Controller(handler, hostname="127.0.0.1", port=free_port())
    controller.start()
    try:
        yield controller.port, handler.accepted
    finally:
        controller.stop()


class Dumped(Counter):
    """Accepted messages per recipient, as smtp-sink wrote them down; `total` reads what is new."""

    def __init__(self, dump: Path) -> None:
        super().__init__()
        self._dump, self._read = dump, 0

    def total(self) -> int:
        if self._dump.exists():
            with self._dump.open("rb") as written:
                written.seek(self._read)
                news = written.read()
            whole = news.rfind(b"\n") + 1
            self._read += whole
            self.update(found.decode() for found in TAKEN.findall(news[:whole]))
        return super().total()


@contextmanager
def counting_sink(folder: Path):
    """(port, counter) while the block runs, by smtp-sink: read the counter by its `total`."""
    folder.mkdir(parents=True, exist_ok=True)
    with sink("-D", f"{folder}/taken") as port:
        yield port, Dumped(folder / "taken")
