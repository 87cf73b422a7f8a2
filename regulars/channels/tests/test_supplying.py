"""What upper rooms bring is asked once per batch and stored on the message."""

from __future__ import annotations

import pytest

from regulars.channels.actions import Planned, ensure_campaign, plan, send_transactional
from regulars.channels.models import Message
from regulars.content.actions import create_template, publish
from regulars.core.plugs import Supply, registry
from regulars.people.actions import merge_people

BLOCKS = [
    {"kind": "supplied", "what": "points"}, {"kind": "supplied", "what": "voucher"}, {"kind": "products", "most": 2},
    {"kind": "footer", "text": "Us"},
]  # fmt: skip


@pytest.fixture
def asked(monkeypatch):
    """Rooms that bring points (nobody has some but the first asked), codes and products; what they were asked."""
    asked: dict[str, list] = {"points": [], "voucher": [], "products": []}

    def points(people, at):
        asked["points"].append(list(people))
        return {people[0]: {"balance": 240}}

    def codes(asks, at):
        asked["voucher"].append([ask.key for ask in asks])
        return {ask.key: {"code": f"C-{ask.key}"} for ask in asks}

    def products(people, at):
        asked["products"].append(list(people))
        return {person: [{"name": name} for name in "abc"] for person in people}

    for name, more in {"points": {"now": points}, "products": {"now": products}}.items():
        made = Supply(name=name, label=name, room="test", shape=name, sample=None, **more)
        monkeypatch.setitem(registry.supplies, name, made)
    voucher = Supply(
        name="voucher", label="V", room="test", shape="voucher", sample=None, now=lambda p, at: {}, hand_out=codes
    )
    monkeypatch.setitem(registry.supplies, "voucher", voucher)
    return asked


@pytest.fixture
def text(business, asked, at):
    source = {"subject": "x", "format": "blocks", "source": BLOCKS}
    made = create_template(name="T", draft={"en": source}, by="user:1", at=at)
    return publish(template_id=made.id, by="user:1", at=at)


@pytest.fixture
def supplied(text, at):
    return ensure_campaign(origin="broadcast:9", name="Supplied", version_id=text.id, at=at)


def plan_for(campaign, people, at):
    plan(campaign_id=campaign.id, items=[Planned(f"m{person}", person, at) for person in people], at=at)
    return {row.node_id: row.context for row in Message.objects.all()}


def test_a_batch_is_asked_once_and_each_message_keeps_its_own(supplied, make_people, asked, at):
    a, b = sorted(make_people(2))
    found = plan_for(supplied, [a, b], at)
    two = [{"name": "a"}, {"name": "b"}]
    assert found[a] == {"points": {"balance": 240}, "voucher": {"code": f"C-m{a}"}, "products": two}
    assert found[b] == {"voucher": {"code": f"C-m{b}"}, "products": two}
    assert asked["points"] == [[a, b]]
    plan_for(supplied, [a, b], at)
    assert asked["voucher"] == [[f"m{a}", f"m{b}"]]


def test_nothing_is_handed_out_to_whom_nothing_is_sent(supplied, make_people, asked, at):
    (no,) = make_people(consent="withdrawn")
    assert "voucher" not in plan_for(supplied, [no], at)[no]
    assert asked["voucher"] == []


def test_the_number_of_a_merged_person_brings_what_they_have_now(supplied, make_people, asked, at):
    a, b = sorted(make_people(2))
    merge_people(a=a, b=b, by="user:1", at=at, evidence={})
    assert plan_for(supplied, [b], at)[b]["points"] == {"balance": 240}
    assert asked["points"] == [[a]]


def test_what_the_caller_gives_wins(text, make_people, asked, at):
    (person,) = make_people()
    send_transactional(
        kind="receipt", template_id=text.template_id, key="1", at=at, person_id=person, context={"points": "none"}
    )
    context = Message.objects.get().context
    assert context["points"] == "none" and context["voucher"] and asked["points"] == []
