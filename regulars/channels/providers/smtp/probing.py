"""Whether a server would let us send: everything up to the first message, and nothing after it."""

from __future__ import annotations

from dataclasses import dataclass

from regulars.channels.providers import Way
from regulars.channels.providers.smtp.carrier import drive
from regulars.channels.providers.smtp.line import Broken
from regulars.channels.providers.smtp.options import options_of
from regulars.channels.providers.smtp.session import Refused, Session


@dataclass(frozen=True)
class Finding:
    """`sentence` says what was found; `tls` is the protocol in use, empty without."""

    good: bool
    sentence: str
    tls: str = ""
    extensions: tuple[str, ...] = ()


def probe(way: Way) -> Finding:
    """Connect, encrypt, sign in, say goodbye. Never raises; takes at most a few times the server's patience."""
    try:
        options = options_of(way)
    except ValueError as wrong:
        return Finding(False, str(wrong))
    session, trouble = Session(options), []

    def talk():
        try:
            yield from session.begin()
        except TimeoutError:
            trouble.append(f"{options.host} did not answer within {options.timeout:.0f} seconds.")
        except (Refused, Broken) as fault:
            trouble.append(str(fault))

    drive([talk()])
    sock = session.line.sock
    tls = (sock.version() or "") if hasattr(sock, "version") else ""
    session.end()
    if trouble:
        return Finding(False, trouble[0])
    signed_in = f", signed in as {options.username}" if options.username else ""
    safely = f"encrypted with {tls}" if tls else "without encryption"
    sentence = f"{options.host} answers on port {options.port}, {safely}{signed_in}."
    return Finding(True, sentence, tls, tuple(sorted(session.extensions)))
