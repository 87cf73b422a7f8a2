"""Kinds, feelings, intents and numbers of listening in words."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.utils.translation import ngettext

from regulars.channels.networks import kinds as networks
from regulars.social.listening.reports import Shown
from regulars.social.models import Alert, Topic
from regulars.team.models import User
from regulars.ui.formats import number, percent

KINDS = {
    "brand": lazy("Brand"),
    "product": lazy("Product"),
    "competitor": lazy("Competitor"),
    "problem": lazy("Problem"),
}
FEELS = {
    "negative": (lazy("negative"), "bad"),
    "neutral": (lazy("neutral"), ""),
    "positive": (lazy("positive"), "good"),
    "unsure": (lazy("unsure"), ""),
}
INTENTS = {
    "complaint": lazy("complaint"),
    "help": lazy("asks for help"),
    "question": lazy("question"),
    "buying": lazy("wants to buy"),
    "praise": lazy("praise"),
}
WIDTH, HEIGHT = 120, 28


def spark(days: Sequence[int]) -> str:
    """The points of a small line, for `<polyline>`."""
    top, steps = max(days, default=0) or 1, max(len(days) - 1, 1)
    return " ".join(f"{n * WIDTH / steps:.1f},{HEIGHT - 2 - (HEIGHT - 4) * v / top:.1f}" for n, v in enumerate(days))


def change(now: int, before: int) -> str:
    """How now compares with the time before, said only where there are enough people to say it."""
    if before < 10 or now < 10:
        return ""
    step = now / before - 1
    if abs(step) < 0.005:
        return _("as before")
    return ("+" if step > 0 else "−") + percent(abs(step), 0)


def times(alert: Alert) -> str:
    """'14 times as many as usual'."""
    ratio = alert.people / max(alert.usual, 0.1)
    return _("%s times as many as usual") % number(ratio, 0 if ratio >= 10 else 1)


def rose(alert: Alert) -> str:
    """'30 people in a day, usually 7'."""
    said = {"people": people(alert.people), "usual": usual(alert.usual)}
    if alert.hours == 1:
        return _("%(people)s in an hour, usually %(usual)s") % said
    return _("%(people)s in a day, usually %(usual)s") % said


def usual(people: float) -> str:
    """The usual number as people say it: 'fewer than one', or a round number."""
    return _("fewer than one") if people < 0.95 else number(people)


def people(n: int) -> str:
    """'12 people'."""
    return ngettext("%s person", "%s people", n) % number(n)


def network(kind: str) -> str:
    """The name of a network."""
    try:
        return str(networks.network(kind).label)
    except KeyError:
        return kind.capitalize()


def can(kind: str) -> frozenset[str]:
    """What a network can do; nothing when it is no longer part of the program."""
    try:
        return networks.network(kind).can
    except KeyError:
        return frozenset()


def card(one: Shown, topics: dict[int, Topic] | None = None) -> dict[str, Any]:
    """A mention as the pages show it."""
    feels = FEELS.get(one.mention.feels)
    return {
        "mention": one.mention,
        "item": one.item,
        "who": who(one),
        "network": network(one.mention.network),
        "account": one.account,
        "author": one.author,
        "feels": feels,
        "intent": INTENTS.get(one.mention.intent, ""),
        "same": one.same,
        "topic": topics.get(one.mention.topic_id) if topics else None,
    }


def who(one: Shown) -> str:
    """Who said it, as the network names them."""
    if one.author is None:
        return one.account.name if one.account else _("somebody")
    return one.author.name or one.author.handle or _("somebody")


def owners() -> list[tuple[str, str]]:
    """Colleagues who may be told."""
    found = User.objects.filter(is_active=True).order_by("name", "email")
    return [(one.by, str(one)) for one in found if one.may("inbox.answer")]


def name_of(by: str) -> str:
    """A colleague's name."""
    part = by.removeprefix("user:")
    one = User.objects.filter(id=int(part)).first() if by.startswith("user:") and part.isdecimal() else None
    return str(one) if one else ""
