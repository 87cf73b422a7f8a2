"""Our answer as a mail: in its conversation, and with a name made of its key, so that it can be looked for."""

from __future__ import annotations

import re
from collections.abc import Mapping
from email.message import EmailMessage
from email.utils import format_datetime, formataddr
from hashlib import sha256
from typing import Any

from regulars.channels.networks.shape import Saying
from regulars.core.clock import from_us


def name_of(saying: Saying, address: str) -> str:
    """The Message-ID of a saying, without its brackets: the same at every try."""
    return f"{sha256(saying.key.encode()).hexdigest()[:40]}.regulars@{address.rpartition('@')[2] or 'localhost'}"


def letter(saying: Saying, settings: Mapping[str, Any]) -> bytes:
    """The mail, lines ending in CRLF."""
    address = str(settings.get("address", "")).strip()
    mail = EmailMessage()
    mail["Message-ID"] = f"<{name_of(saying, address)}>"
    mail["Date"] = format_datetime(from_us(saying.at))
    mail["From"] = formataddr((_line(str(settings.get("name") or "")), address))
    mail["To"] = _line(str(saying.facts.get("reply_to") or saying.to))
    mail["Subject"] = subject(saying.title)
    before = [
        one for one in dict.fromkeys([saying.thread, saying.reply_to]) if "@" in one and not re.search(r"[<>\s]", one)
    ]
    if before:
        mail["In-Reply-To"] = f"<{before[-1]}>"
        mail["References"] = " ".join(f"<{one}>" for one in before)
    mail.set_content(saying.text)
    for picture in saying.pictures:
        main, _, sub = picture.type.partition("/")
        name = f"{_line(picture.name or 'picture')}.{sub or 'png'}"
        mail.add_attachment(picture.content, maintype=main, subtype=sub, filename=name)
    return mail.as_bytes(policy=mail.policy.clone(linesep="\r\n", max_line_length=200))


def subject(title: str) -> str:
    """Re: once."""
    said = _line(title)
    return said if re.match(r"(re|aw|antw|sv|r)\s*:", said, re.IGNORECASE) or not said else f"Re: {said}"


def _line(words: str) -> str:
    return " ".join(words.split())[:300]
