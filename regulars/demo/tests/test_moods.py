"""Northgate's customers say what follows from what happened to them."""

import numpy as np

from regulars.commerce.models import Customer
from regulars.core.clock import DAY
from regulars.demo.hear.moods import mood_of, score, words
from regulars.demo.hear.words import TOPICS
from regulars.demo.thank.programme import REWARDS, RULES
from regulars.feedback.coding.rules import matches
from regulars.loyalty.earning.rules import read

NOW = 1_790_000_000_000_000


def customer(**known) -> Customer:
    return Customer(
        **{"person_id": 1, "orders": 4, "spent": 20_000, "refunded": 0, "last_us": NOW - 20 * DAY} | known
    )


def test_who_comes_often_is_happier_and_who_sent_things_back_or_stays_away_is_not():
    plain = mood_of(customer(), NOW)
    assert mood_of(customer(orders=12), NOW) > plain
    assert mood_of(customer(refunded=9_000), NOW) < plain and mood_of(customer(last_us=NOW - 300 * DAY), NOW) < plain


def test_answers_stay_on_the_scale_and_follow_the_mood():
    random = np.random.default_rng(3)
    low, high = ([score(random, mood, low=0, high=10) for _ in range(400)] for mood in (-1.5, 1.0))
    assert set(low + high) <= set(range(11)) and np.mean(low) + 2 < np.mean(high)


def test_what_is_written_is_mostly_found_by_the_codebook():
    random = np.random.default_rng(5)
    said = {
        text for part in ("promoter", "passive", "detractor") for _ in range(300) if (text := words(random, part))
    }
    found = [text for text in said if any(matches(rule, text) for _, _, rule in TOPICS)]
    assert len(said) > 15 and len(found) > 0.7 * len(said)


def test_the_rules_of_the_demo_can_be_read_and_every_reward_has_a_price_or_a_reason():
    assert {rule.kind for rule in read(RULES).rules} >= {"amount", "first", "times", "birthday"}
    assert all(one.get("points") or one.get("in_texts") or one["kind"] == "gift_card" for one in REWARDS)
