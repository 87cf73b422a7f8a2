"""What a piece of mail that came back is: a bounce, a complaint, an automatic answer, or a person.

Read: delivery status notifications (RFC 3464), feedback reports (RFC 5965), disposition notifications (RFC 8098),
automatic answers (RFC 3834 and what programs do instead), and bounces in words alone. Which message it is about is
believed only where our own seal stands: a return path, a Message-ID. A person's answer is never a bounce.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable
from dataclasses import dataclass
from email.message import Message
from email.parser import BytesParser
from email.utils import mktime_tz, parseaddr, parsedate_tz

from regulars.channels.mail.automatic import is_automatic, is_bounce_in_words, is_from_a_machine
from regulars.channels.mail.codes import meaning
from regulars.channels.mail.reading import blocks, header, text_of
from regulars.channels.mail.verp import message_of
from regulars.channels.providers import Returned

ADDRESSED = ("Delivered-To", "X-Original-To", "Envelope-To", "X-Envelope-To", "X-Delivered-To", "To", "Cc")
ANSWERED = ("In-Reply-To", "References", "X-Original-Message-ID", "Original-Message-ID")
QUOTED = ("Message-ID", "Return-Path", "References", "Original-Mail-From", "Original-Envelope-Id")
BOUNCES = {"failed": "bounced", "delayed": "deferred", "delivered": "delivered", "relayed": "delivered"}
COMPLAINTS = {"abuse", "fraud", "virus", "opt-out", "opt-out-list"}
CODE = re.compile(r"(?<![\d.])([45]\d\d)(?=[ \-#])")
WEEK = 7 * 86_400_000_000


@dataclass(frozen=True, slots=True)
class Reading:
    """`kind`: bounced, deferred, delivered, complained, replied, auto_reply, or "" for what is none of ours.

    `sender` and `subject` are of the mail itself, for a person who looks at it.
    """

    kind: str
    message_id: int | None
    hard: bool = False
    detail: str = ""
    address: str = ""
    sender: str = ""
    subject: str = ""
    occasion: str = ""
    at: int = 0

    def returned(self) -> Returned | None:
        """What `note_feedback` is told; None when it is about none of our messages.

        A complaint without our seal in it could be anybody's invention: it would stop mail to whoever it names.
        """
        if not self.kind or (self.message_id is None and self.kind != "replied"):
            return None
        return Returned(
            self.kind, self.occasion, self.at, self.message_id, "", self.address, self.hard, self.detail[:300]
        )


def read(raw: bytes, *, key: bytes, at: int) -> Reading:
    """What this mail is. Never raises, whatever it holds; reading it twice gives the same occasion."""
    mail = BytesParser().parsebytes(raw)
    kind, about, hard, detail, address = _what(mail, key)
    sender = parseaddr(header(mail, "From"))[1].lower()
    if kind == "replied" and not address:
        address = sender
    return Reading(
        kind, about, hard, detail, address, sender, header(mail, "Subject"), _occasion(mail, raw), _when(mail, at)
    )


def _what(mail: Message, key: bytes) -> tuple[str, int | None, bool, str, str]:
    for part in mail.walk():
        match part.get_content_type():
            case "message/delivery-status":
                return _notification(mail, part, key)
            case "message/feedback-report":
                return _complaint(mail, part, key)
            case "message/disposition-notification":
                return "auto_reply", _about(mail, key), False, "read receipt", ""
    if is_bounce_in_words(mail):
        return _in_words(mail, key)
    if is_automatic(mail):
        return "auto_reply", _about(mail, key), False, header(mail, "Subject"), ""
    about = _about(mail, key)
    return ("replied" if about is not None else ""), about, False, header(mail, "Subject"), ""


def _notification(mail: Message, part: Message, key: bytes) -> tuple[str, int | None, bool, str, str]:
    """RFC 3464: the first block is about the message, each further one about a recipient."""
    about = _about(mail, key) or _quoted(mail, key)
    for block in blocks(part):
        action = header(block, "Action").lower().split(" ")[0].strip("()")
        if not action:
            continue
        said = header(block, "Diagnostic-Code").partition(";")[2].strip() or text_of(mail)[:300]
        means = meaning(said, code=_code(said), status=header(block, "Status").split(" ")[0])
        address = header(block, "Original-Recipient") or header(block, "Final-Recipient")
        kind = BOUNCES.get(action, "")
        lasting = kind == "bounced"
        detail = f"{means.status or action}: {said}"
        return kind, about, lasting and means.hard, detail, address.partition(";")[2].strip().lower()
    return "", about, False, "", ""


def _complaint(mail: Message, part: Message, key: bytes) -> tuple[str, int | None, bool, str, str]:
    """RFC 5965. “Not spam” and reports about authentication are no complaint of a person."""
    fields = next(iter(blocks(part)), None)
    if fields is None:
        return "", None, False, "", ""
    kind = header(fields, "Feedback-Type").lower()
    about = _sealed([header(fields, name) for name in QUOTED], key) or _quoted(mail, key) or _about(mail, key)
    whom = header(fields, "Original-Rcpt-To") or header(fields, "Removal-Recipient")
    address = parseaddr(whom.partition(";")[2] or whom)[1].lower()
    return ("complained" if kind in COMPLAINTS else ""), about, False, kind, address


def _in_words(mail: Message, key: bytes) -> tuple[str, int | None, bool, str, str]:
    """A bounce without a report (qmail, old gateways): counted only where our seal is in it."""
    text = text_of(mail)
    about = _about(mail, key) or _quoted(mail, key) or message_of(text, key)
    means = meaning(text[:4000], code=_code(text[:4000]))
    delayed = not means.lasting and ("delay" in header(mail, "Subject").lower() or "warning" in text[:500].lower())
    return "deferred" if delayed else "bounced", about, means.hard, f"{means.status} {text[:280]}".strip(), ""


def _about(mail: Message, key: bytes) -> int | None:
    """The message this mail was addressed to, or answers."""
    return _sealed([value for name in (*ADDRESSED, *ANSWERED) for value in mail.get_all(name, [])], key)


def _quoted(mail: Message, key: bytes) -> int | None:
    """The message whose headers are attached."""
    for part in mail.walk():
        if part.get_content_type() in ("message/rfc822", "message/global", "message/partial"):
            for inner in part.get_payload() if part.is_multipart() else ():
                if (found := _sealed([header(inner, name) for name in QUOTED], key)) is not None:
                    return found
        elif part.get_content_type() in ("text/rfc822-headers", "message/global-headers"):
            found = message_of(text_of(part), key)
            if found is not None:
                return found
    return None


def _sealed(values: Iterable[str], key: bytes) -> int | None:
    for value in values:
        if (found := message_of(str(value), key)) is not None:
            return found
    return None


def _code(text: str) -> int:
    """The reply code a server gave, in a text about it; 0 without one."""
    found = CODE.search(text)
    return int(found[1]) if found else 0


def _occasion(mail: Message, raw: bytes) -> str:
    """The same mail read twice, or delivered twice, is one occasion."""
    own = header(mail, "Message-ID")
    seed = own.encode("utf-8", "replace") + b"\0" + header(mail, "From").encode("utf-8", "replace") if own else raw
    return "mail:" + hashlib.sha256(seed).hexdigest()[:40]


def _when(mail: Message, at: int) -> int:
    """When it was written, as far as that can be believed: not in the future, not over a week ago."""
    said = parsedate_tz(header(mail, "Date"))
    try:
        written = int(mktime_tz(said)) * 1_000_000 if said else at
    except (ValueError, OverflowError):
        return at
    return written if at - WEEK < written < at else at


__all__ = ["Reading", "is_from_a_machine", "read"]
