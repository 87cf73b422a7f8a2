"""The room on a database: learning, following, forgetting, pages, facts."""

from __future__ import annotations

from functools import partial

import ibis
import pytest

from regulars.core import bulk
from regulars.core.clock import DAY
from regulars.core.models import QueuedJob
from regulars.core.plugs import registry
from regulars.insights import charts, fits, queries
from regulars.insights.actions import note_known_parameters, predict, refit
from regulars.insights.calendar import day_of
from regulars.insights.models import Fit, Prediction, Report
from regulars.insights.reactions import follow
from regulars.insights.tests.shops import ZONE, add_orders, add_person, drawn, fill
from regulars.people.actions import touch
from regulars.people.models import Node, Touch
from regulars.people.signals import PersonErased

pytestmark = pytest.mark.django_db
# the log of touched persons is read only below the oldest open transaction: these tests must commit
committed = pytest.mark.django_db(transaction=True)


@pytest.fixture
def today(at) -> int:
    return day_of(at, ZONE)


@pytest.fixture
def shop(business, at, today):
    """Four hundred customers, learned from, and a weekly customer who stopped coming nine weeks ago."""
    fill(drawn(customers=400, today=today))
    add_person(1001, "Wanda Weekly")
    add_orders([(1001, today - 63 - 7 * k, 5_000) for k in range(30)])
    refit(at=at)


def settle(at) -> None:
    while follow(at):
        pass


def stored() -> list[tuple]:
    return list(Prediction.objects.order_by("person_id").values_list())


def test_before_anybody_bought_there_is_nothing_to_learn_and_pages_say_so(business, at):
    refit(at=at)
    assert not Report.objects.exists() and not Fit.objects.exists()
    assert queries.today(at=at) is queries.retention() is queries.value(at=at) is None
    assert queries.person_outlook(1, at=at) is None


def test_a_single_purchase_is_enough_for_every_page(business, at, today):
    add_person(1, "Alice")
    add_orders([(1, today, 2_000)])
    refit(at=at)
    assert queries.value(at=at).top[0].name == "Alice"
    assert queries.value(at=at).check is None
    assert queries.retention().cohorts[0].customers == 1
    assert queries.today(at=at).drifting == []
    assert queries.person_outlook(1, at=at).state == "new"


def test_everybody_who_bought_has_a_prediction(shop):
    buyers = bulk.query("SELECT DISTINCT node_id FROM commerce_order")
    assert Prediction.objects.count() == len(buyers)


def test_learning_twice_changes_nothing(shop, at):
    before, touches = stored(), Touch.objects.count()
    refit(at=at)
    assert stored() == before and Touch.objects.count() == touches
    assert Fit.objects.count() == 3 and Report.objects.filter(name="value").count() == 1


@committed
def test_following_the_log_gives_the_same_rows_as_a_full_run(shop, at, today):
    learned = fits.latest()
    add_person(2000, "Newcomer")
    add_orders([(2000, today - 3, 3_000), (7, today, 9_900), (1001, today, 5_000)])
    touch(person_ids=[2000, 7, 1001], cause="derived", at=at)
    settle(at)
    followed = stored()
    Prediction.objects.all().delete()
    predict(person_ids=range(1, 2001), learned=learned, at=at)
    assert followed == stored() and any(row[0] == 2000 for row in followed)


@committed
def test_who_bought_again_is_no_longer_drifting_but_came_back(shop, at, today):
    assert [line.name for line in queries.today(at=at).drifting].count("Wanda Weekly") == 1
    add_orders([(1001, today, 5_000)])
    touch(person_ids=[1001], cause="derived", at=at)
    settle(at)
    page = queries.today(at=at)
    assert "Wanda Weekly" not in [line.name for line in page.drifting]
    assert "Wanda Weekly" in [line.name for line in page.came_back]


