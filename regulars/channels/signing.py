"""Fresh DKIM keys are used once the DNS shows them: looked for every hour, and when somebody looks at the page."""

from __future__ import annotations

from regulars.channels.actions.servers import use_published_key
from regulars.channels.deliverability import is_published
from regulars.channels.mail.published import Ask, ask_dns
from regulars.channels.models import Sender


def use_what_is_published(*, at: int, sender_id: int | None = None, ask: Ask = ask_dns) -> bool:
    """Ask the DNS about the fresh keys (of one sender); says whether one is used from now on."""
    waiting = Sender.objects.filter(channel="email", archived_us=None).exclude(next_key="")
    if sender_id is not None:
        waiting = waiting.filter(id=sender_id)
    one_each = {sender.next_selector: sender for sender in waiting}
    found = [selector for selector, sender in one_each.items() if is_published(sender, ask=ask)]
    return any([use_published_key(selector=selector, at=at) for selector in found])
