"""A friend's code at the till: looked up like any other, and noted with the sale or not at all."""

import pytest

from regulars.commerce.models import Order
from regulars.core.clock import MINUTE
from regulars.loyalty.models import Referral
from regulars.loyalty.tests.programme.shop import begin
from regulars.loyalty.tests.referrals.friends import code_of, known, offer
from regulars.till.queries import look_up
from regulars.till.tests.test_counter import ANNA, BALL, sent, settle, till  # noqa: F401

pytestmark = pytest.mark.django_db


def test_a_friends_code_goes_with_the_first_purchase(till, at):  # noqa: F811
    begin(at=at)
    offer(at)
    bert = known("bert", at=at - MINUTE)
    code = code_of(bert, at)
    said = look_up(device=till, code=code.lower(), at=at)
    assert (said["ok"], said["kind"]) == (True, "friend")
    nobody = sent(till, at, id="sale-0000", kind="sale", lines=BALL, codes=[said["code"]])
    assert not nobody["ok"] and "Find or add" in nobody["sentence"] and not Referral.objects.exists()
    for _again in range(2):
        assert sent(till, at, kind="sale", lines=BALL, customer=ANNA, codes=[said["code"]])["ok"]
    settle(at + MINUTE)
    made = Referral.objects.get()
    assert (made.node_id, made.how, made.state) == (bert, f"till:{till.id}", "pending")
    assert made.order_id == Order.objects.get().id


def test_ones_own_code_refuses_the_sale_with_a_sentence(till, at):  # noqa: F811
    begin(at=at)
    offer(at)
    bert = known("bert", ("email", "bert@shop.test"), at=at - MINUTE)
    own = {"email": "bert@shop.test"}
    answer = sent(till, at, kind="sale", lines=BALL, customer=own, codes=[code_of(bert, at)])
    assert not answer["ok"] and "own code" in answer["sentence"]
