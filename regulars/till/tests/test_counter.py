"""The counter: what a till sends is done once, whatever it repeats, and what cannot be done changes nothing."""

import json
import re

import pytest
from django.urls import reverse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from regulars.commerce.models import Order, OrderLine, Product, Refund, Store
from regulars.core.clock import DAY, MINUTE, now_us
from regulars.core.loops import LOOPS
from regulars.events.actions import create_source
from regulars.events.models import Event, Source
from regulars.feedback.actions import create_survey, start_survey
from regulars.loyalty import ledger
from regulars.loyalty.actions.programmes import create_programme
from regulars.loyalty.models import Redemption
from regulars.loyalty.rewards.codes import shown
from regulars.loyalty.rewards.issuing import issue_voucher
from regulars.loyalty.rewards.keeping import save_reward
from regulars.people.actions import erase_person
from regulars.people.models import Identifier, Node
from regulars.people.queries import consent_state, person_id_of
from regulars.till import actions, views
from regulars.till.models import Device, Done
from regulars.till.queries import about, last_sales, whoever

pytestmark = pytest.mark.django_db
ANNA = {"email": "anna@shop.test"}
RULES = {"rules": [{"key": "hello", "kind": "signup", "name": "Joining", "points": 1}]}
BALL = [{"amount": 2_500, "category": "Soccer"}]


@pytest.fixture
def till(transactional_db, business, at) -> Device:
    number = actions.make_pairing(name="Counter 1", store="High Street", by="user:1", at=at)
    made, _ = actions.let_in(number=number, at=at)
    actions.change_counter(
        wording="Yes, news by mail.",
        categories=["Soccer", "Running"],
        ask_sms=True,
        survey_id=None,
        by="user:1",
        at=at,
    )
    return made


def settle(at) -> None:
    while any([loop.step(at) for name, loop in LOOPS.items() if name != "lake"]):
        pass


