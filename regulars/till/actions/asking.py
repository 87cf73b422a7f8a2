"""Who stands at the counter: found by what they say, or new, with their consent in the shop's wording."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from regulars.core.models import Business
from regulars.events.ingest import take_in
from regulars.loyalty.cards import read_code
from regulars.loyalty.models import Member
from regulars.people.actions import ConsentSaid, Sighting, record_sightings, welcome_back
from regulars.people.identifiers import normal
from regulars.till.actions.errors import CannotDo
from regulars.till.models import Counter, Device

NAMES = {"email": "e-mail address", "phone": "phone number"}


def join(
    *, device: Device, client_id: str, action: Mapping[str, Any], said: int, at: int
) -> tuple[dict[str, Any], dict[str, Any], int | None]:
    """A customer is noted, with what they agreed to. Answers with a sentence."""
    node = customer(device=device, who=action.get("customer"), client_id=client_id, said=said, at=at)
    if node is None:
        raise CannotDo("An e-mail address, a phone number or a card is needed.")
    return {"sentence": "Noted."}, {}, node


def customer(*, device: Device, who: Any, client_id: str, said: int, at: int) -> int | None:
    """The node of whoever the device speaks of; None for nobody. In the caller's transaction.

    A card names the member's node; an address or number makes a node of the tills, which joins by itself whoever
    has the same. Raises CannotDo for what is no address, number or card.
    """
    if not isinstance(who, Mapping) or not any(who.get(name) for name in ("email", "phone", "code")):
        return None
    found = identifiers(who)
    member = _member(who.get("code"))
    if not found:
        return member
    if who.get("asked"):
        for kind, value in found:
            welcome_back(type=kind, value=value, by=f"till:{device.id}", at=at)  # erased once, asks to be known again
    return _sighted(device, who, found, member, client_id, said, at)


def identifiers(who: Mapping[str, Any]) -> list[tuple[str, str]]:
    """[(type, value)] as typed, checked. Raises CannotDo."""
    found, country = [], Business.load().country
    for kind, name in NAMES.items():
        value = str(who.get(kind) or "").strip()
        if value:
            read = normal(kind, value, country)
            if read is None or read.refused:
                raise CannotDo(f"“{value[:60]}” is not an {name} that can be used." if kind == "email" else f"“{value[:40]}” is not a {name} that can be used.")  # noqa: E501  # fmt: skip
            found.append((kind, read.value))
    return found


def _member(code: Any) -> int | None:
    if not code:
        return None
    read = read_code(str(code))
    node = read and Member.objects.filter(code=read, left_us=None).values_list("node_id", flat=True).first()
    if not node:
        raise CannotDo("This card is not known. Please type the e-mail address or the phone number.")
    return node


def _sighted(device, who, found, member, client_id, said, at) -> int | None:
    if member is not None and not who.get("asked"):
        return member
    names = {"name": str(who["name"]).strip()[:120]} if str(who.get("name") or "").strip() else {}
    sighting = Sighting(
        namespace="till", identifiers=tuple(found), traits=names,
        consents=tuple(_consents(device, who, dict(found), client_id)), at=said,
    )  # fmt: skip
    (node,) = record_sightings(sightings=[sighting], source_id=device.source_id, at=at)
    if node is None:
        raise CannotDo("This customer asked to be forgotten. Ask whether they want to be known again.")
    return node


def _consents(device: Device, who: Mapping[str, Any], found: dict[str, str], client_id: str) -> list[ConsentSaid]:
    """Only what was asked: yes is granted; no, and not asked, write nothing."""
    wording = Counter.load().wording
    agreed = who.get("consent") if isinstance(who.get("consent"), Mapping) else {}
    evidence = {"till": device.name, "store": device.store, "action": client_id, "how": "at the counter"}
    return [
        ConsentSaid(channel, "granted", "marketing", found[kind], wording, evidence)
        for channel, kind in (("email", "email"), ("sms", "phone"))
        if agreed.get(channel) is True and kind in found
    ]


def say_nobody(*, device: Device, items: list[dict[str, Any]], at: int) -> None:
    """Events of a sale to nobody we know."""
    taken = take_in(source_id=device.source_id, items=items, at=at)
    if taken.rejects:
        raise CannotDo("The sale could not be read. Please ring it up again.")
