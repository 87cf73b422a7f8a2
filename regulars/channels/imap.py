"""Reading a mailbox over IMAP: what came since the last time, without marking anything as read."""

from __future__ import annotations

import imaplib
import re
import ssl
from collections.abc import Iterator
from datetime import date
from types import TracebackType

from regulars.channels.models import Mailbox
from regulars.channels.oauth import Grant, NoToken, access_token, forget, xoauth2
from regulars.core.crypto import decrypt

PATIENCE = 30.0  # seconds for an answer
BATCH = 20  # messages fetched at once
HEAD = 262_144  # bytes of a message that are looked at; a report stands at its beginning
UID = re.compile(rb"UID (\d+)")
SIZE = re.compile(rb"RFC822\.SIZE (\d+)")
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")  # RFC 9051: in English


class Unreadable(Exception):
    """The mailbox cannot be read now; a sentence."""


class Box:
    """An open mailbox: `with Box(mailbox) as box`. Raises Unreadable wherever the server does not play along."""

    def __init__(self, mailbox: Mailbox) -> None:
        self.mailbox = mailbox
        self.validity = ""

    def __enter__(self) -> Box:
        box = self.mailbox
        try:
            self.imap = _connect(box)
            _sign_in(self.imap, box)
            _fine(*self.imap.select(f'"{box.folder}"', readonly=not box.clear))
            self.validity = (self.imap.response("UIDVALIDITY")[1] or [b""])[0].decode()
        except (OSError, imaplib.IMAP4.error, NoToken) as error:
            raise Unreadable(f"{box.host} does not let us read {box.folder}: {_said(error)}") from None
        return self

    def __exit__(self, kind: type | None, error: BaseException | None, trace: TracebackType | None) -> None:
        try:
            self.imap.logout()
        except (OSError, imaplib.IMAP4.error):
            self.imap.shutdown()

    def since(self, uid: int) -> Iterator[list[tuple[int, bytes]]]:
        """Batches of (uid, the beginning of the message), in the order of uids, each greater than `uid`."""
        try:
            found = _fine(*self.imap.uid("SEARCH", None, f"UID {uid + 1}:*"))
            # “n:*” always names the last message, also when it is older
            uids = sorted(number for number in _uids(found) if number > uid)
            for start in range(0, len(uids), BATCH):
                yield self._fetch(uids[start : start + BATCH])
        except (OSError, imaplib.IMAP4.error) as error:
            raise Unreadable(f"{self.mailbox.host} broke off: {_said(error)}") from None

    def whole(self, uid: int) -> bytes:
        """The whole message."""
        try:
            parts = _fine(*self.imap.uid("FETCH", str(uid), "(UID BODY.PEEK[])"))
        except (OSError, imaplib.IMAP4.error) as error:
            raise Unreadable(f"{self.mailbox.host} broke off: {_said(error)}") from None
        return next((part[1] for part in parts if isinstance(part, tuple)), b"")

    def size(self, uid: int) -> int:
        """How many bytes the whole message has; 0 when the server does not say."""
        try:
            parts = _fine(*self.imap.uid("FETCH", str(uid), "(UID RFC822.SIZE)"))
        except (OSError, imaplib.IMAP4.error) as error:
            raise Unreadable(f"{self.mailbox.host} broke off: {_said(error)}") from None
        found = SIZE.search(b" ".join(part for part in parts if isinstance(part, bytes)))
        return int(found[1]) if found else 0

    def before(self, day: date) -> int:
        """The uid after which everything that came on this day or later stands; the newest one when nothing did."""
        try:
            named = f"{day.day}-{MONTHS[day.month - 1]}-{day.year}"
            found = _uids(_fine(*self.imap.uid("SEARCH", None, f"SINCE {named}")))
            return min(found) - 1 if found else max(_uids(_fine(*self.imap.uid("SEARCH", None, "ALL"))), default=0)
        except (OSError, imaplib.IMAP4.error) as error:
            raise Unreadable(f"{self.mailbox.host} broke off: {_said(error)}") from None

    def holds(self, message_id: str) -> bool:
        """Whether a message with this Message-ID is in the folder."""
        plain = "".join(sign for sign in message_id if sign.isprintable() and sign not in '"\\')
        try:
            found = self.imap.uid("SEARCH", None, f'HEADER Message-ID "{plain}"')
            return bool(_uids(_fine(*found)))
        except (OSError, imaplib.IMAP4.error) as error:
            raise Unreadable(f"{self.mailbox.host} broke off: {_said(error)}") from None

    def put(self, raw: bytes) -> None:
        """Put a message into the folder, as read."""
        try:
            _fine(*self.imap.append(f'"{self.mailbox.folder}"', r"(\Seen)", None, raw))
        except (OSError, imaplib.IMAP4.error) as error:
            raise Unreadable(f"{self.mailbox.host} does not let us write: {_said(error)}") from None

    def delete(self, uids: list[int]) -> None:
        """Remove messages for good."""
        try:
            _fine(*self.imap.uid("STORE", ",".join(map(str, uids)), "+FLAGS.SILENT", r"(\Deleted)"))
            self.imap.expunge()
        except (OSError, imaplib.IMAP4.error) as error:
            raise Unreadable(f"{self.mailbox.host} does not let us delete: {_said(error)}") from None

    def _fetch(self, uids: list[int]) -> list[tuple[int, bytes]]:
        parts = _fine(*self.imap.uid("FETCH", ",".join(map(str, uids)), f"(UID BODY.PEEK[]<0.{HEAD}>)"))
        found = {}
        for number, part in enumerate(parts):
            if isinstance(part, tuple):
                behind = parts[number + 1] if number + 1 < len(parts) else b""
                uid = UID.search(part[0]) or UID.search(behind if isinstance(behind, bytes) else b"")
                if uid:
                    found[int(uid[1])] = part[1]
        return sorted(found.items())


def _connect(box: Mailbox) -> imaplib.IMAP4:
    context = ssl.create_default_context()
    if box.tls == "implicit":
        return imaplib.IMAP4_SSL(box.host, box.port, ssl_context=context, timeout=PATIENCE)
    imap = imaplib.IMAP4(box.host, box.port, timeout=PATIENCE)
    if box.tls == "starttls":
        imap.starttls(context)
    return imap


def _sign_in(imap: imaplib.IMAP4, box: Mailbox) -> None:
    if not box.oauth:
        imap.login(box.username, decrypt(box.password))
        return
    own = box.oauth
    secret = decrypt(own["secret"]) if own.get("secret") else ""
    grant = Grant(own["url"], own["client"], secret, decrypt(box.password), own.get("scope", ""))
    token = access_token(grant)
    try:
        imap.authenticate("XOAUTH2", lambda asked: xoauth2(box.username, token) if not asked else b"")
    except imaplib.IMAP4.error:
        forget(grant)
        raise


def _fine(status: str, parts: list) -> list:
    if status != "OK":
        raise imaplib.IMAP4.error(b" ".join(part for part in parts if isinstance(part, bytes)) or status)
    return parts


def _uids(found: list) -> list[int]:
    return [int(word) for part in found for word in (part or b"").split() if word.isdigit()]


def _said(error: BaseException) -> str:
    text = error.args[0] if error.args and isinstance(error.args[0], bytes) else str(error)
    return (text.decode("utf-8", "replace") if isinstance(text, bytes) else text)[:200] or type(error).__name__
