"""A person as their page shows them: what joins their records, what they agreed to, what every room knows."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from regulars.core.plugs import registry
from regulars.events.models import Source
from regulars.people.models import Consent, Identifier, Link, Node, Person
from regulars.ui import formats

RULES = {
    "same_email": lazy("the same e-mail address"), "same_phone": lazy("the same phone number"),
    "same_card": lazy("the same card"), "same_event": lazy("named together in one event"),
    "alias": lazy("said to be one account"),
    "similar": lazy("accepted suggestion"), "manual": lazy("merged by hand"),
}  # fmt: skip
STRICT = ("granted", "pending", "withdrawn")
CHANNELS = {"email": lazy("e-mail"), "sms": lazy("SMS"), "phone": lazy("phone"), "post": lazy("letter")}
ROOMS = {
    "people": lazy("Who they are"), "commerce": lazy("What they bought"), "insights": lazy("What is expected"),
    "events": lazy("What they did"), "segments": lazy("Segments"),
}  # fmt: skip
TYPES = {"email": lazy("E-mail"), "phone": lazy("Phone"), "card": lazy("Card")}


@dataclass(frozen=True)
class Known:
    """One identifier value: where it was seen, and why it links nobody if it does not."""

    label: str
    value: str
    sources: list[str]
    last_us: int
    refused: str


@dataclass(frozen=True)
class Agreed:
    """What somebody said about one purpose and channel: the most restrictive of their records, and since when."""

    label: str
    state: str
    at: int
    source: str
    wording: str


@dataclass(frozen=True)
class Join:
    """Why two records are one person. `link` can be undone."""

    link: Link
    words: str
    value: str
    sides: tuple[str, str]


def identifiers(nodes: list[Node]) -> list[Known]:
    """The identifiers of a person, e-mails first, newest first within a type."""
    names = source_names()
    of_node = {node.id: names.get(node.source_id, "") for node in nodes}
    found: dict[tuple[str, str], list[Identifier]] = {}
    for one in Identifier.objects.filter(node_id__in=of_node).order_by("-last_us"):
        found.setdefault((one.type, one.value), []).append(one)
    order = [*TYPES]
    keys = sorted(found, key=lambda k: order.index(k[0]) if k[0] in order else len(order))
    return [_known(type, value, found[type, value], of_node) for type, value in keys]


def _known(type: str, value: str, seen: list[Identifier], of_node: dict[int, str]) -> Known:
    label = TYPES.get(type) or type.removeprefix("external:")
    sources = sorted({of_node[one.node_id] for one in seen} - {""})
    return Known(
        str(label), value, sources, max(one.last_us for one in seen), next((o.refused for o in seen if o.refused), "")
    )


def consents(nodes: list[Node]) -> list[Agreed]:
    """What the person agreed to, most restrictive over their records."""
    newest: dict[tuple[int, str, str], Consent] = {}
    for one in Consent.objects.filter(node_id__in=[node.id for node in nodes]).order_by("at", "id"):
        newest[one.node_id, one.purpose, one.channel] = one
    worst: dict[tuple[str, str], Consent] = {}
    for (_node, purpose, channel), one in newest.items():
        before = worst.get((purpose, channel))
        if before is None or STRICT.index(one.state) > STRICT.index(before.state):
            worst[purpose, channel] = one
    names = source_names()
    return [
        Agreed(_("%(purpose)s by %(channel)s") % {"purpose": purpose, "channel": CHANNELS.get(channel, channel)},
               one.state, one.at, names.get(one.source_id, ""), one.wording)
        for (purpose, channel), one in sorted(worst.items())
    ]  # fmt: skip


def joins(nodes: list[Node]) -> list[Join]:
    """The active links between a person's records, oldest first."""
    names, of = source_names(), {node.id: node for node in nodes}
    links = Link.objects.filter(a__in=of, b__in=of, revoked_us=None, quarantined=False, held_back="").order_by("at")
    return [Join(l, _rule(l.rule), _shown(l), (_record(of[l.a], names), _record(of[l.b], names))) for l in links]  # noqa: E741


def _rule(rule: str) -> str:
    return str(RULES.get(rule) or rule.replace("same_", _("the same ")).replace("_", " "))


def _shown(link: Link) -> str:
    """The value that proves a link, where it is one that says something to people."""
    return link.value if link.rule.startswith("same_") and link.rule != "same_event" else ""


def _record(node: Node, names: dict[int, str]) -> str:
    kinds = {"anonymous": _("a visitor's device"), "user": _("customer %s") % node.key, "record": _("a record")}
    what = kinds.get(node.kind, node.key)
    source = names.get(node.source_id)
    return f"{what} ({source})" if source else str(what)


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
    return [(str(ROOMS.get(room, room)), lines) for room, lines in rooms.items()]


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
            return f"{formats.number(value, digits)} {fact.unit}".strip()
        case "choice":
            return dict(fact.choices).get(value, str(value))
    return _joined(value)


def _joined(value: Any) -> str:
    return ", ".join(map(str, value)) if isinstance(value, Iterable) and not isinstance(value, str) else str(value)
