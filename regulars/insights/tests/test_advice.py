"""Recommendations on a database: the night's run, what is left out at reading, rules, merging, erasing, facts."""

from __future__ import annotations

import ibis
import pytest
from django.db import connection

from regulars.commerce import actions as commerce
from regulars.commerce import advising, queries
from regulars.commerce.models import AdviceRun, Order, OrderLine, Product, Recommendation
from regulars.core.clock import DAY
from regulars.core.plugs import registry
from regulars.insights.actions import advise, renew_habits
from regulars.insights.calendar import day_of
from regulars.insights.models import Habit, Report
from regulars.insights.queries import advice
from regulars.insights.tests.goods import add_products, buy, tastes
from regulars.insights.tests.shops import ZONE, add_person
from regulars.people.models import Node, Person

pytestmark = pytest.mark.django_db
NAMES = {f"{kind} {n}": kind for kind in ("ball", "boot") for n in range(8)}


@pytest.fixture
def today(at) -> int:
    return day_of(at, ZONE)


@pytest.fixture
def goods(business) -> dict[str, int]:
    return add_products(NAMES)


@pytest.fixture
def shop(goods, at, today) -> dict[str, int]:
    """Eighty people: who has an odd number buys boots, the others balls; the night has passed."""
    for person in range(1, 81):
        add_person(person)
    ids = [goods[name] for name in NAMES]
    buy((person, day, ids[product]) for person, day, product in tastes(people=80, products=16, today=today))
    advise(at=at)
    return goods


def of(person: int, **more) -> list:
    return queries.recommended([person], **more)[person]


def bought_by(person: int) -> set[int]:
    return set(OrderLine.objects.filter(node_id=person).values_list("product_id", flat=True))


def test_before_the_first_night_nothing_is_recommended_and_the_page_has_no_figures(goods):
    add_person(1)
    assert of(1) == [] and advice() is None


def test_where_nobody_has_bought_the_night_passes_quietly(business, at):
    advise(at=at)
    assert not AdviceRun.objects.exists() and not Report.objects.exists()


def test_what_is_new_was_never_bought_and_is_of_their_taste(shop):
    for person in (1, 2, 31):
        new = of(person, kind="new", limit=3)
        assert len(new) == 3
        assert not {row.product.id for row in new} & bought_by(person)
        assert {row.product.category for row in new} == {"boot" if person % 2 else "ball"}


def test_the_reason_is_a_product_the_person_bought(shop):
    reasons = [row.why for row in of(7, kind="new", limit=4) if row.kind == "new"]
    assert reasons and all(why.id in bought_by(7) for why in reasons)


def test_what_is_bought_again_was_bought_before(shop):
    again = of(5, kind="again")
    assert again and {row.product.id for row in again} <= bought_by(5)
    assert all(row.times == OrderLine.objects.filter(node_id=5, product_id=row.product.id).count() for row in again)


def test_a_newcomer_gets_bestsellers(shop):
    add_person(900)
    assert {row.kind for row in of(900)} == {"popular"}


def test_who_bought_once_since_the_night_gets_what_is_bought_together_with_it(shop, today):
    add_person(901)
    buy([(901, today, shop["boot 2"])])
    first = of(901)[0]
    assert first.kind == "new" and first.why.id == shop["boot 2"] and first.product.category == "boot"
    assert shop["boot 2"] not in {row.product.id for row in of(901)}


def test_what_was_bought_since_the_night_is_on_neither_list(shop, today):
    for kind in ("new", "again"):
        chosen = of(9, kind=kind)[0].product.id
        buy([(9, today + 1, chosen)])
        assert chosen not in {row.product.id for row in of(9, kind=kind)}


def test_what_they_sent_back_is_not_recommended_again_at_once_nor_after_the_next_night(shop, today, at):
    chosen = of(9, kind="again")[0].product.id
    OrderLine.objects.filter(node_id=9, product_id=chosen).update(returned=1)
    assert chosen not in {row.product.id for row in of(9)}
    advise(at=at)
    assert not Recommendation.objects.filter(node_id=9, product_id=chosen).exists()


@pytest.mark.parametrize("gone", [{"stock": 0}, {"available": False}])
def test_what_cannot_be_had_is_never_recommended(shop, gone, at):
    Product.objects.filter(category="boot").update(**gone)
    assert "boot" not in {row.product.category for person in range(1, 81) for row in of(person)}
    advise(at=at)
    boots = Product.objects.filter(category="boot").values("id")
    assert not Recommendation.objects.filter(product_id__in=boots).exists()


