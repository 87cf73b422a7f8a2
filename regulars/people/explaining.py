"""The profile of one person with the reason for everything: which evidence joined what, when, by whom."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from regulars.people.models import ConsentState, Identifier, Link, Node, Person, Quarantine, Separation, Trait
from regulars.people.names import Said, latest


@dataclass(frozen=True)
class KnownBy:
    """One identifier value of a person. `links_nobody` says why, and is empty when it may link."""

    type: str
    value: str
    raw: tuple[str, ...]
    nodes: tuple[int, ...]
    first_us: int
    last_us: int
    links_nobody: str


@dataclass(frozen=True)
class Joined:
    """One link from or to this person's nodes. `state`: joins, held back, in quarantine, undone."""

    link_id: int
    a: int
    b: int
    rule: str
    value: str
    words: str
    score: float
    at: int
    by: str
    state: str
    why_not: str
    evidence: dict[str, Any]


@dataclass(frozen=True)
class Profile:
    """Everything this room knows about a person. Times in microseconds; `traits` are the newest per name."""

    person: Person
    nodes: tuple[Node, ...]
    identifiers: tuple[KnownBy, ...]
    links: tuple[Joined, ...]
    apart: tuple[Separation, ...]
    traits: dict[str, Any] = field(default_factory=dict)
    consents: dict[tuple[str, str], str] = field(default_factory=dict)


def profile_of(person: Person) -> Profile:
    """The profile of a person who is not merged into another."""
    nodes = list(Node.objects.filter(person_id=person.id).order_by("id"))
    ids = [node.id for node in nodes]
    traits = latest(Said(t.node_id, t.name, t.value, t.at) for t in Trait.objects.filter(node_id__in=ids))
    return Profile(
        person=person,
        nodes=tuple(nodes),
        identifiers=_known_by(ids),
        links=_links(nodes),
        apart=tuple(Separation.objects.filter(a__in=ids).union(Separation.objects.filter(b__in=ids)).order_by("id")),
        traits={name: json.loads(one.value) for name, one in sorted(traits.items())},
        consents=worst_states(ids),
    )


def _known_by(ids: list[int]) -> tuple[KnownBy, ...]:
    found: dict[tuple[str, str], list[Identifier]] = {}
    for one in Identifier.objects.filter(node_id__in=ids).order_by("type", "value", "node_id"):
        found.setdefault((one.type, one.value), []).append(one)
    values = {value for _, value in found}
    kept = Quarantine.objects.filter(value__in=values, released_us=None)
    quarantined = {(one.type, one.value): _("in quarantine: %s") % one.reason for one in kept}
    return tuple(
        KnownBy(
            type=mark[0],
            value=mark[1],
            raw=tuple(sorted({one.raw for one in same if one.raw})),
            nodes=tuple(one.node_id for one in same),
            first_us=min(one.first_us for one in same),
            last_us=max(one.last_us for one in same),
            links_nobody=same[0].refused or quarantined.get(mark, ""),
        )
        for mark, same in found.items()
    )


def _links(nodes: list[Node]) -> tuple[Joined, ...]:
    ids = [node.id for node in nodes]
    links = (Link.objects.filter(a__in=ids) | Link.objects.filter(b__in=ids)).order_by("at", "id")
    ends = {node.id: node for node in nodes}
    missing = {end for link in links for end in (link.a, link.b)} - ends.keys()
    ends |= Node.objects.in_bulk(missing)
    return tuple(_joined(link, ends) for link in links)


def _joined(link: Link, ends: dict[int, Node]) -> Joined:
    return Joined(
        link_id=link.id,
        a=link.a,
        b=link.b,
        rule=link.rule,
        value=link.value if link.rule.startswith("same_") and link.rule != "same_event" else "",
        words=words_of(link, ends),
        score=link.score,
        at=link.at,
        by=link.by,
        state=_state(link),
        why_not=link.held_back,
        evidence=link.evidence,
    )


def _state(link: Link) -> str:
    if link.revoked_us is not None:
        return "undone"
    if link.quarantined:
        return "in quarantine"
    return "held back" if link.held_back else "joins"


def words_of(link: Link, ends: dict[int, Node]) -> str:
    """Why two nodes are one person, as a sentence."""
    a, b = (_called(ends.get(end), end) for end in (link.a, link.b))
    sentences = {
        "same_email": _("%(a)s and %(b)s have the e-mail address %(value)s."),
        "same_phone": _("%(a)s and %(b)s have the phone number %(value)s."),
        "same_card": _("%(a)s and %(b)s have the card %(value)s."),
        "same_event": _("One event named %(a)s and %(b)s together."),
        "alias": _("The source said that %(a)s and %(b)s are the same."),
        "similar": _("%(a)s and %(b)s look alike (%(score)s), and %(by)s agreed."),
        "manual": _("%(by)s merged %(a)s and %(b)s by hand."),
    }
    sentence = sentences.get(link.rule, _("%(a)s and %(b)s have the same %(rule)s %(value)s."))
    rule = link.rule.removeprefix("same_").removeprefix("external:")
    score = f"{link.score:.0%}"
    return sentence % {"a": a, "b": b, "value": link.value, "by": _who(link.by), "score": score, "rule": rule}


def _who(by: str) -> str:
    kind, _colon, number = by.partition(":")
    return {"user": _("staff member %s"), "key": _("API key %s")}[kind] % number if number else _("the system")


def _called(node: Node | None, number: int) -> str:
    if node is None:
        return _("record %d") % number
    kinds = {"user": _("account %s"), "anonymous": _("device %s"), "record": _("record %s")}
    return f"{kinds.get(node.kind, node.kind + ' %s') % node.key} ({node.namespace})"


RESTRICTIVE = {"granted": 0, "pending": 1, "withdrawn": 2}


def worst_states(node_ids: list[int]) -> dict[tuple[str, str], str]:
    """The most restrictive state per (purpose, channel)."""
    found: dict[tuple[str, str], str] = {}
    for one in ConsentState.objects.filter(node_id__in=node_ids):
        mark = (one.purpose, one.channel)
        found[mark] = max(found.get(mark, one.state), one.state, key=RESTRICTIVE.__getitem__)
    return found
