"""A mail as an item: pure, and never raises, whatever a stranger wrote."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from email.message import Message
from email.parser import BytesParser
from email.utils import getaddresses, parseaddr
from hashlib import sha256
from typing import Any

from regulars.channels.mail.automatic import is_automatic, is_bounce_in_words
from regulars.channels.mail.reading import header
from regulars.channels.networks.dig import clean, moment
from regulars.channels.networks.plain import plain
from regulars.channels.networks.shape import Seen, Who

LONGEST = 20_000
MOST_FILES = 20
MESSAGE_ID = re.compile(r"<([^<>\s]{1,380})>")
HEADING = re.compile(
    r"^(on .{6,120} wrote:|am .{6,120} schrieb.{0,80}:|le .{6,120} a écrit ?:|el .{6,120} escribió:"
    r"|-{2,} ?(original message|ursprüngliche nachricht|message d'origine|mensaje original) ?-{2,})$",
    re.IGNORECASE,
)


def seen(raw: bytes, *, ours: Collection[str], authserv: str = "", at: int) -> Seen | None:
    """The mail as an item; None for what no mail is. `ours`: our addresses, in lower case."""
    mail = BytesParser().parsebytes(raw)
    name, address = _sender(mail)
    if not mail.keys() or not (address or header(mail, "Subject")):
        return None
    external, mine = message_id(mail, raw), address in ours
    automatic = _automatic(mail)
    words = text_of(mail)
    return Seen(
        external=external,
        kind="mail",
        at=min(moment(header(mail, "Date")) or at, at),
        who=_who(mail, name, address, authserv),
        title=header(mail, "Subject")[:300],
        text=words if automatic else latest(words),
        public=False,
        to_us=not mine,
        ours=mine,
        thread=(references(mail) or [external])[0],
        parent=(references(mail) or [""])[-1],
        facts=_facts(mail, automatic),
    )


def message_id(mail: Message, raw: bytes) -> str:
    """The mail's own name, or a digest where it has none."""
    found = MESSAGE_ID.search(str(mail.get("Message-ID", "")))
    return clean(found[1], most=380) if found else "digest:" + sha256(raw).hexdigest()


def references(mail: Message) -> list[str]:
    """The conversation so far, the first mail first (RFC 5322, 3.6.4)."""
    said = str(mail.get("References", "")) + " " + str(mail.get("In-Reply-To", ""))
    found = [clean(one, most=380) for one in MESSAGE_ID.findall(said[:20_000])]
    return list(dict.fromkeys(found))


def _sender(mail: Message) -> tuple[str, str]:
    """Who wrote: of forms that write in somebody's name from a no-reply address, the one an answer goes to."""
    name, address = parseaddr(header(mail, "From"))
    back_name, back = parseaddr(header(mail, "Reply-To"))
    if back and "@" in back and re.match(r"(no|do.?not|keine).?(reply|antwort)", address, re.IGNORECASE):
        name, address = back_name or name, back
    address = address.strip().lower()
    return name, address if "@" in address and len(address) <= 254 else ""


def _who(mail: Message, name: str, address: str, authserv: str) -> Who | None:
    """The author. Anybody can write any address: it is vouched for only where our own server checked it."""
    if not address:
        return None
    own = parseaddr(header(mail, "From"))[1].strip().lower() == address
    return Who(external=address, handle=address, name=clean(name, most=200) or address,
               email=address if own and _vouched(mail, authserv) else "")  # fmt: skip


def _vouched(mail: Message, authserv: str) -> bool:
    """RFC 8601: the newest result, by our own server, says that DMARC passed."""
    results = mail.get_all("Authentication-Results") or []
    first = " ".join(str(results[0]).split()).lower() if results else ""
    server, _, said = first.partition(";")
    return (
        bool(authserv)
        and server.strip().split(" ")[0] == authserv.strip().lower()
        and bool(re.search(r"(?:^|;)\s*dmarc\s*=\s*pass\b", said))
    )


def _automatic(mail: Message) -> str:
    if mail.get_content_type() == "multipart/report" or is_bounce_in_words(mail):
        return "bounce"
    return "auto" if is_automatic(mail) else ""


def _facts(mail: Message, automatic: str) -> dict[str, Any]:
    back = parseaddr(header(mail, "Reply-To"))[1].strip().lower()[:254]
    everybody = getaddresses([header(mail, "To"), header(mail, "Cc")])
    said = {
        "automatic": automatic,
        "reply_to": back if "@" in back else "",
        "also_to": [one.lower()[:254] for _, one in everybody if "@" in one][:10],
        "files": files(mail),
    }
    return {name: value for name, value in said.items() if value}


def files(mail: Message) -> list[Mapping[str, Any]]:
    """What is attached: name, type and size in bytes; the content stays where it is."""
    found = [part for part in mail.walk() if not part.is_multipart() and _attached(part)]
    return [{"name": _name(part), "type": part.get_content_type()[:80], "size": _size(part)} for part in found][
        :MOST_FILES
    ]


def _attached(part: Message) -> bool:
    named = bool(part.get_filename())
    return (
        named
        or part.get_content_disposition() == "attachment"
        or part.get_content_maintype() not in ("text", "message")
    )


def _name(part: Message) -> str:
    try:
        name = str(part.get_filename() or "")
    except (ValueError, LookupError, TypeError):
        name = ""
    return clean(name.replace("/", "_").replace("\\", "_"), most=120) or part.get_content_type()


def _size(part: Message) -> int:
    try:
        return len(part.get_payload(decode=True) or b"")
    except (ValueError, LookupError, AttributeError):
        return 0


def text_of(mail: Message) -> str:
    """What was written: the plain part, else the HTML as a reader sees it."""
    html = ""
    for part in mail.walk():
        if part.is_multipart() or _attached(part):
            continue
        kind = part.get_content_type()
        if kind == "text/plain" and (words := _decoded(part).strip()):
            return clean(words.replace("\r\n", "\n"), most=LONGEST)
        if kind == "text/html" and not html:
            html = plain(_decoded(part), most=LONGEST)
    return html


def _decoded(part: Message) -> str:
    try:
        raw = part.get_payload(decode=True)
    except (ValueError, LookupError, AttributeError):
        return ""
    if not isinstance(raw, bytes):
        return str(part.get_payload() or "")[:LONGEST]
    for charset in (part.get_content_charset() or "utf-8", "utf-8"):
        try:
            return raw[: LONGEST * 10].decode(charset, "replace")
        except (LookupError, ValueError):
            continue
    return ""


def latest(words: str) -> str:
    """What was written now, without what it quotes at its end; all of it where nothing would be left."""
    lines = words.split("\n")
    for number, line in enumerate(lines):
        two = f"{line.strip()} {lines[number + 1].strip()}" if number + 1 < len(lines) else line.strip()
        if (HEADING.match(line.strip()) or HEADING.match(two)) and _only_quoted(lines[number + 1 :]):
            lines = lines[:number]
            break
    while lines and (not lines[-1].strip() or lines[-1].lstrip().startswith(">")):
        lines.pop()
    return "\n".join(lines).strip() or words.strip()


def _only_quoted(lines: list[str]) -> bool:
    """Nobody wrote between or under the quotes."""
    rest = [line for line in lines[1:] if line.strip()]
    return not any(line.lstrip().startswith(">") for line in rest) or all(
        line.lstrip().startswith(">") for line in rest
    )
