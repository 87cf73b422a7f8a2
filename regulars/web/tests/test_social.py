"""The pages of what social brought."""

from __future__ import annotations

import pytest

from regulars.commerce.models import Order
from regulars.core.clock import DAY, HOUR, from_us, now_us
from regulars.people.models import Node, Person
from regulars.social.actions.concluding import conclude
from regulars.social.actions.counting import follow
from regulars.social.models import Cost, Engaged, Finding, Link
from regulars.social.tests.press import account, draft, use_networks
from regulars.team.models import User

pytestmark = pytest.mark.django_db


@pytest.fixture
def ann(client, business, monkeypatch) -> User:
    use_networks(monkeypatch)
    made = User.objects.create_user(email="ann@example.com", password="x", name="Ann", role="owner")
    client.force_login(made)
    return made


def buyer(number: int, at: int, minor: int, clicked: int | None, plan_id: int) -> None:
    Node.objects.create(id=number, namespace="web", kind="user", key=f"u{number}", person_id=number, created_us=0)
    Person.objects.create(id=number, name=f"Person {number}", first_us=0, last_us=0, created_us=0)
    Order.objects.create(
        id=number, namespace="web", number=str(number), node_id=number, source_id=1, ts=at, day=at // DAY,
        currency="GBP", total=minor, base_total=minor, base_refunded=0, updated_us=0,
    )  # fmt: skip
    if clicked:
        key = f"visit:{number}"
        Engaged.objects.create(node_id=number, kind="click", key=key, plan_id=plan_id, account_id=1, at=clicked)


def test_orders_after_a_link_stand_beside_what_was_spent_and_lead_to_the_people(client, ann):
    now = now_us()
    assert b"Nothing to count yet" in client.get("/social").content
    plan = draft(account(), text="See https://shop.example/boots", by=ann.by, at=now, objective="retain")
    for n in range(1, 6):
        buyer(n, now - HOUR, 5000, now - 2 * HOUR, plan.id)
    code = Link.objects.get().code
    follow(code=code, agent="Firefox", machine=False, visitor="a", at=now)
    month = from_us(now - HOUR).strftime("%Y-%m")
    client.post("/social/cost", {"month": month, "objective": "retain", "what": "Hours", "amount": "50"})
    assert Cost.objects.get().minor == 5000
    page = client.get("/social").content.decode()
    assert "£250.00 from 5 orders" in page and "keeping customers" in page and "5.00" in page
    people = client.get("/social/people?kind=click").content.decode()
    assert "5 people engaged" in people and "/people/3" in people
    file = b"".join(client.get("/social/people?kind=click&format=csv").streaming_content).decode()
    assert len(file.splitlines()) == 6


def test_what_cannot_be_noted_says_why(client, ann):
    for month, amount in (("2026-03", "many"), ("2026-03", "-3"), ("2026-03", ""), ("March", "3")):
        said = {"month": month, "objective": "retain", "what": "Hours & ads", "amount": amount}
        answer = client.post("/social/cost", said)
        assert answer.status_code == 422 and "Hours &amp; ads" in answer.content.decode()
    assert not Cost.objects.exists()


def test_a_comma_before_two_digits_is_a_decimal_point(client, ann):
    client.post("/social/cost", {"month": "2026-03", "objective": "retain", "what": "Hours", "amount": "1.212,50"})
    assert Cost.objects.get().minor == 121250


def test_engaged_people_stand_beside_people_alike_with_the_caveat(client, ann):
    now, plan = now_us(), draft(account(), by="user:9", at=now_us())
    for n in range(1, 41):
        buyer(n, now - 200 * DAY, 3000, now - 150 * DAY if n % 2 else None, plan.id)
    conclude(at=now)
    assert Finding.objects.get(name="beside").content["bought_after"]["came"] == 20
    assert b"This is no proof" in client.get("/social").content
