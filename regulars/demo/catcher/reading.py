"""A caught mail as a person reads it: headers, plain text, HTML made fit for a frame, the way to unsubscribe."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from urllib.parse import urlsplit

from django.conf import settings

from regulars.channels import links
from regulars.demo.catcher.store import Caught

HEAD = re.compile(r"<head\b[^>]*>", re.I)
OURS = re.compile(r"http://(?:localhost|127\.0\.0\.1)(?::\d+)?/")
WEB = re.compile(r"<(https?://[^>]+)>")


@dataclass(frozen=True)
class Read:
    """What is in it. `unsubscribe`: the path of its List-Unsubscribe; `message_id`: the row that was sent."""

    headers: list[tuple[str, str]] = field(default_factory=list)
    text: str = ""
    html: str = ""
    unsubscribe: str = ""
    message_id: int | None = None


def read(caught: Caught) -> Read:
    """Never raises for what a stranger sent: what cannot be decoded is shown with replacement signs."""
    if caught.kind == "sms":
        said = json.loads(caught.raw)
        return Read([(name, said[name]) for name in ("from", "to") if name in said], _here(said.get("text", "")))
    mail = message_from_bytes(caught.raw, policy=policy.default)
    found = WEB.search(str(mail.get("list-unsubscribe", "")))
    unsubscribe = urlsplit(found[1]).path if found else ""
    headers = [(name, str(value)) for name, value in mail.items()]
    return Read(headers, _part(mail, "plain"), _part(mail, "html"), unsubscribe, _row(unsubscribe))


def _part(mail: EmailMessage, kind: str) -> str:
    part = mail.get_body((kind,))
    return _here(part.get_content()) if part and part.get_content_subtype() == kind else ""


def _here(text: str) -> str:
    """Links of a demo that was started on another port lead to this one."""
    return OURS.sub(lambda found: settings.PUBLIC_URL + "/", text)


def _row(unsubscribe: str) -> int | None:
    """Which message of ours it is: its sealed token says so."""
    token = links.read_token(unsubscribe.rpartition("/")[2], links.UNSUBSCRIBE)
    return token.message_id if token else None


def framed(html: str) -> str:
    """The HTML with links that open in a tab of their own."""
    base = '<base target="_blank">'
    return HEAD.sub(lambda head: head[0] + base, html, count=1) if HEAD.search(html) else base + html
