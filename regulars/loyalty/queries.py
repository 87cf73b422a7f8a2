"""What can be asked about the programme and its members. Reads only."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from regulars.core.recent import recent
from regulars.loyalty.cards import read_code
from regulars.loyalty.gathering import current
from regulars.loyalty.ledger import Have, balances
from regulars.loyalty.models import Member, Programme, RuleBook, Standing
from regulars.people.queries import nodes_of

__all__ = ["by_code", "current", "member", "members", "programme_of_late", "tier_names"]


@dataclass(frozen=True)
class MemberNow:
    """One member as the till, the portal and texts show them. `code` is empty for who has no card yet."""

    person_id: int
    node_id: int
    code: str
    is_member: bool
    have: Have
    tier: str
    tier_name: str
    since_us: int | None
    until_us: int | None
    progress: int
    next_tier: str
    to_next: int | None
    falls_to: str


def programme_of_late() -> Programme | None:
    """The programme that runs, as it was at most a second ago: for doors that are asked all the time."""
    return recent("programme", current)


def tier_names(programme: Programme) -> dict[str, str]:
    """{key: name} of every tier of the live rules, lowest first."""
    body = RuleBook.objects.get(programme_id=programme.id, number=programme.version).body
    levels = (body.get("tiers") or {}).get("levels", [])
    return {level["key"]: level["name"] for level in levels}


def members(person_ids: Sequence[int], *, at: int, programme: Programme | None = None) -> dict[int, MemberNow]:
    """Everybody asked for, member or not; nothing without a programme. Set-based."""
    programme = programme or current()
    if programme is None:
        return {}
    nodes, names = nodes_of(list(person_ids)), tier_names(programme)
    have = balances(list(person_ids), programme_id=programme.id, at=at)
    stand = Standing.objects.filter(programme_id=programme.id).in_bulk(list(person_ids))
    cards = _cards(programme, nodes)
    everybody = programme.membership == Programme.Membership.EVERYBODY
    return {
        person: _now(
            person, theirs[0], cards.get(person), everybody, have.get(person, Have()), stand.get(person), names
        )
        for person, theirs in nodes.items()
    }


def _cards(programme: Programme, nodes: dict[int, list[int]]) -> dict[int, Member]:
    home = {node: person for person, theirs in nodes.items() for node in theirs}
    found: dict[int, Member] = {}
    rows = Member.objects.filter(programme_id=programme.id, node_id__in=list(home))
    for row in sorted(rows, key=lambda row: (row.left_us is not None, row.joined_us, row.id)):
        found.setdefault(home[row.node_id], row)
    return found


def _now(person, node, card, everybody, have, stand, names) -> MemberNow:
    stand = stand or Standing(person_id=person)
    left = card is not None and card.left_us is not None
    return MemberNow(
        person_id=person,
        node_id=card.node_id if card else node,
        code=card.code if card else "",
        is_member=not left and (everybody or card is not None),
        have=have,
        tier=stand.tier,
        tier_name=names.get(stand.tier, stand.tier),
        since_us=stand.since_us,
        until_us=stand.until_us,
        progress=stand.progress,
        next_tier=names.get(stand.next_tier, stand.next_tier),
        to_next=stand.to_next,
        falls_to=names.get(stand.falls_to, stand.falls_to),
    )


def member(person_id: int, *, at: int) -> MemberNow | None:
    """One person; None without a programme or person."""
    return members([person_id], at=at).get(person_id)


def by_code(text: str) -> int | None:
    """The node of the card whose code somebody typed or scanned; None for none."""
    code = read_code(text)
    return Member.objects.filter(code=code, left_us=None).values_list("node_id", flat=True).first() if code else None
