"""The terms: rules, tiers, the soccer threshold, rewards, City FC and its half."""

from __future__ import annotations

from typing import Any

from regulars.core.clock import DAY
from regulars.loyalty.actions import create_programme, create_threshold
from regulars.loyalty.models import Partner, Programme, Reward
from regulars.loyalty.rewards.keeping import save_partner, save_reward

NAME = "The Dugout"
RULES: dict[str, Any] = {
    "rules": [
        {"key": "every", "kind": "amount", "name": "Every purchase", "points": 1, "per": 100},
        {"key": "first", "kind": "first", "name": "Your first purchase", "points": 50},
        {"key": "soccer", "kind": "times", "name": "Soccer Saturday: double points", "factor": 2,
         "only": {"categories": ["soccer"]}, "when": {"weekdays": [5]}},
        {"key": "kids", "kind": "piece", "name": "Something for the children", "points": 5,
         "only": {"categories": ["kids"]}},
        {"key": "birthday", "kind": "birthday", "name": "Happy birthday", "points": 25},
        {"key": "referral", "kind": "referral", "name": "You brought a friend", "points": 100},
    ],
    "tiers": {
        "basis": "spend",
        "months": 12,
        "levels": [
            {"key": "bronze", "name": "Bronze", "least": 1_00, "benefits": ["Points on everything you buy"]},
            {"key": "silver", "name": "Silver", "least": 300_00, "factor": 1.25,
             "benefits": ["A quarter more points", "Free boot fitting"]},
            {"key": "gold", "name": "Gold", "least": 700_00, "factor": 1.5,
             "benefits": ["Half as many points again", "Invitations to our evenings", "New things a day early"]},
        ],
    },
}  # fmt: skip
THRESHOLD = {"name": "Soccer VIP", "amount": 500_00, "months": 12, "only": {"categories": ["soccer"]},
             "tier": "gold", "points": 200}  # fmt: skip
CLUB = {"name": "City FC", "contact": "tickets@cityfc.example", "terms": "postpaid", "currency": "GBP"}
TICKET = "City FC: match ticket at half price"
REWARDS: tuple[dict[str, Any], ...] = (
    {"name": "£5 off", "kind": "money", "worth": 5_00, "points": 250, "least": 15_00, "valid_days": 120,
     "text": "Off anything from £15."},
    {"name": "Free football", "kind": "product", "worth": 19_99, "points": 600, "categories": ["soccer"],
     "text": "A match ball of your choice, up to £19.99."},
    {"name": "10 % off running shoes", "kind": "percent", "worth": 10_00, "points": 350, "categories": ["running"],
     "text": "On one pair, fitted by us."},
    {"name": "£20 off", "kind": "money", "worth": 20_00, "points": 900, "least": 40_00, "tiers": ["silver", "gold"],
     "text": "For Silver and Gold, off anything from £40."},
    {"name": "Welcome back: £5", "kind": "money", "worth": 5_00, "least": 20_00, "valid_days": 45, "most_each": 1,
     "in_texts": "voucher_come_back", "text": "Handed out by the journey that wins people back."},
    {"name": "Gift card", "kind": "gift_card", "worth": 25_00, "valid_days": 0,
     "text": "As good as money, in all our stores and online."},
)  # fmt: skip


def begin(*, at: int, told_us: int) -> Programme:
    """The programme as it began then, with its rewards and the offer of the club. Idempotent.

    What happened before `told_us` counts, and is told to nobody: the event log stays as long as the shop's own.
    """
    found = Programme.objects.filter(ended_us=None).first()
    if found:
        return found
    said: dict[str, Any] = {"by": "system", "at": at}
    made = create_programme(name=NAME, rules=RULES, starts_us=at, return_days=30, expiry="earned", expiry_months=24,
                            by="system", at=told_us)  # fmt: skip
    create_threshold(programme_id=made.id, **THRESHOLD, **said)
    club = Partner.objects.filter(name=CLUB["name"]).first() or save_partner(**CLUB, **said)
    for terms in (*REWARDS, _ticket(club)):
        if not Reward.objects.filter(name=terms["name"]).exists():
            save_reward(terms={"currency": "GBP"} | terms, **said)
    return made


def _ticket(club: Partner) -> dict[str, Any]:
    return {
        "name": TICKET, "kind": "partner", "partner_id": club.id, "full_price": 24_00, "partner_pays": 12_00,
        "we_pay": 0, "points": 150, "valid_days": 180, "in_texts": "voucher_partner",
        "text": "A seat on the halfway line. City FC pays half of it.",
    }  # fmt: skip


def years_before(end_us: int) -> int:
    """When the programme began: as the shop's own history does."""
    return end_us - 3 * 365 * DAY
