"""A network of the test's own on loopback: routes that answer, trouble on demand, and what was asked is kept."""

from __future__ import annotations

import json
import re
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit


@dataclass(frozen=True)
class Asked:
    """One request: `said` is its JSON or form; `params` its query, lists where a name came more than once."""

    method: str
    path: str
    params: Mapping[str, Any]
    headers: Mapping[str, str]
    body: bytes = field(repr=False)
    said: Any = None


@dataclass(frozen=True)
class Answer:
    """What is answered. A mapping or list becomes JSON."""

    body: Any = ""
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)


class Cut(Exception):
    """The line breaks without an answer."""


Route = Callable[[Asked], Any]


class Net:
    """Routes by method and pattern. `trouble`: answers that come before any route, in order; `asked`: all requests.

    `take_and_cut`: so many requests are done, and then the line breaks before the answer.
    """

    def __init__(self) -> None:
        self.routes: list[tuple[str, re.Pattern[str], Route]] = []
        self.trouble: list[Answer | type[Cut]] = []
        self.asked: list[Asked] = []
        self.take_and_cut: list[str] = []
        self.base = ""
        self.lock = threading.Lock()

    def on(self, method: str, pattern: str) -> Callable[[Route], Route]:
        """Declare a route: its function gets the Asked, and the pattern's groups."""

        def declare(route: Route) -> Route:
            self.routes.append((method, re.compile(pattern), route))
            return route

        return declare

    def answer(self, asked: Asked) -> Answer:
        with self.lock:
            self.asked.append(asked)
            if self.trouble:
                now = self.trouble.pop(0)
                if now is Cut:
                    raise Cut
                return now
            for method, pattern, route in self.routes:
                if method == asked.method and (found := pattern.fullmatch(asked.path)):
                    got = route(asked, *found.groups())
                    if self.take_and_cut and self.take_and_cut[0] == asked.method:
                        self.take_and_cut.pop(0)
                        raise Cut
                    return got if isinstance(got, Answer) else Answer(got)
        return Answer({"error": "not found"}, 404)

    def paths(self, method: str = "") -> list[str]:
        """The paths asked for so far."""
        return [one.path for one in self.asked if method in ("", one.method)]


class _Door(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def _do(self) -> None:
        parts, length = urlsplit(self.path), int(self.headers.get("Content-Length") or 0)
        body = self.rfile.read(length)
        params = {name: found[0] if len(found) == 1 else found for name, found in parse_qs(parts.query).items()}
        headers = {name.lower(): value for name, value in self.headers.items()}
        asked = Asked(self.command, parts.path, params, headers, body, _said(body, headers.get("content-type", "")))
        try:
            answer = self.server.net.answer(asked)
        except Cut:
            self.close_connection = True
            return
        raw = answer.body
        raw = raw if isinstance(raw, bytes) else raw.encode() if isinstance(raw, str) else json.dumps(raw).encode()
        self.send_response(answer.status)
        for name, value in {"Content-Length": str(len(raw)), "Connection": "close", **answer.headers}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(raw)
        self.close_connection = True

    do_GET = do_POST = do_PUT = do_DELETE = do_PATCH = _do

    def log_message(self, *_: Any) -> None:
        pass


def _said(body: bytes, kind: str) -> Any:
    if kind.startswith("application/json"):
        return json.loads(body)
    if kind.startswith("application/x-www-form-urlencoded"):
        return {name: found[0] if len(found) == 1 else found for name, found in parse_qs(body.decode()).items()}
    if kind.startswith("multipart/form-data"):
        from email import message_from_bytes

        mail = message_from_bytes(b"Content-Type: " + kind.encode() + b"\r\n\r\n" + body)
        return {part.get_param("name", header="content-disposition"): part.get_payload(decode=True) for part in
                mail.get_payload()}  # fmt: skip
    return None


@contextmanager
def serving(net: Net) -> Iterator[Net]:
    """The network, at `net.base`, while the block runs."""
    with ThreadingHTTPServer(("127.0.0.1", 0), _Door) as server:
        server.daemon_threads, server.net = True, net
        net.base = f"http://127.0.0.1:{server.server_port}"
        threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        try:
            yield net
        finally:
            server.shutdown()
