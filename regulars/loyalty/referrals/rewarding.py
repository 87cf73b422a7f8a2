"""Both are rewarded, once; or what they got is taken back. In the transaction that judges the referral."""

from __future__ import annotations

from django.db import connection

from regulars.core import bulk
from regulars.core.clock import DAY
from regulars.events.inside import Noticed, note_events
from regulars.loyalty.actions.news import source_id
from regulars.loyalty.actions.occasions import give, note_occasions, void_occasion
from regulars.loyalty.gathering import current
from regulars.loyalty.models import Due, Occasion, Referral, Voucher
from regulars.loyalty.rewards.issuing import CannotIssue, issue_voucher, revoke_voucher
from regulars.people.queries import nodes_of, person_id_of

YEAR_US = 365 * DAY
CAP_LOCK = 7271
TAKEN = "it was for a friend, and is not"
KINDS = {"referrer": "referral", "friend": "referred"}


def reward(referral: Referral, at: int) -> None:
    """The friend's reward, and that of who brought them unless they had as many as one may have in a year."""
    sides = {"friend": referral.friend_node_id}
    if _below_cap(referral, at):
        sides["referrer"] = referral.node_id
        referral.referrer_us = at
    else:
        referral.why = "cap"
    referral.rewarded_us = at
    _points(referral, sides, at)
    _vouchers(referral, sides, at)
    said = [Noticed(node, "Referral Rewarded", at, f"rewarded:{referral.id}:{side}", {"side": side})
            for side, node in sides.items()]  # fmt: skip
    note_events(source_id=source_id(at), items=said, at=at)


def _below_cap(referral: Referral, at: int) -> bool:
    """Counted under a lock of the person that lasts as long as the transaction."""
    person = person_id_of([referral.node_id]).get(referral.node_id)
    if person is None:
        return False
    most = referral.terms["most_year"]
    if most is None:
        return True
    if connection.vendor == "postgresql":
        bulk.query("SELECT pg_advisory_xact_lock(%s, %s)", [CAP_LOCK, person % 2**31])
    nodes = nodes_of([person]).get(person, [])
    return Referral.objects.filter(node_id__in=nodes, referrer_us__gt=at - YEAR_US, void_us=None).count() < most


def _points(referral: Referral, sides: dict[str, int], at: int) -> None:
    programme = current()
    if programme is None:
        return
    for side, node in sides.items():
        kind, points = KINDS[side], referral.terms[f"{side}_points"]
        if points:
            give(programme_id=programme.id, kind=kind, items=[(node, str(referral.id), points, at)])
        elif side == "referrer":  # what the programme's rules give for a friend who came
            note_occasions(programme_id=programme.id, items=[(node, kind, str(referral.id), at)])


def _vouchers(referral: Referral, sides: dict[str, int], at: int) -> None:
    """In the order of the rewards, so that two at once never wait for each other in a circle."""
    wanted = sorted((referral.terms[f"{side}_reward_id"] or 0, side) for side in sides)
    for reward_id, side in wanted:
        if reward_id:
            try:
                issue_voucher(
                    reward_id=reward_id, origin=f"referral:{referral.id}:{side}", cause="referral",
                    node_id=sides[side], at=at, by="system",
                )  # fmt: skip
            except CannotIssue as no:
                referral.why = f"{referral.why} {no}".strip()[:200]


def give_again(referral: Referral, at: int) -> None:
    """What was taken back because two people were thought to be one: they are two after all."""
    theirs = Occasion.objects.filter(kind__in=KINDS.values(), key=str(referral.id), void_us__isnull=False)
    bulk.insert(Due, ("node_id",), [(node,) for node in theirs.values_list("node_id", flat=True)])
    theirs.update(void_us=None)
    origins = [f"referral:{referral.id}:{side}" for side in KINDS]
    Voucher.objects.filter(origin__in=origins, why_revoked=TAKEN).update(revoked_us=None, why_revoked="")


def take_back(referral: Referral, at: int) -> None:
    """What it gave is taken back: points by the ledger, codes that nobody used. Harmless when there is nothing."""
    given = Occasion.objects.filter(kind__in=KINDS.values(), key=str(referral.id), void_us=None)
    for programme_id, kind in list(given.values_list("programme_id", "kind")):
        void_occasion(programme_id=programme_id, kind=kind, key=str(referral.id), at=at)
    origins = [f"referral:{referral.id}:{side}" for side in KINDS]
    for voucher in Voucher.objects.filter(origin__in=origins, used=0, revoked_us=None).order_by("id"):
        revoke_voucher(voucher_id=voucher.id, reason=TAKEN, by="system", at=at)
