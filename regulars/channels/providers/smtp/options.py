"""What one SMTP server needs to be known, read from its form."""

from __future__ import annotations

import socket
from collections.abc import Mapping
from dataclasses import dataclass, field

from regulars.channels.oauth import Grant
from regulars.channels.providers import Way


@dataclass(frozen=True)
class Options:
    """Times are seconds. `budget`: after this long in one `carry`, no further message is begun."""

    host: str
    port: int = 587
    tls: str = "starttls"
    verify: bool = True
    username: str = ""
    password: str = field(default="", repr=False)
    grant: Grant | None = None
    connections: int = 4
    timeout: float = 60.0
    hello: str = "localhost"
    budget: float = 60.0

    @property
    def connect_timeout(self) -> float:
        """A server that is there answers at once, however slow it is afterwards."""
        return min(self.timeout, 15.0)

    @property
    def final_timeout(self) -> float:
        """The answer to a whole message may take longer (RFC 5321, 4.5.3.2.6): giving up early leaves an unknown."""
        return self.timeout * 3


def options_of(way: Way) -> Options:
    """The options of a server as configured. Raises ValueError with a sentence when one is missing or no number."""
    said = {name: value for name, value in way.settings.items() if value not in ("", None)}
    if not said.get("host"):
        raise ValueError("This server has no address yet. Say where it is, for example smtp.example.com.")
    tls = str(said.get("tls", "starttls"))
    return Options(
        host=str(said["host"]).strip(),
        port=_number(said, "port", {"implicit": 465, "none": 25}.get(tls, 587), 1, 65535),
        tls=tls,
        verify=str(said.get("verify", True)).lower() not in ("false", "0", "off", "no"),
        username=str(said.get("username", "")),
        password=str(way.secrets.get("password", "")),
        grant=_grant(said, way.secrets),
        connections=_number(said, "connections", 4, 1, 50),
        timeout=_number(said, "timeout", 60, 1, 600),
        hello=str(said.get("hello") or _own_name()),
    )


def _grant(said: dict, secrets: Mapping[str, str]) -> Grant | None:
    if not said.get("token_url"):
        return None
    if not (said.get("client_id") and secrets.get("refresh_token") and said.get("username")):
        raise ValueError("OAuth needs the user name, the client ID and the refresh token.")
    words = (str(said[name]).strip() for name in ("token_url", "client_id"))
    own = (secrets.get("client_secret", ""), secrets["refresh_token"])
    return Grant(*words, *own, scope=str(said.get("scope", "")))


def _number(said: dict, name: str, default: int, least: int, most: int) -> int:
    try:
        value = int(said.get(name, default))
    except (TypeError, ValueError):
        raise ValueError(f"The {name} of this server is not a whole number.") from None
    if not least <= value <= most:
        raise ValueError(f"The {name} of this server must be between {least} and {most}.")
    return value


def _own_name() -> str:
    """What the machine calls itself, or an address literal where that is no full name (RFC 5321, 4.1.4)."""
    name = socket.gethostname()
    return name if "." in name and name.isascii() else "[127.0.0.1]"
