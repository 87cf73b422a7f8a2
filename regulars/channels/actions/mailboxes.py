"""Mailboxes: what came back is read every few minutes, at least once, and counts once."""

from __future__ import annotations

from django.db import IntegrityError, transaction

from regulars.channels.actions.errors import CannotSend
from regulars.channels.actions.feedback import note_feedback
from regulars.channels.forwarding import forward_answers
from regulars.channels.imap import Box, Unreadable
from regulars.channels.mail.returned import Reading, read
from regulars.channels.models import Mailbox
from regulars.core.crypto import encrypt
from regulars.core.failpoints import declare, failpoint
from regulars.core.home import secret
from regulars.core.jobs import job
from regulars.team.actions import audit

MOST = 2000  # messages of one mailbox in one run; the next run goes on
declare("mailbox.noted")


@transaction.atomic
def save_mailbox(
    *, mailbox_id: int | None = None, name: str, purpose: str, host: str, port: int, tls: str, username: str,
    password: str = "", folder: str = "INBOX", clear: bool = False, token_url: str = "",
    client_id: str = "", client_secret: str = "", scope: str = "", by: str, at: int,
) -> Mailbox:  # fmt: skip
    """A new mailbox, or one changed; an empty password keeps the one there is. With a `token_url` the password is
    the refresh token. Raises CannotSend."""
    box = Mailbox.objects.select_for_update().get(id=mailbox_id) if mailbox_id else Mailbox(created_us=at)
    if (box.host, box.username, box.folder) != (host, username, folder):
        box.seen = {}
    box.name, box.purpose, box.host, box.port, box.tls = name.strip(), purpose, host.strip(), port, tls
    box.username, box.folder, box.clear, box.trouble = username, folder or "INBOX", clear and purpose == "bounces", ""
    if password:
        box.password = encrypt(password)
    box.oauth = _oauth(box.oauth, token_url.strip(), client_id.strip(), scope.strip(), client_secret)
    if not (box.name and box.host and box.username and box.password):
        raise CannotSend("A mailbox needs a name, a server, a user name and a password.")
    if any(sign in box.folder for sign in '"\\\r\n'):
        raise CannotSend("The name of the folder holds signs that a mailbox cannot have.")
    try:
        with transaction.atomic():
            box.save()
    except IntegrityError:
        raise CannotSend(f"There is already a mailbox called “{name}”.") from None
    audit(by=by, act="mailbox.save", object=f"mailbox:{box.id}", details={"purpose": purpose}, at=at)
    return box


def _oauth(before: dict, url: str, client: str, scope: str, secret: str) -> dict:
    if url and not client:
        raise CannotSend("OAuth needs the client ID.")
    kept = encrypt(secret) if secret else before.get("secret", "")
    return {"url": url, "client": client, "scope": scope, "secret": kept} if url else {}


@transaction.atomic
def remove_mailbox(*, mailbox_id: int, by: str, at: int) -> None:
    """It is read no more; the mail in it stays where it is. Idempotent."""
    if Mailbox.objects.filter(id=mailbox_id).delete()[0]:
        audit(by=by, act="mailbox.remove", object=f"mailbox:{mailbox_id}", details={}, at=at)


@job(lane="soon", retries=0)
def read_mailboxes(*, at: int) -> int:
    """Read what came back into every mailbox; returns how much of it was news. Trouble with one stops no other."""
    return sum(_read(box, at) for box in Mailbox.objects.filter(paused_us=None).order_by("id"))


def _read(mailbox: Mailbox, at: int) -> int:
    """At least once: the news and how far we came commit together, then what is no person's may be deleted."""
    news = 0
    try:
        with Box(mailbox) as box:
            last = mailbox.seen.get("uid", 0) if mailbox.seen.get("validity") == box.validity else 0
            count = 0
            for letters in box.since(last):
                news += _note(mailbox, box, letters, at)
                count += len(letters)
                if count >= MOST:
                    break
        Mailbox.objects.filter(id=mailbox.id).update(read_us=at, trouble="")
    except Unreadable as problem:
        Mailbox.objects.filter(id=mailbox.id).update(trouble=str(problem)[:300])
    return news


def _note(mailbox: Mailbox, box: Box, letters: list[tuple[int, bytes]], at: int) -> int:
    if not letters:
        return 0
    key = bytes.fromhex(secret("returns"))
    readings = [(uid, read(raw, key=key, at=at)) for uid, raw in letters]
    if mailbox.purpose == "bounces":
        forward_answers(box, [(uid, reading) for uid, reading in readings if reading.kind == "replied"], at)
    items = [said for _, reading in readings if (said := reading.returned())]
    with transaction.atomic():
        news = note_feedback(items=items, at=at)
        Mailbox.objects.filter(id=mailbox.id).update(seen={"validity": box.validity, "uid": letters[-1][0]})
    failpoint("mailbox.noted")
    done = [uid for uid, reading in readings if _is_done_with(reading)]
    if mailbox.clear and done:
        box.delete(done)
    return news


def _is_done_with(reading: Reading) -> bool:
    """Whether nobody needs to see it: a report about a message of ours. What people write always stays."""
    return reading.message_id is not None and reading.kind not in ("", "replied")
