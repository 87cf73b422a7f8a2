"""Requests of a line to its network: JSON over HTTP, guarded and bounded. Every trouble is one people can read.

`ask` raises Expired (401), Slower (429), Broken (no answer, 5xx, not understood) and Rejected (any other 4xx).
Lines raise the first three; what Rejected means is theirs to say.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from regulars.channels.networks.dig import clean, moment
from regulars.channels.networks.shape import Expired, Said, Slower, Unreachable
from regulars.core import outside
from regulars.core.clock import DAY, MINUTE, SECOND

AGENT = "Regulars/1 (+self-hosted)"
PATIENCE = 10.0  # seconds for each step of a request
WITHIN = 25.0  # seconds for all of it
LONGEST = 4_000_000  # bytes of an answer
LONGEST_WAIT = DAY
Look = Callable[[int, Any, Mapping[str, str]], None]


class Broken(Unreachable):
    """No answer, or none that can be understood. `sent`: what was asked may have been done all the same."""

    def __init__(self, sentence: str, *, sent: bool) -> None:
        super().__init__(sentence)
        self.sent = sent


class Rejected(Exception):
    """The network understood and says no."""

    def __init__(self, status: int, said: Any, sentence: str) -> None:
        super().__init__(sentence)
        self.status, self.said = status, said


@dataclass(frozen=True)
class Reply:
    """A good answer: its JSON ({} when empty), and headers in lower case."""

    status: int
    headers: Mapping[str, str]
    said: Any
    body: bytes = field(repr=False, default=b"")


@dataclass(frozen=True)
class Part:
    """One part of a multipart form. A file has a name and a type."""

    name: str
    content: bytes = field(repr=False)
    file: str = ""
    type: str = ""


@dataclass
class Web:
    """How one account asks. `look`: what of an answer is trouble beyond the status; it raises or returns.

    `renew`: called once after a 401; True: the headers have changed and the request is repeated.
    """

    name: str
    base: str
    headers: Callable[[], Mapping[str, str]]
    at: int = 0
    look: Look | None = None
    renew: Callable[[], bool] | None = None

    def get(self, path: str, **asked: Any) -> Any:
        """The JSON at a path. Arguments that are None are left out; lists are repeated."""
        return self.ask("GET", path, params=asked).said

    def ask(
        self, method: str, path: str, *, params: Mapping[str, Any] | None = None, json_: Any = None,
        form: Mapping[str, Any] | None = None, parts: Sequence[Part] = (), headers: Mapping[str, str] | None = None,
        longest: int = LONGEST,
    ) -> Reply:  # fmt: skip
        """One request. See the module for what it raises."""
        kind, body = _body(json_, form, parts)
        url = (path if path.startswith(("https://", "http://")) else self.base + path) + _query(params)

        def once() -> Reply:
            more = {"Content-Type": kind} if kind else {}
            said = {"User-Agent": AGENT, "Accept": "application/json", **self.headers(), **more, **(headers or {})}
            return self._read(method, self._ask(method, url, said, body, longest))

        try:
            return once()
        except Expired:
            if self.renew is None or not self.renew():
                raise
            return once()

    def _ask(self, method: str, url: str, headers: Mapping[str, str], body: bytes, longest: int) -> outside.Answer:
        try:
            return outside.ask(
                url, method=method, headers=headers, body=body, timeout=PATIENCE, within=WITHIN, longest=longest
            )
        except outside.Unreachable as problem:
            raise Broken(f"{self.name}: {problem}", sent=problem.sent) from None
        except outside.Refused as problem:
            raise Broken(f"{self.name} cannot be asked: {problem}", sent=False) from None
        except ValueError:  # a header or an address with signs that HTTP does not know
            raise Broken(f"{self.name} cannot be asked: its key or address holds odd signs.", sent=False) from None

    def _read(self, method: str, answer: outside.Answer) -> Reply:
        headers = {name.lower(): value for name, value in answer.headers.items()}
        said, readable = _json(answer.body)
        if self.look is not None:
            self.look(answer.status, said, headers)
        self._refuse(method, answer.status, said, headers)
        if not readable:
            raise Broken(f"{self.name} answers, but not in a way we understand.", sent=True)
        return Reply(answer.status, headers, said, answer.body)

    def _refuse(self, method: str, status: int, said: Any, headers: Mapping[str, str]) -> None:
        if 200 <= status < 300:
            return
        why = sentence_of(said)
        if status == 401:
            raise Expired(f"{self.name} no longer accepts our key{f': {why}' if why else ''}. Connect it anew.")
        if status == 429:
            raise Slower(f"{self.name} asks us to wait{f': {why}' if why else ''}.", wait_of(headers, self.at))
        if status >= 500 or status < 200:
            # a 503 was not even begun; what other faults leave behind has to be looked for
            raise Broken(f"{self.name} is out of order ({status}).", sent=method != "GET" and status != 503)
        if 300 <= status < 400:
            raise Broken(f"{self.name} sends us elsewhere ({status}), which we do not follow.", sent=False)
        raise Rejected(status, said, f"{self.name} refuses ({status}){f': {why}' if why else '.'}")


def wait_of(headers: Mapping[str, str], at: int) -> int:
    """How long to wait, in microseconds: Retry-After, or the reset of a limit (seconds since 1970, or a date)."""
    here = moment(headers.get("date", "")) or at
    said = headers.get("retry-after", "").strip()
    if said.isdigit() and said.isascii():
        return min(int(said[:9]) * SECOND, LONGEST_WAIT) or SECOND
    for written in (said, headers.get("x-ratelimit-reset", ""), headers.get("x-rate-limit-reset", "")):
        seconds = written.strip()
        until = int(seconds[:12]) * SECOND if seconds.isdigit() and seconds.isascii() else moment(written)
        if until and until > here:
            return min(until - here, LONGEST_WAIT)
    return MINUTE


def sentence_of(said: Any) -> str:
    """What an error says of itself, whichever way networks write it."""
    for way in (("error", "message"), ("error_description",), ("error",), ("detail",), ("errors", 0), ("message",),
                ("errors", 0, "message"), ("errors", 0, "detail"), ("title",)):  # fmt: skip
        found = said
        for step in way:
            known = isinstance(found, Mapping) or (isinstance(found, list) and isinstance(step, int) and found)
            found = (found.get(step) if isinstance(found, Mapping) else found[0]) if known else None
        if isinstance(found, str) and found.strip():
            return " ".join(clean(found, most=200).split()).rstrip(".")
    return ""


@contextmanager
def harmless() -> Iterator[None]:
    """Steps before the one that publishes: when they break off, nothing was said."""
    try:
        yield
    except Broken as problem:
        raise Broken(str(problem), sent=False) from None


def said(call: Callable[[], Said]) -> Said:
    """What became of a saying: the outcome itself, or what its trouble means."""
    try:
        return call()
    except Expired as problem:
        return Said("unauthorised", code="401", reply=str(problem)[:500])
    except Slower as problem:
        return Said("retry", code="429", reply=str(problem)[:500], wait_us=problem.wait_us)
    except Rejected as problem:
        return Said("failed", code=str(problem.status), reply=str(problem)[:500])
    except Broken as problem:
        return Said("unknown" if problem.sent else "retry", reply=str(problem)[:500])


@contextmanager
def reading() -> Iterator[None]:
    """While reading, a refusal is one more way in which the network does not answer."""
    try:
        yield
    except Rejected as problem:
        raise Unreachable(str(problem)) from None


def _body(json_: Any, form: Mapping[str, Any] | None, parts: Sequence[Part]) -> tuple[str, bytes]:
    if parts:
        return multipart(parts)
    if form is not None:
        known = {name: value for name, value in form.items() if value is not None}
        return "application/x-www-form-urlencoded", urlencode(known, doseq=True).encode()
    return ("application/json", json.dumps(json_).encode()) if json_ is not None else ("", b"")


def multipart(parts: Sequence[Part]) -> tuple[str, bytes]:
    """A form with files (RFC 7578): its type and its bytes."""
    border = secrets.token_hex(16)
    out = []
    for part in parts:
        head = f'Content-Disposition: form-data; name="{_quoted(part.name)}"'
        head += f'; filename="{_quoted(part.file)}"\r\nContent-Type: {part.type}' if part.file else ""
        out += [f"--{border}\r\n{head}\r\n\r\n".encode(), part.content, b"\r\n"]
    return f"multipart/form-data; boundary={border}", b"".join([*out, f"--{border}--\r\n".encode()])


def _quoted(name: str) -> str:
    return "".join(sign for sign in name if sign not in '"\\\r\n')[:120]


def _query(params: Mapping[str, Any] | None) -> str:
    known = {name: value for name, value in (params or {}).items() if value is not None}
    return "?" + urlencode(known, doseq=True) if known else ""


def _json(body: bytes) -> tuple[Any, bool]:
    if not body.strip():
        return {}, True
    try:
        return json.loads(body), True
    except (ValueError, RecursionError):
        return {}, False
