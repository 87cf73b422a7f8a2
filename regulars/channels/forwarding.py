"""People who answer to the return path: their mail goes on to the mailbox that its sender names.

It is handed over before it counts as read, so it arrives at least once. It also stays where it is.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from regulars.channels.imap import Box
from regulars.channels.mail.compose import Letter
from regulars.channels.mail.headers import date
from regulars.channels.mail.returned import Reading
from regulars.channels.models import Campaign, Feedback, Gate, Message, Sender, Server
from regulars.channels.providers.smtp import SmtpCarrier, options_of
from regulars.channels.views import way_of

MARK = b"X-Regulars-Forwarded"
HEADERS_END = re.compile(rb"\r\n\r\n|\n\n")


def forward_answers(box: Box, answers: Sequence[tuple[int, Reading]], at: int) -> int:
    """Send on what people wrote and was not sent on before; how much was. Nothing goes while the gate is closed."""
    server = Server.objects.filter(kind="smtp", paused_us=None).order_by("-weight", "id").first()
    if not answers or server is None or Gate.objects.exclude(closed_us=None).exists():
        return 0
    known = set(
        Feedback.objects.filter(occasion__in=[r.occasion for _, r in answers]).values_list("occasion", flat=True)
    )
    senders = _senders({reading.message_id for _, reading in answers})
    letters = []
    for uid, reading in answers:
        sender = senders.get(reading.message_id)
        if reading.occasion not in known and sender and _goes_on(sender, box):
            letters += [one] if (one := _letter(box.whole(uid), sender, at)) else []
    carrier = SmtpCarrier(options_of(way_of(server)))
    try:
        return sum(outcome.state == "handed_off" for outcome in carrier.relay(letters)) if letters else 0
    finally:
        carrier.close()


def _senders(message_ids: set[int | None]) -> dict[int, Sender]:
    """{message: in whose name it went}."""
    campaigns = dict(Message.objects.filter(id__in=message_ids).values_list("id", "campaign_id"))
    names = dict(Campaign.objects.filter(id__in=campaigns.values()).values_list("id", "sender_id"))
    found = Sender.objects.in_bulk({sender for sender in names.values() if sender})
    return {message: found[names[campaign]] for message, campaign in campaigns.items() if names[campaign] in found}


def _goes_on(sender: Sender, box: Box) -> bool:
    """Not back into the mailbox it came from."""
    target = sender.reply_to or sender.address
    return target.lower() not in (box.mailbox.username.lower(), sender.bounce_domain.lower())


def _letter(raw: bytes, sender: Sender, at: int) -> Letter | None:
    """The mail with a note on top that it was sent on (RFC 5322, 3.6.6); None for what was sent on once already."""
    head = HEADERS_END.split(raw, 1)[0]
    if MARK.lower() in head.lower():
        return None
    target = sender.reply_to or sender.address
    lines = re.sub(rb"\r\n|\r|\n", b"\r\n", raw.rstrip(b"\r\n")) + b"\r\n"
    noted = b"%b: 1\r\nResent-From: %b\r\nResent-To: %b\r\nResent-Date: %b\r\n" % (
        MARK,
        sender.address.encode(),
        target.encode(),
        date(at // 1_000_000),
    )
    return Letter(0, sender.address, target, noted + lines, False)
