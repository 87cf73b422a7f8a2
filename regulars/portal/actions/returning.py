"""Opens and clicks. Scanners and privacy proxies are told apart, kept, and never counted as people."""

from __future__ import annotations

from regulars.channels.actions import note_feedback
from regulars.channels.models import Message
from regulars.channels.providers import Returned
from regulars.portal.visitors import Visit, verdict


def seen_open(*, message_id: int, visit: Visit, at: int) -> None:
    """The picture in a message was loaded: once per message and kind of visitor."""
    handed = _handed(message_id)
    if handed is not None:
        who = verdict(visit, kind="opened", since_us=at - handed)
        _note("opened", f"opened:{message_id}:{who}", message_id, who, at)


def seen_click(*, message_id: int, link: int, visit: Visit, at: int) -> None:
    """A link was followed: once per message, link and kind of visitor."""
    handed = _handed(message_id)
    if handed is not None:
        who = verdict(visit, kind="clicked", since_us=at - handed)
        _note("clicked", f"clicked:{message_id}:{link}:{who}", message_id, who, at, link)


def _handed(message_id: int) -> int | None:
    return Message.objects.filter(id=message_id).values_list("handed_us", flat=True).first()


def _note(kind: str, occasion: str, message_id: int, who: str, at: int, link: int | None = None) -> None:
    news = Returned(kind=kind, occasion=occasion, at=at, message_id=message_id, verdict=who, link=link)
    note_feedback(items=[news], at=at)