@committed
def test_only_people_whose_prediction_changed_are_touched(shop, at):
    settle(at)
    before = Touch.objects.count()
    touch(person_ids=[1, 2, 3], cause="trait", at=at)
    settle(at)
    assert Touch.objects.count() == before + 3


@committed
def test_merged_people_share_one_prediction_and_get_their_own_back(shop, at):
    before = stored()
    Node.objects.filter(id=7).update(person_id=5)
    touch(person_ids=[5, 7], cause="merge", at=at)
    settle(at)
    assert not Prediction.objects.filter(person_id=7).exists()
    days = bulk.query("SELECT count(DISTINCT day) FROM commerce_order WHERE node_id IN (5, 7)")[0][0]
    assert Prediction.objects.get(person_id=5).purchase_days == days
    Node.objects.filter(id=7).update(person_id=7)
    touch(person_ids=[5, 7], cause="unmerge", at=at)
    settle(at)
    assert stored() == before


@committed
def test_touches_before_the_first_fit_ask_for_it_once(business, at, today):
    fill(drawn(customers=5, today=today))
    for person in (1, 2):
        touch(person_ids=[person], cause="derived", at=at)
        settle(at + person)
    assert QueuedJob.objects.filter(name__endswith="refit").count() == 1
    assert not Prediction.objects.exists()


def test_cancelled_orders_count_nothing(business, at, today):
    add_person(1)
    add_orders([(1, today - 9, 100), (1, today - 2, 100)])
    bulk.execute("UPDATE commerce_order SET cancelled_us = 1 WHERE day = %s", [today - 2])
    refit(at=at)
    assert Prediction.objects.get(person_id=1).purchase_days == 1


def test_refunds_lower_the_value_and_not_the_count_of_purchases(business, at, today):
    rows = drawn(customers=200, today=today)
    fill(rows)
    refit(at=at)
    whole, days = queries.value(at=at).worth.value, Prediction.objects.get(person_id=1).purchase_days
    bulk.execute("UPDATE commerce_order SET base_refunded = base_total / 4")
    refit(at=at)
    assert queries.value(at=at).worth.value == pytest.approx(0.75 * whole, rel=0.01)
    assert Prediction.objects.get(person_id=1).purchase_days == days


def test_an_erased_person_leaves_no_prediction(shop, at):
    personal = registry.personal["insights_prediction"]
    assert [row["person_id"] for row in personal.export([1001])] == [1001]
    assert personal.erase([1001], at) == 1
    assert personal.export([1001]) == []


def test_the_signal_of_an_erasure_removes_it_too(shop, at):
    from regulars.core.signals import send

    send(PersonErased(person_id=1001, node_ids=(1001,), at=at))
    assert not Prediction.objects.filter(person_id=1001).exists()


def test_a_drifting_person_is_told_in_words(shop, at):
    outlook = queries.person_outlook(1001, at=at)
    assert outlook.state == "drifting" and outlook.why == "Usually buys every 7 days; last bought 9 weeks ago."
    assert outlook.at_stake > outlook.value_12m
    assert queries.person_outlook(1001, at=at + 400 * DAY).state == "gone"


def test_known_parameters_stand_beside_the_estimates(shop, at):
    true = {"r": 0.7, "alpha": 6.0, "a": 0.8, "b": 3.0}
    note_known_parameters(bgnbd=true, gammagamma={"p": 6.0, "q": 4.0, "gamma": 24.0}, at=at)
    line = queries.value(at=at).fits[0]
    assert line.model == "bgnbd" and {p.name: p.known for p in line.parameters} == true
    assert all(p.error > 0 and p.meaning for p in line.parameters)


def test_counts_on_the_value_page_lead_to_the_people_behind_them(shop, at):
    page = queries.value(at=at)
    assert sum(place.customers for place in page.places) == Prediction.objects.count()
    for place in page.places:
        assert len(queries.people_on_map(cell=place.name, at=at, limit=1_000).rows) == place.customers