def test_the_shop_may_show_what_is_sold_out(shop):
    Product.objects.update(stock=0)
    assert of(1) == []
    commerce.change_advice(most_of_category=4, hide_sold_out=False, unsold_days=0)
    assert len(of(1)) == 8  # four of each category


def test_excluded_categories_and_products_vanish_at_once(shop, at):
    commerce.set_rule(kind="never", category="ball", by="user:1", at=at)
    rule = commerce.set_rule(kind="never", product_id=shop["boot 1"], by="user:1", at=at)
    shown = {row.product.name for person in range(1, 81) for row in of(person)}
    assert shown and "boot 1" not in shown and not any(name.startswith("ball") for name in shown)
    commerce.remove_rule(rule_id=rule.id)
    assert "boot 1" in {row.product.name for person in range(1, 81) for row in of(person)}


def test_a_boost_moves_a_product_up(shop, at):
    def place(product):
        rows = Recommendation.objects.filter(kind="popular", product_id=product)
        return rows.values_list("rank", flat=True).first() or 99

    last = Recommendation.objects.filter(kind="popular").order_by("-rank").first().product_id
    before = place(last)
    commerce.set_rule(kind="boost", product_id=last, factor=10, by="user:1", at=at)
    advise(at=at)
    assert place(last) < before


def test_at_most_so_many_of_a_category_are_on_a_list(shop, at):
    commerce.change_advice(most_of_category=2, hide_sold_out=True, unsold_days=0)
    advise(at=at)
    for person in (1, 2, 3):
        shown = [row.product.category for row in of(person)]
        assert max(shown.count("ball"), shown.count("boot")) <= 2


def test_of_a_durable_category_nothing_more_within_its_usual_gap(shop, today, at):
    buy([(person, today, shop["boot 0" if person % 2 else "ball 0"]) for person in range(1, 81)])
    commerce.set_rule(kind="durable", category="boot", by="user:1", at=at)
    advise(at=at)
    boots = Product.objects.filter(category="boot").values("id")
    new = Recommendation.objects.filter(kind="new")
    assert not new.filter(product_id__in=boots).exists() and new.exists()


@pytest.mark.parametrize(
    "wrong", [{"kind": "odd", "category": "x"}, {"kind": "never"}, {"kind": "boost", "category": "x", "factor": 99}]
)
def test_a_rule_that_says_nothing_is_refused_with_a_sentence(business, wrong, at):
    with pytest.raises(commerce.RuleError, match=r"\.$"):
        commerce.set_rule(by="user:1", at=at, **wrong)


def test_two_nights_give_the_same_lists_and_leave_one_run(shop, at):
    def rows():
        return list(Recommendation.objects.order_by("node_id", "kind", "rank").values_list("node_id", "product_id"))

    before = rows()
    advise(at=at)
    assert rows() == before and AdviceRun.objects.count() == 1


def test_a_run_that_was_killed_is_never_seen_and_removed_by_the_next(shop, at):
    seen = of(1)
    half = AdviceRun.objects.create(as_of_us=at + 1)
    Recommendation.objects.create(run_id=half.id, node_id=1, kind="new", rank=1, product_id=shop["ball 0"], score=99)
    assert of(1) == seen
    advise(at=at)
    assert AdviceRun.objects.count() == 1 and not Recommendation.objects.filter(run_id=half.id).exists()


def test_merged_people_share_their_lists_and_get_their_own_back(shop):
    before = {person: of(person) for person in (2, 3)}
    Node.objects.filter(id=3).update(person_id=2)
    both = {row.product.category for row in of(2)}
    assert both == {"ball", "boot"}
    assert not {row.product.id for row in of(2, kind="new", limit=5) if row.kind == "new"} & (
        bought_by(2) | bought_by(3)
    )
    Node.objects.filter(id=3).update(person_id=3)
    assert {person: of(person) for person in (2, 3)} == before


def test_nothing_is_left_of_the_erased(shop, at):
    assert Habit.objects.filter(person_id=4).exists()
    for table in ("commerce_recommendation", "insights_habit"):
        assert registry.personal[table].export([4])
        assert registry.personal[table].erase([4], at) > 0
        assert not registry.personal[table].export([4])


def test_who_is_erased_while_the_night_runs_gets_no_rows(goods, at):
    add_person(1)
    rows = [(1, "new", 1, goods["ball 1"], 1.0, None), (2, "new", 1, goods["ball 1"], 1.0, None)]
    assert commerce.recommend(rows=rows, together=[], as_of_us=at, at=at) == 1
    assert not Recommendation.objects.filter(node_id=2).exists()


