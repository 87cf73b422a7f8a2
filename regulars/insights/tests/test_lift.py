"""Lift reproduces the published Hillstrom figures, and counts orders of the window in the right arm."""

import csv
import gzip

import pytest

from regulars.channels.actions import Planned, ensure_campaign, plan
from regulars.channels.models import Message, State
from regulars.commerce.models import Order
from regulars.core.clock import DAY
from regulars.insights.actions.measuring import measure_campaign
from regulars.insights.lift import Arm, lift
from regulars.insights.queries.lift import campaign_lift
from regulars.people.actions import Sighting, record_sightings
from tests.paths import shared_data


def arms(column: str) -> dict[str, Arm]:
    rows: dict[str, list[float]] = {}
    with gzip.open(shared_data("hillstrom/hillstrom.csv.gz"), "rt") as file:
        for row in csv.DictReader(file):
            rows.setdefault(row["segment"], []).append(float(row[column]))
    return {name: Arm(len(v), sum(x > 0 for x in v), 0, sum(v), sum(x * x for x in v)) for name, v in rows.items()}


# E-mail against none: estimate, low, high, relative lift with its interval (shared reference, Welch, 95%)
SPEND = {
    "Mens E-Mail": (0.769827, 0.485149, 1.054505, 1.179, 0.544, 1.814),
    "Womens E-Mail": (0.424412, 0.168965, 0.679860, 0.650, 0.149, 1.151),
}
BUYING = {"Mens E-Mail": (0.006805, 0.005000, 0.008610), "Womens E-Mail": (0.003111, 0.001499, 0.004723)}


@pytest.mark.anydb
@pytest.mark.parametrize("arm", SPEND)
def test_spend_reproduces_hillstrom(arm):
    found = arms("spend")
    spend = lift(found[arm], found["No E-Mail"]).spend
    estimate, low, high, relative, relative_low, relative_high = SPEND[arm]
    assert (spend.estimate, spend.low, spend.high) == pytest.approx((estimate, low, high), abs=2e-5)
    assert (spend.relative, spend.relative_low, spend.relative_high) == pytest.approx(
        (relative, relative_low, relative_high), abs=6e-4
    )
    assert spend.clear


@pytest.mark.anydb
@pytest.mark.parametrize("arm", BUYING)
def test_buying_reproduces_hillstrom_to_the_third_figure_of_its_interval(arm):
    found = arms("conversion")
    buying = lift(found[arm], found["No E-Mail"]).buying
    assert buying.estimate == pytest.approx(BUYING[arm][0], abs=1e-6)
    assert (buying.low, buying.high) == pytest.approx(BUYING[arm][1:], abs=5e-5)  # Welch there, Newcombe here


@pytest.mark.anydb
def test_without_a_control_there_is_no_lift_and_with_few_buyers_not_enough():
    some, none = Arm(100, 10, 10, 1000, 20000), Arm(0, 0, 0, 0, 0)
    assert lift(some, none) is None
    assert not lift(some, Arm(50, 2, 2, 10, 60)).enough


@pytest.mark.django_db
def test_orders_count_once_in_their_arm_and_only_within_the_window(business, at):
    people = record_sightings(
        sightings=[Sighting("shop", (("user", str(n)),), at=at) for n in range(4)], source_id=0, at=at
    )
    campaign = ensure_campaign(origin="broadcast:1", name="Cup", at=at)
    plan(campaign_id=campaign.id, items=[Planned(f"b:1:{p}", p, at) for p in people], at=at)
    sent, silent, held, skipped = (Message.objects.get(node_id=p) for p in people)
    for message in (sent, silent):
        Message.objects.filter(id=message.id).update(state=State.HANDED_OFF, handed_us=at, decided_us=at)
    for message, rule in ((held, "holdout"), (skipped, "consent")):
        Message.objects.filter(id=message.id).update(state=State.SKIPPED, decision={"rule": rule}, decided_us=at)
    bought = [(sent, 0, 5000, 1000), (sent, 13 * DAY, 700, 0), (sent, 14 * DAY, 9999, 0), (sent, -1, 9999, 0),
              (held, DAY, 2000, 0), (skipped, DAY, 9999, 0)]  # fmt: skip
    for number, (message, after, total, refunded) in enumerate(bought):
        Order.objects.create(
            id=number + 1, number=str(number), node_id=message.node_id, source_id=0, ts=at + after, day=0,
            total=total, base_total=total, base_refunded=refunded, updated_us=at,
        )  # fmt: skip
    measure_campaign(campaign_id=campaign.id, at=at)
    found = campaign_lift(campaign.id)
    assert found.treated == Arm(2, 1, 2, 4700.0, 4700.0**2)
    assert found.held_out == Arm(1, 1, 1, 2000.0, 2000.0**2)
    assert found.lift is None
