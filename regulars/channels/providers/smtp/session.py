"""The conversation before the first message: greeting, EHLO, STARTTLS, AUTH; and what the server said it can."""

from __future__ import annotations

import ssl
import time
from base64 import b64encode
from collections.abc import Generator
from contextlib import suppress
from functools import lru_cache

from regulars.channels.oauth import Grant, NoToken, access_token, forget, xoauth2
from regulars.channels.providers.smtp.line import Broken, Line, Reply, Waits
from regulars.channels.providers.smtp.options import Options


class Refused(Exception):
    """The server does not want us, and says so. The text is a sentence; `reply` is the server's own."""

    def __init__(self, text: str, reply: Reply) -> None:
        super().__init__(text)
        self.reply = reply


class Session:
    """A connection on which messages can be sent, once `begin` is through. `carried` counts messages on it."""

    def __init__(self, options: Options) -> None:
        self.options = options
        self.line = Line()
        self.extensions: dict[str, str] = {}
        self.carried = 0

    @property
    def pipelining(self) -> bool:
        return "PIPELINING" in self.extensions

    @property
    def largest(self) -> int:
        """Bytes the server takes in one message; 0: it does not say."""
        size = self.extensions.get("SIZE", "")
        return int(size) if size.isdigit() else 0

    @property
    def utf8(self) -> bool:
        return "SMTPUTF8" in self.extensions

    def deadline(self) -> float:
        return time.monotonic() + self.options.timeout

    def begin(self) -> Waits:
        """Everything up to the first MAIL. Raises Broken or Refused; a TimeoutError comes from outside."""
        self.carried = 0
        options, line = self.options, self.line
        yield from line.connect(options.host, options.port, time.monotonic() + options.connect_timeout)
        if options.tls == "implicit":
            yield from line.encrypt(_context(options.verify), options.host, self.deadline())
        greeting = yield from line.read(self.deadline())
        if greeting.code != 220:
            raise Refused(f"{options.host} does not take us now: {_said(greeting)}", greeting)
        yield from self._hello()
        if options.tls == "starttls":
            yield from self._encrypt()
        if options.username:
            yield from self._sign_in()

    def end(self) -> None:
        """Say goodbye and close, without waiting for an answer."""
        if self.line.open:
            with suppress(OSError, ValueError):
                self.line.sock.send(b"QUIT\r\n")
            self.line.close()

    def ask(self, command: bytes) -> Generator:
        """One command, one reply."""
        yield from self.line.write(command + b"\r\n", self.deadline())
        return (yield from self.line.read(self.deadline()))

    def _hello(self) -> Waits:
        name = self.options.hello.encode("ascii", "replace")
        reply = yield from self.ask(b"EHLO " + name)
        if reply.good:
            words = [line.partition(" ") for line in reply.text.split("\n")[1:]]
            self.extensions = {name.upper(): rest.strip() for name, _, rest in words}
            return
        self.extensions = {}
        reply = yield from self.ask(b"HELO " + name)
        if not reply.good:
            raise Refused(f"{self.options.host} does not accept our greeting: {_said(reply)}", reply)

    def _encrypt(self) -> Waits:
        if "STARTTLS" not in self.extensions:
            sentence = f"{self.options.host} offers no encryption (STARTTLS) on port {self.options.port}."
            raise Refused(f"{sentence} Try port 465 with TLS from the start.", Reply(0, ""))
        reply = yield from self.ask(b"STARTTLS")
        if not reply.good:
            raise Refused(f"{self.options.host} does not begin encryption: {_said(reply)}", reply)
        yield from self.line.encrypt(_context(self.options.verify), self.options.host, self.deadline())
        yield from self._hello()  # what was said before TLS could have been anybody's

    def _sign_in(self) -> Waits:
        user, password = self.options.username.encode(), self.options.password.encode()
        ways = self.extensions.get("AUTH", "").upper().split()
        if self.options.grant:
            yield from self._sign_in_by_token(self.options.grant)
            return
        if "PLAIN" in ways:
            reply = yield from self.ask(b"AUTH PLAIN " + b64encode(b"\0" + user + b"\0" + password))
        elif "LOGIN" in ways:
            reply = yield from self.ask(b"AUTH LOGIN")
            for secret in (user, password):
                if reply.code == 334:
                    reply = yield from self.ask(b64encode(secret))
        else:
            offered = " ".join(ways) or "no way to sign in"
            raise Refused(f"{self.options.host} offers {offered}; Regulars knows PLAIN and LOGIN.", Reply(0, ""))
        if reply.code != 235:
            raise Refused(f"{self.options.host} does not accept the user name and password: {_said(reply)}", reply)

    def _sign_in_by_token(self, grant: Grant) -> Waits:
        """SASL XOAUTH2. A token the server refuses is forgotten: the next connection asks for a fresh one."""
        host = self.options.host
        try:
            token = access_token(grant)
        except NoToken as why:
            raise Refused(str(why), Reply(0, "")) from None
        reply = yield from self.ask(b"AUTH XOAUTH2 " + b64encode(xoauth2(self.options.username, token)))
        if reply.code == 334:  # what is wrong, encoded; an empty line ends it
            reply = yield from self.ask(b"")
        if reply.code != 235:
            forget(grant)
            raise Refused(f"{host} does not accept the token of {self.options.username}: {_said(reply)}", reply)


@lru_cache(2)
def _context(verify: bool) -> ssl.SSLContext:
    context = ssl.create_default_context()
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    if not verify:
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    return context


def _said(reply: Reply) -> str:
    return f"“{reply.code} {reply.text}”".replace("\n", " ")[:250]


__all__ = ["Broken", "Refused", "Session"]
