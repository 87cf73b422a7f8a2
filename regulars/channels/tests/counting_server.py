"""An SMTP server on loopback that remembers to whom it took responsibility for a message."""

from __future__ import annotations

from collections import Counter
from contextlib import contextmanager

from aiosmtpd.controller import Controller

from regulars.events.tests.apart import free_port


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
