"""A person as their page shows them: identifiers, what they agreed to, what every room knows."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from regulars.core.plugs import registry
from regulars.events.models import Source
from regulars.people.explaining import Profile
from regulars.people.models import Consent, Person
from regulars.ui import formats

RULES = {
    "same_email": lazy("the same e-mail address"), "same_phone": lazy("the same phone number"),
    "same_card": lazy("the same card"), "same_event": lazy("named together in one event"),
    "alias": lazy("said to be one account"),
    "similar": lazy("accepted suggestion"), "manual": lazy("merged by hand"),
}  # fmt: skip
CHANNELS = {"email": lazy("e-mail"), "sms": lazy("SMS"), "phone": lazy("phone"), "post": lazy("letter")}
ROOMS = {
    "commerce": lazy("What they bought"), "insights": lazy("What is expected"), "people": lazy("Who they are"),
    "events": lazy("What they did"), "segments": lazy("Segments"), "loyalty": lazy("Loyalty"),
    "channels": lazy("Messages"), "feedback": lazy("What they said"), "journeys": lazy("Journeys"),
    "inbox": lazy("Conversations"), "social": lazy("On networks"),
}  # fmt: skip
ONE = {"days": lazy("day"), "purchases": lazy("purchase"), "links": lazy("link"), "times": lazy("time"),
       "mentions": lazy("mention"), "messages": lazy("message"), "answers": lazy("answer"),
       "profiles": lazy("profile"), "years": lazy("year")}  # fmt: skip
TYPES = {"email": lazy("E-mail"), "phone": lazy("Phone"), "card": lazy("Card")}


@dataclass(frozen=True)
class Known:
    """One identifier value: where it was seen, and why it links nobody if it does not."""

    label: str
    value: str
    sources: list[str]
    links_nobody: str


@dataclass(frozen=True)
class Agreed:
    """What somebody said about one purpose and channel: the most restrictive of their records, and since when."""

    label: str
    state: str
    at: int | None
    source: str
    wording: str


def identifiers(profile: Profile) -> list[Known]:
    """The identifiers of a person: e-mails, phones, cards, then others."""
    names, order = source_names(), [*TYPES]
    of_node = {node.id: names.get(node.source_id, "") for node in profile.nodes}
    found = sorted(profile.identifiers, key=lambda one: order.index(one.type) if one.type in order else len(order))
    return [
        Known(str(TYPES.get(one.type) or one.type.removeprefix("external:")), one.value,
              sorted({of_node.get(node, "") for node in one.nodes} - {""}), one.links_nobody)
        for one in found
    ]  # fmt: skip


def consents(profile: Profile) -> list[Agreed]:
    """What the person agreed to, with the entry of the ledger that says so last."""
    names = source_names()
    said: dict[tuple[str, str, str], Consent] = {}
    for one in Consent.objects.filter(node_id__in=[node.id for node in profile.nodes]).order_by("at", "id"):
        said[one.purpose, one.channel, one.state] = one
    return [
        _agreed(purpose, channel, state, said.get((purpose, channel, state)), names)
        for (purpose, channel), state in sorted(profile.consents.items())
    ]


def _agreed(purpose: str, channel: str, state: str, one: Consent | None, names: dict[int, str]) -> Agreed:
    label = _("%(purpose)s by %(channel)s") % {"purpose": purpose, "channel": CHANNELS.get(channel, channel)}
    if one is None:
        return Agreed(label, state, None, "", "")
    return Agreed(label, state, one.at, names.get(one.source_id, ""), one.wording)


def source_names() -> dict[int, str]:
    """The name of every source."""
    return dict(Source.objects.values_list("id", "name"))


def facts(person: Person, *, currency: str, zone: str, now: int) -> list[tuple[str, list[tuple[str, str]]]]:
    """What every room knows about a person, as lines of label and value."""
    rooms: dict[str, list[tuple[str, str]]] = {}
    for fact in registry.facts.values():
        value = fact.now([person.id]).get(person.id)
        shown = fact_words(fact, value, currency=currency, zone=zone, now=now)
        rooms.setdefault(fact.room, []).append((fact.label, shown))
    order = [room for room in ROOMS if room in rooms] + [room for room in rooms if room not in ROOMS]
    return [(str(ROOMS.get(room, room)), rooms[room]) for room in order]


def fact_words(fact: Any, value: Any, *, currency: str, zone: str, now: int) -> str:
    """A fact's value in words; what is missing says what that means."""
    if value is None:
        return fact.missing
    match fact.type:
        case "money":
            return formats.money(int(value), currency)
        case "bool":
            return _("yes") if value else _("no")
        case "time":
            return f"{formats.day(int(value), zone)} ({formats.ago(int(value), now)})"
        case "number" if fact.unit == "0 to 1":
            return formats.percent(value, 0)
        case "number" if fact.unit == "1 to 5":
            return _("%d of 5") % value
        case "number":
            digits = 0 if float(value).is_integer() else 2
            if value == 1 and fact.unit in ONE:
                return f"1 {ONE[fact.unit]}"
            return f"{formats.number(value, digits)} {fact.unit}".strip()
        case "choice":
            return dict(fact.choices).get(value, str(value))
    return _joined(value)


def _joined(value: Any) -> str:
    return ", ".join(map(str, value)) if isinstance(value, Iterable) and not isinstance(value, str) else str(value)
