"""Everybody's link and code, made when they are first shown."""

from __future__ import annotations

from collections.abc import Sequence

from django.conf import settings
from django.db import transaction
from django.db.models import F

from regulars.core import bulk
from regulars.core.clock import DAY
from regulars.loyalty.models import ReferralCode
from regulars.loyalty.referrals.terms import offered
from regulars.loyalty.rewards import codes
from regulars.people.queries import nodes_of

COLUMNS = ("node_id", "code", "device", "place", "shared_us")


@transaction.atomic
def codes_of(person_ids: Sequence[int], *, at: int) -> dict[int, ReferralCode]:
    """{person: their code}, made for who has none. Of several codes that of the oldest node counts."""
    homes = nodes_of(list(person_ids))
    known = known_codes(homes)
    fresh = [(nodes[0], codes.new_code(), "", "", at) for person, nodes in homes.items() if person not in known]
    if not fresh:
        return known
    bulk.insert(ReferralCode, COLUMNS, fresh, conflict="(node_id) DO NOTHING")
    return known_codes(homes)


def known_codes(homes: dict[int, list[int]]) -> dict[int, ReferralCode]:
    """{person: their code} of those who have one. `homes`: person -> nodes."""
    home = {node: person for person, nodes in homes.items() for node in nodes}
    found: dict[int, ReferralCode] = {}
    for row in ReferralCode.objects.filter(node_id__in=list(home)).order_by("-node_id"):
        found[home[row.node_id]] = row
    return found


def by_code(text: str) -> ReferralCode | None:
    """The code somebody typed, scanned or followed; None for none."""
    try:
        return ReferralCode.objects.filter(code=codes.read_code(text)).first()
    except codes.NotACode:
        return None


def url_of(code: ReferralCode) -> str:
    """The link to give to friends."""
    return f"{settings.PUBLIC_URL}/r/{code.code}"


def count_click(code_id: int) -> None:
    """Somebody looked at the offer."""
    ReferralCode.objects.filter(id=code_id).update(clicks=F("clicks") + 1)


def note_device(code_id: int, *, device: str, place: str, at: int) -> None:
    """With what, and from where, somebody looked at their own link: digests, forgotten after a time."""
    until = at + offered().keep_days * DAY
    ReferralCode.objects.filter(id=code_id).update(device=device, place=place, forget_us=until)
