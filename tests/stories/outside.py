"""The world outside on loopback: a mail server that keeps letters, an SMS gateway that keeps texts."""

from __future__ import annotations

import json
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from email import message_from_bytes, policy
from http.server import BaseHTTPRequestHandler, HTTPServer

from aiosmtpd.controller import Controller

from regulars.events.tests.apart import free_port

LINK = re.compile(r'<a\b[^>]*?href="([^"]+)"[^>]*>(.*?)</a>', re.DOTALL)
TAG = re.compile(r"<[^>]+>")


@dataclass(frozen=True)
class Letter:
    """A mail as it arrived."""

    to: str
    subject: str
    text: str
    html: str

    def link(self, label: str) -> str:
        """Where the link of that label leads."""
        found = {TAG.sub("", words).strip(): href for href, words in LINK.findall(self.html)}
        return found[label].replace("&amp;", "&")


class _Box:
    def __init__(self) -> None:
        self.letters: list[Letter] = []

    async def handle_DATA(self, server, session, envelope) -> str:
        read = message_from_bytes(envelope.content, policy=policy.default)
        parts = {kind: read.get_body((kind,)) for kind in ("plain", "html")}
        text, html = (part.get_content() if part else "" for part in parts.values())
        self.letters += [Letter(to, read["Subject"], text, html) for to in envelope.rcpt_tos]
        return "250 Taken"


@contextmanager
def mail() -> Iterator[tuple[int, list[Letter]]]:
    """(port, letters) while the block runs."""
    box = _Box()
    controller = Controller(box, hostname="127.0.0.1", port=free_port())
    controller.start()
    try:
        yield controller.port, box.letters
    finally:
        controller.stop()


class _Gateway(BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        self.server.texts.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
        self.send_response(200)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_) -> None:
        pass


@contextmanager
def phone() -> Iterator[tuple[str, list[dict[str, str]]]]:
    """(address, texts as {"to", "text"}) while the block runs."""
    with HTTPServer(("127.0.0.1", 0), _Gateway) as made:
        made.texts = []
        threading.Thread(target=made.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{made.server_port}/send", made.texts
        made.shutdown()
