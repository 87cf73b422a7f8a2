"""Rewards for points at the counter: points and code go together, once, and nothing is kept in clear."""

import json

import pytest

from regulars.loyalty import ledger
from regulars.loyalty.actions.programmes import create_programme
from regulars.loyalty.models import Voucher
from regulars.loyalty.rewards.keeping import save_reward
from regulars.people.models import Node
from regulars.till import actions
from regulars.till.models import Done
from regulars.till.queries import whoever
from regulars.till.tests.test_counter import ANNA, BALL, RULES, sent, settle, till

__all__ = ["till"]
pytestmark = pytest.mark.django_db


@pytest.fixture
def club(till, at):
    """Anna has 400 points."""
    sent(till, at, id="join-0001", kind="join", customer=ANNA)
    programme = create_programme(name="Club", rules=RULES, starts_us=at, by="user:1", at=at)
    node = Node.objects.get(key="anna@shop.test").id
    ledger.post_earn(programme_id=programme.id, node_id=node, source="hand", key="gift", amount=400,
                     occurred_us=at, activates_us=at, expires_us=None, cause="gift", at=at)  # fmt: skip
    return programme


def reward(at, **terms):
    terms = {"name": "Five off", "kind": "money", "worth": 500, "currency": "GBP", "points": 300} | terms
    return save_reward(terms=terms, by="user:1", at=at).id


def points_of(club, at) -> int:
    person = Node.objects.get(key="anna@shop.test").person_id
    return ledger.balance(programme_id=club.id, person_id=person, at=at).active


def test_a_reward_costs_its_points_once_and_its_code_pays_for_the_goods(till, club, at):
    settle(at)
    wanted = reward(at)
    (offer,) = whoever(text=ANNA["email"], at=at)["found"]["rewards"]
    assert offer == {"id": wanted, "name": "Five off", "points": 300}
    answers = [sent(till, at, id="take-0001", kind="reward", reward=wanted, customer=ANNA) for _ in range(3)]
    assert answers[0]["ok"] and answers[0] == answers[1] == answers[2]
    assert points_of(club, at) == 100 and Voucher.objects.count() == 1
    assert answers[0]["code"].replace("-", "") not in json.dumps(list(Done.objects.values("answer", "undo")))
    sale = sent(till, at, kind="sale", lines=BALL, customer=ANNA, codes=[answers[0]["code"]])
    assert (sale["ok"], sale["to_pay"], sale["off"]) == (True, 2_000, 500)


@pytest.mark.parametrize(
    ("terms", "why"),
    [
        ({"points": 401}, "only 400 can be spent"),
        ({"points": None}, "is not for points"),
        ({"kind": "gift_card", "points": 1}, "cannot be had at the till"),
    ],
)
def test_what_cannot_be_had_is_told_and_takes_nothing(till, club, at, terms, why):
    answer = sent(till, at, id="take-0001", kind="reward", reward=reward(at, **terms), customer=ANNA)
    assert not answer["ok"] and why in answer["sentence"]
    assert points_of(club, at) == 400 and not Voucher.objects.exists()


@pytest.mark.parametrize("wanted", [None, "1", True, 10**30, -1, 99])
def test_what_is_no_reward_gets_a_sentence(till, club, at, wanted):
    answer = sent(till, at, id="take-0001", kind="reward", reward=wanted, customer=ANNA)
    assert answer == {"id": "take-0001", "ok": False, "sentence": "This reward cannot be had at the till."}


def test_a_reward_needs_somebody_who_takes_it(till, club, at):
    action = {"id": "take-0001", "kind": "reward", "reward": reward(at)}
    assert "find or add them first" in actions.take_action(device=till, action=action, at=at)["sentence"]