def sent(till, at, id="sale-0001", **more):
    return actions.take_action(device=till, action={"id": id, "at": at // 1000} | more, at=at)


def test_the_name_of_a_till_that_was_thrown_out_is_free_again(till, at):
    with pytest.raises(actions.NotLetIn, match="choose another name"):
        actions.make_pairing(name="Counter 1", store="", by="user:1", at=at)
    actions.revoke_device(device_id=till.id, by="user:1", at=at)
    again, _ = actions.let_in(number=actions.make_pairing(name="Counter 1", store="", by="user:1", at=at), at=at)
    assert sent(again, at, kind="sale", lines=BALL)["ok"]


def test_a_sale_becomes_one_order_of_the_customer_however_often_it_is_sent(till, at):
    for later in range(3):
        assert sent(till, at, kind="sale", lines=BALL, customer=ANNA)["to_pay"] == 2_500, later
    settle(at)
    order = Order.objects.get()
    person = person_id_of([order.node_id])[order.node_id]
    assert (order.total, Store.objects.get(id=order.store_id).name) == (2_500, "High Street")
    assert OrderLine.objects.get().category == "Soccer"
    assert Identifier.objects.get(value="anna@shop.test").node_id == order.node_id
    assert whoever(text=" ANNA@shop.test ", at=at)["found"] == about(person_id=person, at=at)


def test_the_same_id_with_other_content_is_told_and_changes_nothing(till, at):
    sent(till, at, kind="sale", lines=BALL)
    answer = sent(till, at, kind="sale", lines=[{"amount": 1}])
    assert not answer["ok"] and "other content" in answer["sentence"]
    assert Event.objects.filter(name="Order Completed").count() == 1


def test_joining_keeps_the_wording_and_only_what_was_agreed_to(till, at):
    customer = ANNA | {
        "phone": "+447700900123",
        "name": "Anna",
        "asked": True,
        "consent": {"email": True, "sms": False},
    }
    assert sent(till, at, kind="join", customer=customer)["ok"]
    settle(at)
    person = whoever(text="07700 900123", at=at)["found"]
    assert person["name"] == "Anna"
    node = Node.objects.get(key="anna@shop.test")
    states = consent_state([node.person_id])[node.person_id]
    assert states == {("marketing", "email"): "granted"}


def test_somebody_who_was_erased_is_known_again_only_when_they_ask(till, at):
    sent(till, at, kind="sale", lines=BALL, customer=ANNA)
    erase_person(person_id=Node.objects.get(kind="email").person_id, by="user:1", at=at)
    answer = sent(till, at, id="sale-0002", kind="sale", lines=BALL, customer=ANNA)
    assert not answer["ok"] and "asked to be forgotten" in answer["sentence"]
    assert sent(till, at, id="join-0001", kind="join", customer=ANNA | {"asked": True})["ok"]


def test_a_sale_to_nobody_counts_in_totals_alone(till, at):
    assert sent(till, at, kind="sale", lines=BALL)["ok"]
    settle(at)
    assert Order.objects.get().total == 2_500 and person_id_of([Order.objects.get().node_id]) == {}


def with_points(at, points=1_000):
    programme = create_programme(name="Club", rules=RULES, starts_us=at + DAY, by="user:1", at=at)
    node = Node.objects.get(key="anna@shop.test").id
    ledger.post_earn(programme_id=programme.id, node_id=node, source="hand", key="gift", amount=points,
                     occurred_us=at - DAY, activates_us=at - DAY, expires_us=None, cause="gift", at=at)  # fmt: skip
    return programme, node


def test_points_and_a_code_go_with_the_sale_and_come_back_with_the_goods(till, at):
    sent(till, at, id="join-0001", kind="join", customer=ANNA)
    programme, node = with_points(at)
    terms = {"name": "Five off", "kind": "money", "worth": 500, "currency": "GBP"}
    made = issue_voucher(
        reward_id=save_reward(terms=terms, by="user:1", at=at).id, origin="o", cause="hand", by="system", at=at
    )
    lines = [*BALL, {"amount": 1_000, "category": "Running", "quantity": 2}]
    sale = {"kind": "sale", "lines": lines, "customer": ANNA, "points": 300, "codes": [shown(made.code)]}
    answer = sent(till, at, **sale)
    assert (answer["to_pay"], answer["off"], answer["points_spent"]) == (2_700, 800, 300)
    assert sent(till, at, **sale) == answer
    person = person_id_of([node])[node]
    assert ledger.balance(programme_id=programme.id, person_id=person, at=at).active == 700
    back = [
        sent(till, at, id=f"back-000{n}", kind="return", sale="sale-0001", pieces=p)
        for n, p in enumerate(([0, 1], [1, 0], [0, 1]))
    ]
    assert sum(one["to_pay_back"] for one in back) == 2_700
    settle(at)
    order = Order.objects.get()
    assert (order.total, order.refunded, Refund.objects.count()) == (2_700, 2_700, 3)
    assert [line.quantity - line.returned for line in OrderLine.objects.order_by("id")] == [0, 0]
    assert ledger.balance(programme_id=programme.id, person_id=person, at=at).active == 1_000
    assert (
        Redemption.objects.count() == 1 and not sent(till, at, id="back-0009", kind="return", sale="sale-0001")["ok"]
    )


def test_too_few_points_refuse_the_whole_sale_and_use_no_code(till, at):
    sent(till, at, id="join-0001", kind="join", customer=ANNA)
    with_points(at, points=10)
    terms = {"name": "Five off", "kind": "money", "worth": 500, "currency": "GBP"}
    made = issue_voucher(
        reward_id=save_reward(terms=terms, by="user:1", at=at).id, origin="o", cause="hand", by="system", at=at
    )
    answer = sent(till, at, kind="sale", lines=BALL, customer=ANNA, points=300, codes=[made.code])
    assert not answer["ok"] and "10" in answer["sentence"]
    assert not Redemption.objects.exists() and not Event.objects.filter(name="Order Completed").exists()


NAMES = st.sampled_from(["amount", "category", "quantity", "email", "phone", "code", "x"])
PLAIN = st.none() | st.booleans() | st.integers(-(2**70), 2**70) | st.floats() | st.text(max_size=12)
JSON = st.recursive(
    PLAIN, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(NAMES, inner, max_size=4), max_leaves=12
)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.dictionaries(
        st.sampled_from(["id", "kind", "lines", "customer", "points", "codes", "sale", "pieces", "at", "reward"]),
        JSON | st.sampled_from(["sale", "return", "join", "reward", "sale-0001"]),
    )
)
def test_whatever_a_till_sends_gets_an_answer_and_never_half_a_sale(till, at, action):
    before = Event.objects.count()
    answer = actions.take_action(device=till, action=action, at=at)
    assert set(answer) >= {"id", "ok", "sentence"} or answer["ok"]
    if not answer["ok"]:
        assert answer["sentence"] and Event.objects.count() == before


def test_a_number_lets_one_device_in_within_ten_minutes(business, at):
    number = actions.make_pairing(name="Counter 2", store="", by="user:1", at=at)
    with pytest.raises(actions.NotLetIn):
        actions.let_in(number=number, at=at + 11 * MINUTE)
    device, token = actions.let_in(number=f"{number[:4]} {number[4:]}", at=at)
    with pytest.raises(actions.NotLetIn):
        actions.let_in(number=number, at=at)
    assert actions.see(token=token, at=at).id == device.id
    actions.revoke_device(device_id=device.id, by="user:1", at=at)
    assert actions.see(token=token, at=at) is None


def test_a_shop_may_have_a_source_called_tills_already(business, at):
    create_source(name="Tills", by="user:1", at=at)
    number = actions.make_pairing(name="Counter 5", store="", by="user:1", at=at)
    device, _ = actions.let_in(number=number, at=at)
    assert Source.objects.get(id=device.source_id).name == "Till page"


def test_only_a_device_that_was_let_in_gets_through_the_door(business, client, at):
    paths = [("find", "get"), ("code", "get"), ("sales", "get"), ("sync", "post")]
    for name, how in paths:
        assert getattr(client, how)(reverse(f"till:{name}"), headers={"X-Till": "1"}).status_code == 401
    assert "Number" in client.get("/till/").content.decode()
    number = actions.make_pairing(name="Counter 3", store="", by="user:1", at=now_us())
    answer = client.post(reverse("till:let_in"), {"number": number})
    cookie = answer.cookies["till"]
    assert (
        answer.status_code == 302
        and cookie["httponly"]
        and cookie["samesite"] == "Strict"
        and cookie["path"] == "/till/"
    )
    for name, how in paths:
        assert getattr(client, how)(reverse(f"till:{name}")).status_code == 403
    body = json.dumps({"actions": [{"id": "sale-0001", "kind": "sale", "lines": BALL}]})
    sync = client.post(reverse("till:sync"), body, content_type="application/json", headers={"X-Till": "1"})
    assert sync.json()["answers"][0]["ok"] and len(last_sales(device=Device.objects.get())) == 1
    for bad in ("", "[]", "{}", '{"actions": 1}', '{"actions": [1]}', "[" * 100_000):
        answer = client.post(reverse("till:sync"), bad, content_type="application/json", headers={"X-Till": "1"})
        assert answer.status_code == 400
    assert Done.objects.count() == 1


def test_the_counter_asks_the_survey_that_runs(business, client, at):
    survey = create_survey(name="How was it?", kind="nps", by="user:1", at=at)
    actions.change_counter(wording="Yes.", categories=[], ask_sms=False, survey_id=survey.id, by="user:1", at=at)
    number = actions.make_pairing(name="Counter 4", store="High Street", by="user:1", at=now_us())
    client.post(reverse("till:let_in"), {"number": number})
    assert "Ask the customer" not in client.get("/till/").content.decode()
    start_survey(survey_id=survey.id, by="user:1", at=at)
    (link,) = re.findall(r'href="(/s/t/[^"]+)"', client.get("/till/").content.decode())
    assert client.get(link).status_code == 200


def test_guessing_numbers_is_stopped(business, client):
    answers = {client.post(reverse("till:let_in"), {"number": f"{n:08}"}).status_code for n in range(25)}
    assert answers == {422, 429}


def test_until_the_owner_says_what_is_sold_the_counter_has_buttons_for_what_was_bought(till, at, client):
    actions.change_counter(wording="Yes.", categories=[], ask_sms=False, survey_id=None, by="user:1", at=at)
    assert views._setup().categories == []
    Product.objects.create(key="boots", category="Soccer", seen_us=at)
    assert views._setup().categories == ["Soccer"]