def test_the_value_page_never_shows_the_chance_to_be_alive(shop, at):
    page = queries.value(at=at)
    assert not any("alive" in str(name) for name in (*Prediction.__dict__, *page.meanings, *dir(page.top[0])))


def test_the_week_counts_what_was_ordered(shop, at, today):
    for change in queries.today(at=at).changes:
        if change.name == "orders":
            span = (today - 7, today - 1)
            assert (
                change.now
                == bulk.query("SELECT count(*) FROM commerce_order WHERE day BETWEEN %s AND %s", span)[0][0]
            )
        assert change.label and (change.now is None or change.now >= 0)


def test_every_list_is_no_longer_than_its_count(shop, at):
    page = queries.today(at=at, limit=5)
    assert len(page.drifting) == min(5, page.drifting_count)
    assert len(page.new_regulars) == min(5, page.new_regulars_count)
    assert len(queries.drifting_page(at=at, limit=1_000).rows) == page.drifting_count


def test_pages_of_a_list_together_name_everybody_once_and_in_order(shop, at):
    for page_of in (partial(queries.people_on_map, cell="best", at=at), partial(queries.drifting_page, at=at)):
        whole = page_of(limit=1_000)
        assert len(whole.rows) > 3 and not whole.after
        page = page_of(limit=3)
        rows = list(page.rows)
        while page.after:
            page = page_of(limit=3, after=page.after)
            assert page.rows
            rows += page.rows
        assert rows == whole.rows


def test_charts_draw_and_have_a_table_behind_them(shop, at):
    retention, value = queries.retention(), queries.value(at=at)
    drawn_charts = [charts.retention_curve(retention), charts.cohort_grid(retention), charts.rfm_map(value)]
    drawn_charts += [charts.concentration(value), charts.calibration(value.check)]
    for chart in drawn_charts:
        assert chart.svg().startswith("<svg") and chart.rows and len(chart.rows[0]) <= len(chart.head)


class Tables:
    """The lake's tables, read straight from the truth."""

    def __init__(self, at: int) -> None:
        self.now_us = ibis.literal(at)

    def __call__(self, name: str):
        import pyarrow as pa

        replica = registry.replica[name]
        kinds = {"int64": pa.int64(), "int32": pa.int32(), "float64": pa.float64(), "string": pa.string()}
        schema = pa.schema([(column, kinds[kind]) for column, (_, kind) in replica.columns.items()])
        sql = ", ".join(sql for sql, _ in replica.columns.values())
        rows = bulk.query(f"SELECT {sql} FROM {replica.sql_table}")
        return ibis.memtable(pa.Table.from_pylist([dict(zip(schema.names, r, strict=True)) for r in rows], schema))


@pytest.mark.parametrize("name", sorted(n for n, fact in registry.facts.items() if fact.gather == ("predictions",)))
def test_both_readers_of_a_fact_agree(name, shop, at, monkeypatch):
    monkeypatch.setattr("regulars.insights.facts.now_us", lambda: at)
    fact = registry.facts[name]
    rows = fact.lake(Tables(at)).to_pyarrow().to_pylist()
    assert {row["person_id"]: row["value"] for row in rows} == fact.now(range(1, 1002))
    assert rows and all(row["next_us"] is None or row["next_us"] > at for row in rows)


@pytest.mark.parametrize("name", ["is_drifting", "is_regular"])
def test_a_state_changes_exactly_at_the_instant_foretold(name, shop, at, monkeypatch):
    fact = registry.facts[name]
    rows = fact.lake(Tables(at)).to_pyarrow().to_pylist()
    person, value, instant = next((r["person_id"], r["value"], r["next_us"]) for r in rows if r["next_us"])
    for moment, expected in ((instant - 1, value), (instant, not value)):
        monkeypatch.setattr("regulars.insights.facts.now_us", lambda moment=moment: moment)
        assert fact.now([person])[person] is expected