def test_cancelled_orders_are_no_purchases(shop, at):
    Order.objects.filter(node_id=6).update(cancelled_us=1)
    advise(at=at)
    assert not Recommendation.objects.filter(node_id=6).exists()
    assert {row.kind for row in of(6)} == {"popular"}


def test_the_page_says_how_well_the_lists_hit_beside_the_bestsellers(shop):
    found = advice()
    assert found.anything.hit[0] > found.anything.hit_popular[0]
    assert found.anything.hit[1] <= found.anything.hit[0] <= found.anything.hit[2]
    assert found.people == 80 and found.covered == 16
    assert {pair.product.category == pair.other.category for pair in found.pairs} == {True}


def test_numbers_of_a_product_lead_to_the_people_who_have_it_on_a_list(shop):
    found = advice().top[0]
    people, after = [], 0
    while page := queries.people_recommended(found.product.id, after=after, limit=7):
        people += page
        after = page[-1]
    assert len(people) == found.people == len(set(people))


class Tables:
    """The lake's habits from the truth."""

    def __init__(self, at):
        self.now_us = at

    def __call__(self, name):
        columns = registry.replica[name].columns
        rows = Habit.objects.values_list(*columns)
        types = {column: type_ for column, (_, type_) in columns.items()}
        return ibis.memtable([dict(zip(columns, row, strict=True)) for row in rows], schema=types)


@pytest.mark.parametrize("name", ["buy_again_due", "due_product", "likely_next_category"])
@pytest.mark.parametrize("later", [0, 20, 60, 400])
def test_both_readers_of_a_habit_agree_at_any_time(name, later, shop, at, monkeypatch):
    moment = at + later * DAY
    monkeypatch.setattr("regulars.insights.facts.now_us", lambda: moment)
    rows = registry.facts[name].lake(Tables(moment)).to_pyarrow().to_pylist()
    assert rows and all(row["next_us"] is None or row["next_us"] > moment for row in rows)
    known = {row["person_id"]: row["value"] for row in rows if row["value"] is not None}
    assert known == registry.facts[name].now(range(1, 81))


def test_a_habit_is_due_when_its_usual_gap_has_passed(goods, at, today, monkeypatch):
    add_person(1)
    buy([(1, today - 95 + 30 * k, goods["ball 1"]) for k in range(4)])  # the last one five days ago
    renew_habits(person_ids=[1], at=at)
    found = Habit.objects.get()
    for moment, due in ((at, False), (found.due_us, True), (found.until_us, False)):
        monkeypatch.setattr("regulars.insights.facts.now_us", lambda moment=moment: moment)
        assert registry.facts["buy_again_due"].now([1]) == {1: due}
    assert found.product == "ball 1"
    assert day_of(found.due_us, ZONE) == today + 25 and day_of(found.until_us, ZONE) == today + 85


def test_who_buys_it_is_due_no_more(goods, at, today):
    add_person(1)
    buy([(1, today - 125 + 30 * k, goods["ball 1"]) for k in range(4)])
    renew_habits(person_ids=[1], at=at)
    due = Habit.objects.get().due_us
    assert due <= at
    buy([(1, today, goods["ball 1"])])
    assert renew_habits(person_ids=[1], at=at) == 1
    assert Habit.objects.get().due_us > at
    OrderLine.objects.all().delete()
    renew_habits(person_ids=[1], at=at)
    assert not Habit.objects.exists()


def test_the_night_and_the_log_say_the_same_of_habits(shop, at):
    Person.objects.all().update(name="x")
    night = list(Habit.objects.order_by("person_id").values_list())
    assert night
    assert renew_habits(person_ids=range(1, 81), at=at) == 0
    assert list(Habit.objects.order_by("person_id").values_list()) == night


def test_the_likely_next_category_is_that_of_their_taste(shop):
    said = registry.facts["likely_next_category"].now([1, 2])
    assert said == {1: "boot", 2: "ball"}


@pytest.mark.skipif(connection.vendor != "sqlite", reason="SQLite plans without knowing its tables until the night")
def test_the_lists_of_one_person_are_not_looked_for_among_everybodys(db):
    plans = []

    plain = advising.bulk.query

    def watched(sql, params=()):
        with connection.cursor() as cursor:
            cursor.execute(f"EXPLAIN QUERY PLAN {sql}", params)
            plans.extend(row[-1] for row in cursor.fetchall())
        return plain(sql, params)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(advising.bulk, "query", watched)
        advising.recommended([7])
    assert [line for line in plans if line.startswith("SEARCH r") and "(run_id=? AND node_id=?" in line]
    assert not [line for line in plans if line.startswith("SEARCH r") and line.endswith("(run_id=?)")]
