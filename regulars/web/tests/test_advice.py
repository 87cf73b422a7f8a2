"""Pages of recommendations: figures in words, reasons, rules that hold at once, empty pages that teach."""

import pytest
from django.urls import reverse

from regulars.commerce import queries
from regulars.commerce.models import AdviceRule, AdviceSettings
from regulars.core.models import QueuedJob
from regulars.insights.actions import advise
from regulars.insights.calendar import day_of
from regulars.insights.tests.goods import add_products, buy, tastes
from regulars.insights.tests.shops import ZONE, add_person
from regulars.team.models import AuditEntry, User
from regulars.web.tests.test_downloads import rows

pytestmark = pytest.mark.django_db
TABS = ("advice", "advice_together", "advice_somebody", "advice_rules")


def sign_in(client, role: str):
    user = User.objects.create_user(f"{role}@example.com", "three random words", role=role)
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


@pytest.fixture
def browser(client, business):
    return sign_in(client, "marketer")


@pytest.fixture
def shop(business, at):
    for person in range(1, 81):
        add_person(person, f"Person Number {person}")
    names = {f"{kind} {n}": kind for kind in ("ball", "boot") for n in range(8)}
    goods, today = add_products(names), day_of(at, ZONE)
    ids = [goods[name] for name in names]
    buy((person, day, ids[product]) for person, day, product in tastes(people=80, products=16, today=today))
    advise(at=at)
    return goods


def page(browser, name: str, *args, query: str = "") -> str:
    answer = browser.get(reverse(f"web:{name}", args=args) + query)
    assert answer.status_code == 200
    return answer.content.decode()


@pytest.mark.parametrize("name", TABS)
def test_pages_of_an_empty_shop_teach(browser, name):
    assert "</main>" in page(browser, name)


def test_the_empty_page_says_what_it_needs(browser):
    assert "orders whose lines name products" in page(browser, "advice")


def test_the_page_says_in_words_how_many_the_lists_would_have_hit(browser, shop):
    shown = page(browser, "advice")
    assert "would have bought something from their list" in shown and "bestsellers alone would have hit" in shown


def test_numbers_of_a_product_lead_to_its_people(browser, shop):
    person = queries.people_recommended(shop["ball 1"])[0]
    assert f"/people/{person}" in page(browser, "advice_people", shop["ball 1"])
    file = rows(browser, reverse("web:advice_people", args=[shop["ball 1"]]) + "?format=csv")
    assert [int(row[0]) for row in file[1:]] == sorted(queries.people_recommended(shop["ball 1"]))


def test_what_sells_with_a_product_is_found_by_its_name(browser, shop):
    assert f"?product={shop['ball 1']}" in page(browser, "advice_together", query="?q=ball 1")
    assert "People who bought both" in page(browser, "advice_together", query=f"?product={shop['ball 1']}")


def test_a_person_is_tried_and_each_product_has_its_reason(browser, shop):
    shown = page(browser, "advice_somebody", query="?person=7")
    assert "What Person Number 7 would get" in shown
    assert "times before" in shown and "bought together with boot" in shown


def test_the_panel_of_a_person_shows_both_lists(browser, shop):
    shown = page(browser, "person_advice", 7)
    assert "May buy again" in shown and "New to them" in shown
    assert reverse("web:person_advice", args=[7]) in page(browser, "person", 7)


def test_a_rule_holds_at_once_and_is_audited(browser, shop):
    browser.post(reverse("web:advice_rule_add"), {"kind": "never", "category": "boot", "product": "", "factor": "1"})
    rule = AdviceRule.objects.get()
    assert (rule.kind, rule.category, rule.factor) == ("never", "boot", 1.0)
    assert not {row.product.category for row in queries.recommended([7])[7]} & {"boot"}
    assert AuditEntry.objects.filter(act="advice.rule").exists()
    browser.post(reverse("web:advice_rule_remove", args=[rule.id]))
    assert not AdviceRule.objects.exists()


def test_a_boost_of_one_product_is_set_by_its_name(browser, shop):
    said = {"kind": "boost", "category": "", "product": "Ball 3", "factor": "2"}
    browser.post(reverse("web:advice_rule_add"), said)
    assert AdviceRule.objects.get().product_id == shop["ball 3"]


@pytest.mark.parametrize("product, category", [("no such thing", ""), ("", ""), ("ball 1", "ball")])
def test_a_rule_about_nothing_or_two_things_comes_back_with_a_sentence(browser, shop, product, category):
    said = {"kind": "never", "category": category, "product": product, "factor": "1"}
    answer = browser.post(reverse("web:advice_rule_add"), said)
    assert answer.status_code == 200 and not AdviceRule.objects.exists()
    assert "No product has this" in answer.content.decode() or "choose one of them" in answer.content.decode()


def test_settings_for_every_product_are_kept(browser, shop):
    browser.post(reverse("web:advice_settings"), {"most_of_category": "2", "unsold_days": "90"})
    held = AdviceSettings.objects.get()
    assert (held.most_of_category, held.hide_sold_out, held.unsold_days) == (2, False, 90)


def test_who_may_only_look_changes_nothing(client, shop):
    reader = sign_in(client, "reader")
    assert "Add rule" not in page(reader, "advice_rules")
    said = {"kind": "never", "category": "boot", "product": "", "factor": "1"}
    assert reader.post(reverse("web:advice_rule_add"), said).status_code == 403
    assert not AdviceRule.objects.exists()


def test_computing_now_is_work_for_later(browser, shop):
    browser.post(reverse("web:advice_now"))
    assert QueuedJob.objects.filter(name__endswith="advise").count() == 1


def test_the_file_of_the_most_recommended_has_a_line_for_each(browser, shop):
    answer = browser.get(reverse("web:advice") + "?format=csv")
    assert len(b"".join(answer).decode().strip().splitlines()) == 17
