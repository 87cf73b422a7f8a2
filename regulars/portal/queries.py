"""What customers' pages show."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass, replace

from django.db.models import Count, Q
from django.utils.formats import date_format

from regulars.channels.links import Token
from regulars.channels.models import Campaign, Message, Topic
from regulars.channels.networks.models import Account, Item
from regulars.channels.networks.visits import places_of
from regulars.content.queries import prepared
from regulars.core.models import Business
from regulars.people.models import Node, Trait
from regulars.people.queries import consent_state
from regulars.portal.models import Form, Joining, Talk
from regulars.ui.formats import local

CHANNEL_NAMES = {"email": "E-mail", "sms": "SMS"}


@dataclass(frozen=True)
class About:
    """A message, as far as its receiver needs to know: which topic, which channel, to which address."""

    node_id: int
    channel: str
    address: str
    language: str
    topic: str


def about_message(message_id: int) -> About | None:
    """The message a link came from; None when it is gone."""
    message = Message.objects.filter(id=message_id).first()
    if message is None:
        return None
    key = Campaign.objects.filter(id=message.campaign_id).values_list("topic", flat=True).first()
    topic = Topic.objects.filter(key=key).values_list("name", flat=True).first() if key else ""
    return About(message.node_id, message.channel, message.address, message.language, topic or "")


def target_of(token: Token) -> str | None:
    """Where a link of a message leads: what its author wrote. None when the message or the link is gone."""
    target = token.target
    if not target:
        found = Message.objects.filter(id=token.message_id).values_list("version_id", "language").first()
        links = prepared(*found).links if found and found[0] else ()
        target = links[token.number - 1] if 0 < token.number <= len(links) else ""
    return target if target.startswith(("https://", "http://")) else None


def message_page(message_id: int) -> str | None:
    """The message as HTML, with what is known of the person now; None when there is nothing to show."""
    from regulars.channels.delivery.rendering import render_again

    message = Message.objects.filter(id=message_id, channel="email").first()
    return render_again(message).html if message and message.version_id else None


def masked(address: str) -> str:
    """An address that its owner knows again and nobody else learns: a…z@example.com."""
    name, at, domain = address.partition("@")
    return f"{name[:1]}…{name[-1:] if len(name) > 2 else ''}{at}{domain}"


@dataclass(frozen=True)
class Line:
    """One thing that can be chosen."""

    purpose: str
    channel: str
    label: str
    help: str = ""
    on: bool = False

    @property
    def value(self) -> str:
        """Its name in the form."""
        return f"{self.purpose}:{self.channel}"


@dataclass(frozen=True)
class Preferences:
    """The preference page of one person."""

    channels: tuple[Line, ...]
    topics: tuple[Line, ...]
    tracking: tuple[Line, ...]
    language: str
    frequency: str


def offered() -> list[Line]:
    """Everything one can choose: marketing by channel, each topic by e-mail, tracking."""
    lines = [Line("marketing", channel, name) for channel, name in CHANNEL_NAMES.items()]
    for topic in Topic.objects.filter(archived_us=None).order_by("order", "id"):
        lines.append(Line(topic.key, "email", topic.name, topic.description))
    return [*lines, Line("tracking", "email", "")]


def preferences_of(node_id: int) -> Preferences | None:
    """What the person chose so far; None when they are gone. A topic nobody decided on is on with marketing."""
    person = Node.objects.filter(id=node_id).values_list("person_id", flat=True).first()
    if person is None:
        return None
    states = consent_state([person]).get(person, {})
    marketing = states.get(("marketing", "email")) == "granted"
    lines = [_with_state(line, states, marketing) for line in offered()]
    traits = _traits(person)
    return Preferences(
        channels=_of(lines, "marketing"),
        topics=tuple(line for line in lines if line.purpose not in ("marketing", "tracking")),
        tracking=_of(lines, "tracking"),
        language=traits.get("language", ""),
        frequency=traits.get("frequency", ""),
    )


def _with_state(line: Line, states: dict[tuple[str, str], str], marketing: bool) -> Line:
    """Undecided: topics follow marketing, and opens and clicks are counted until somebody objects."""
    undecided = {"marketing": "", "tracking": "granted"}.get(line.purpose, "granted" if marketing else "")
    return replace(line, on=states.get((line.purpose, line.channel), undecided) == "granted")


def _of(lines: Iterable[Line], purpose: str) -> tuple[Line, ...]:
    return tuple(line for line in lines if line.purpose == purpose)


def _traits(person: int) -> dict[str, str]:
    nodes = Node.objects.filter(person_id=person).values("id")
    rows = Trait.objects.filter(node_id__in=nodes, name__in=("language", "frequency")).order_by("at")
    said = {name: json.loads(value) for name, value in rows.values_list("name", "value")}
    return {name: value for name, value in said.items() if isinstance(value, str)}


def forms_in_use() -> list[tuple[Form, int, int]]:
    """Each form with how many asked to join by it, and how many confirmed; newest first."""
    counts = {
        row["form_id"]: (row["asked"], row["confirmed"])
        for row in Joining.objects.values("form_id").annotate(
            asked=Count("id"), confirmed=Count("id", filter=~Q(confirmed_us=None))
        )
    }
    return [(form, *counts.get(form.id, (0, 0))) for form in Form.objects.filter(archived_us=None).order_by("-id")]


@dataclass(frozen=True)
class Spoken:
    """One thing said in a visitor's conversation."""

    ours: bool
    text: str
    moment: str
    edited: bool
    changed_us: int


def lines_of(talk: Talk, most: int = 200) -> list[Spoken]:
    """The last things said in a visitor's conversation, in order; nothing that was taken back."""
    rows = Item.objects.filter(account_id=talk.account_id, thread=talk.thread, deleted_us=None, public=False)
    latest = rows.order_by("-at", "-id")[:most]
    return [
        Spoken(one.ours, one.text, moment(one.at), one.edited_us is not None, one.edited_us or one.at)
        for one in reversed(latest)
    ]


def moment(at: int) -> str:
    """Day and time in the visitor's language, in the shop's time zone; the month in letters, because 11/12 is
    November in one country and December in another."""
    return date_format(local(at, Business.load().timezone or "UTC"), "j F, H:i")


def talks_in_use() -> list[tuple[Account, str, str]]:
    """Each contact form and chat box with its address and the HTML that shows it elsewhere."""
    made = Account.objects.filter(kind__in=("form", "box"), archived_us=None).order_by("id")
    return [(account, *places_of(account)) for account in made]
