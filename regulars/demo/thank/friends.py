"""Friends whom customers brought within the last year: most are rewarded, some wait, a few look made up."""

from __future__ import annotations

import numpy as np
from django.db import transaction

from regulars.core import bulk
from regulars.core.clock import DAY, HOUR
from regulars.core.crypto import digest
from regulars.loyalty.models import ReferralTerms, Reward
from regulars.loyalty.referrals.bringing import bring
from regulars.loyalty.referrals.linking import codes_of, count_click, note_device
from regulars.loyalty.referrals.terms import save_terms
from regulars.loyalty.rewards.keeping import save_reward

SHARE, MOST, SAME_DEVICE = 0.12, 80, 0.1
HELLO = {"name": "A friend's hello: £5", "kind": "money", "worth": 5_00, "currency": "GBP", "least": 20_00,
         "valid_days": 90, "text": "For whoever was brought by a friend."}  # fmt: skip
FIRST = """SELECT n.person_id, min(o.ts) AS first FROM commerce_order o JOIN people_node n ON n.id = o.node_id
 WHERE n.person_id IS NOT NULL GROUP BY n.person_id HAVING min(o.ts) >= %s ORDER BY first"""


@transaction.atomic
def bring_some(*, begun_us: int, end_us: int, seed: int) -> None:
    """The offer, and who came by it: new customers of the last year, told of the shop by older ones. Idempotent."""
    if ReferralTerms.objects.exists():
        return
    random = np.random.default_rng([seed, 31])
    _offer(begun_us)
    came = [row for row in bulk.query(FIRST, [end_us - 365 * DAY]) if random.random() < SHARE][:MOST]
    before = bulk.query("SELECT person_id FROM loyalty_standing WHERE last_us < %s ORDER BY person_id", [end_us])
    old = sorted({row[0] for row in before} - {friend for friend, _ in came})
    for friend, first in came:
        _came(random, friend, int(old[int(random.integers(0, len(old)))]), first)


def _offer(at: int) -> None:
    hello = Reward.objects.filter(name=HELLO["name"]).first() or save_reward(terms=HELLO, by="system", at=at)
    values = {
        "on": True, "title": "A friend thinks you would like it at Northgate", "friend_reward_id": hello.id,
        "text": "Come and see us: £5 off your first £20. Your friend gets 100 points when you keep what you bought.",
        "referrer_points": 100,
    }  # fmt: skip
    save_terms(values=values, by="system", at=at)


def _came(random: np.random.Generator, friend: int, referrer: int, first_us: int) -> None:
    clicked = first_us - int((0.2 + random.exponential(3)) * 24 * HOUR)
    joined = min(clicked + HOUR, first_us - HOUR)
    code = codes_of([referrer], at=clicked - DAY)[referrer]
    for _ in range(int(random.integers(1, 4))):
        count_click(code.id)
    device = digest("device", f"demo {friend}")
    if random.random() < SAME_DEVICE:
        note_device(code.id, device=device, place="", at=clicked)
    bring(code=code.code, friend_node_id=friend, how="link", clicked_us=clicked, device=device, at=joined)
