"""What a till asks while the line is up: who this is, what they have, whether a code is good."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from regulars.commerce.advising import recommended
from regulars.core.models import Business
from regulars.loyalty import ledger
from regulars.loyalty.cards import read_code, shown
from regulars.loyalty.models import Member, Programme, Standing
from regulars.loyalty.referrals.linking import by_code
from regulars.loyalty.rewards import codes, redeeming, taking
from regulars.people.models import Person
from regulars.people.pasted import people_named
from regulars.people.queries import nodes_of, person_id_of
from regulars.till.models import Device, Done


def whoever(*, text: str, at: int) -> dict[str, Any]:
    """The one person with this e-mail address, phone number or card: {"found": ..., "sentence": ...}.

    Never a list of people: a till looks up who stands before it, it does not browse.
    """
    card = read_code(text)
    node = card and Member.objects.filter(code=card, left_us=None).values_list("node_id", flat=True).first()
    persons = list(person_id_of([node]).values()) if node else _named(text)
    if not persons:
        return {"found": None, "sentence": "Nobody is known by this yet. Add them, if they like."}
    if len(persons) > 1:
        return {"found": None, "sentence": "More than one customer has this. Ask for the e-mail address."}
    return {"found": about(person_id=persons[0], at=at), "sentence": ""}


def _named(text: str) -> list[int]:
    named = people_named([text.strip()[:200]], country=Business.load().country)
    return named.person_ids if not named.several else [0, 0]


def about(*, person_id: int, at: int) -> dict[str, Any]:
    """What the counter sees of a customer: a name, the card, points, tier, rewards in reach and what to suggest."""
    person = Person.objects.get(id=person_id)
    seen: dict[str, Any] = {"name": person.name, "code": _card(person_id)}
    programme = Programme.objects.filter(ended_us=None).order_by("id").first()
    if programme:
        have = ledger.balance(programme_id=programme.id, person_id=person_id, at=at)
        standing = Standing.objects.filter(person_id=person_id, programme_id=programme.id).first()
        offers = taking.rewards_for(person_id=person_id, programme=programme, at=at, limit=20)
        seen |= {
            "points": have.active, "pending": have.pending, "unit": programme.unit,
            "worth": [programme.worth_points, programme.worth_minor], "tier": standing.tier_name if standing else "",
            "rewards": [{"id": one.reward.id, "name": one.reward.name, "points": one.reward.points} for one in offers if not one.why_not and one.reward.kind != "gift_card"],  # noqa: E501
        }  # fmt: skip
    return seen | {"suggested": _suggested(person_id)}


def _card(person_id: int) -> str:
    nodes = nodes_of([person_id]).get(person_id, [])
    code = Member.objects.filter(node_id__in=nodes, left_us=None).order_by("joined_us", "id")
    found = code.values_list("code", flat=True).first()
    return shown(found) if found else ""


def _suggested(person_id: int) -> list[str]:
    found = recommended([person_id], limit=3, reasons=False).get(person_id, [])
    return [one.product.name for one in found if one.product.name]


def look_up(*, device: Device, code: str, at: int) -> dict[str, Any]:
    """Whether a code is good, and what for; wrong ones are counted against the device."""
    friend = by_code(code)
    if friend is not None:
        seen = {"name": _("brought by a friend"), "kind": "friend", "worth": 0, "code": codes.shown(friend.code)}
        return {"ok": True, "sentence": "", **seen}
    try:
        voucher = redeeming.find_voucher(code=code, who=[f"till:{device.id}"], at=at)
    except ValueError as problem:
        return {"ok": False, "sentence": str(problem)}
    fault = redeeming.why_not(voucher, at)
    terms = voucher.terms
    kind = "card" if terms["kind"] == "gift_card" else terms["kind"]
    worth = voucher.left if voucher.left is not None else terms["worth"]
    return {"ok": not fault, "sentence": fault, "name": terms["name"], "kind": kind, "worth": worth, "code": codes.shown(codes.read_code(code))}  # noqa: E501  # fmt: skip


def last_sales(*, device: Device, limit: int = 20) -> list[dict[str, Any]]:
    """The last sales of a device, newest first, with what may still come back."""
    found = Done.objects.filter(device_id=device.id, kind="sale").order_by("-id")[:limit]
    return [
        {"id": one.client_id, "at": one.said_us // 1000, "lines": one.undo.get("lines", []), "back": one.undo.get("back", []), "paid": one.undo.get("paid", [])}  # noqa: E501
        for one in found
    ]  # fmt: skip
