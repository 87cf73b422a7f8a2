"""The two servers that catch: SMTP by aiosmtpd, SMS by an HTTP gateway, in one process on sockets opened before it.

The sockets belong to the parent, so that the ports stay ours while the process is started again.
"""

from __future__ import annotations

import asyncio
import json
import logging
import re
import socket
import threading
import time
from dataclasses import dataclass
from email import message_from_bytes, policy
from email.message import EmailMessage
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs

from aiosmtpd.smtp import SMTP

from regulars.core.clock import to_us
from regulars.core.worker.processes import Child
from regulars.demo.catcher.store import Store

HOST = "127.0.0.1"
NOBODY = re.compile(r"^(nobody|bounce)\b", re.I)  # to see what a bounce does, write to nobody@ any domain
LARGEST = 25_000_000  # bytes


@dataclass(frozen=True)
class Doors:
    """Listening sockets for mail and for SMS."""

    smtp: socket.socket
    sms: socket.socket

    @property
    def ports(self) -> tuple[int, int]:
        """Port of SMTP, port of the SMS gateway."""
        return self.smtp.getsockname()[1], self.sms.getsockname()[1]


def open_doors(smtp: int = 0, sms: int = 0) -> Doors:
    """Sockets on these ports, or on free ones where they are 0 or taken."""
    return Doors(_listen(smtp), _listen(sms))


def _listen(port: int) -> socket.socket:
    made = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        made.bind((HOST, port))
    except OSError:
        made.bind((HOST, 0))
    made.listen(128)
    return made


def child(doors: Doors, store: Store) -> Child:
    """The catcher as a process to be kept alive."""
    return Child("catcher", lambda: serve(doors, store))


def serve(doors: Doors, store: Store) -> None:
    """Catch until the process ends."""
    logging.getLogger("mail.log").setLevel(logging.WARNING)  # aiosmtpd tells every line it hears
    threading.Thread(target=gateway(doors.sms, store).serve_forever, daemon=True).start()
    asyncio.run(_smtp(doors.smtp, store))


async def _smtp(door: socket.socket, store: Store) -> None:
    mailbox = Mailbox(store)
    server = await asyncio.get_running_loop().create_server(mailbox.session, sock=door)
    async with server:
        await server.serve_forever()


class Mailbox:
    """What aiosmtpd asks: takes every address but nobody@ and bounce@, and keeps what comes."""

    def __init__(self, store: Store) -> None:
        self.store = store

    def session(self) -> SMTP:
        """The protocol of one connection."""
        return SMTP(self, hostname="catcher.localhost", enable_SMTPUTF8=True, data_size_limit=LARGEST, loop=None)

    async def handle_RCPT(self, server, session, envelope, address, options) -> str:
        """A refusal to try bounces with."""
        if NOBODY.match(address):
            return "550 5.1.1 There is nobody of that name here"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope) -> str:
        """Keep it once per recipient, before saying that we have it."""
        said = message_from_bytes(envelope.content, policy=policy.default)
        at, subject = _dated(said), str(said["subject"] or "")
        self.store.keep(
            [(at, "email", str(said["from"] or ""), to, subject, envelope.content) for to in envelope.rcpt_tos]
        )
        return "250 2.0.0 Caught"


def _dated(said: EmailMessage) -> int:
    """When it says it was written (the demo plays days that are over), else now."""
    try:
        return to_us(said["date"].datetime)
    except (AttributeError, ValueError, TypeError):
        return time.time_ns() // 1000


def gateway(door: socket.socket, store: Store) -> ThreadingHTTPServer:
    """An SMS gateway that takes {"to", "from", "text", "report"} as JSON or as a form, and keeps it."""

    class Taking(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            said = _fields(body, self.headers.get("Content-Type", ""))
            text = json.dumps(said, ensure_ascii=False).encode()
            row = (
                time.time_ns() // 1000,
                "sms",
                said.get("from", ""),
                said.get("to", ""),
                said.get("text", ""),
                text,
            )
            store.keep([row])
            self.send_response(200)
            self.send_header("Content-Length", "2")
            self.end_headers()
            self.wfile.write(b"OK")

        def log_message(self, *_: object) -> None:
            """Silent."""

    server = ThreadingHTTPServer(door.getsockname(), Taking, bind_and_activate=False)
    server.socket.close()
    server.socket, server.daemon_threads = door, True
    return server


def _fields(body: bytes, kind: str) -> dict[str, str]:
    if "json" in kind:
        return {name: str(value) for name, value in json.loads(body).items()}
    return {name: values[0] for name, values in parse_qs(body.decode()).items()}
