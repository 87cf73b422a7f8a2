"""A person makes a segment: adds conditions, sees the count follow, mends a fault, saves."""

from __future__ import annotations

import re

from django.urls import reverse
from playwright.sync_api import expect

from regulars.segments.models import Segment
from tests.browser.shop import open_shop


def count(tab) -> int:
    """The figure that stands beside the builder, once it has been counted."""
    return int(tab.locator("#preview .figure b").inner_text().replace(",", ""))


def test_somebody_builds_a_segment_and_the_count_follows(tab):
    open_shop(people=80)
    tab.goto(reverse("web:segment_new"))
    twice = count(tab)
    with tab.expect_response("**/segments/preview"):
        tab.get_by_role("button", name="What they did").click()
    expect(tab.locator("fieldset.node")).to_have_count(2)
    expect(tab.locator("#preview .figure b")).not_to_have_text(str(twice))
    assert 0 < count(tab) < twice
    with tab.expect_response("**/segments/preview"):
        tab.get_by_label("Comparison").first.select_option("between")
    expect(tab.get_by_label("To", exact=True)).to_be_visible()
    tab.get_by_label("Name", exact=True).fill("Bought lately")
    tab.get_by_role("button", name="Save").click()
    expect(tab.locator("fieldset.node .error")).to_contain_text("is not a number")  # no upper end yet
    tab.get_by_label("To", exact=True).fill("50")
    tab.get_by_role("button", name="Save").click()
    tab.wait_for_url(re.compile(r"/segments/\d+$"))
    made = Segment.objects.get(name="Bought lately")
    assert made.definition["all"][0] == {"fact": "orders", "op": "between", "value": [2, 50]}
    assert made.definition["all"][1]["event"] == "Order Completed"


def test_groups_nest_and_conditions_go_away_again(tab):
    tab.goto(reverse("web:segment_new"))
    tab.get_by_role("button", name="Group", exact=True).click()
    tab.locator("fieldset.inner").get_by_role("button", name="What they are like").click()
    expect(tab.locator("fieldset.inner fieldset.node")).to_have_count(1)
    tab.get_by_role("button", name="Remove this condition").first.click()
    expect(tab.locator("fieldset.node")).to_have_count(1)


def test_the_builder_works_without_script(chromium, live_server, owner):
    from tests.browser.conftest import _sign_in

    context = chromium.new_context(base_url=live_server.url, java_script_enabled=False)
    _sign_in(context, owner, live_server.url)
    page = context.new_page()
    page.goto(reverse("web:segment_new"))
    page.get_by_role("button", name="What they did").click()
    expect(page.locator("fieldset.node")).to_have_count(2)
    page.get_by_label("Name", exact=True).fill("Made by hand")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("heading", name="Made by hand")).to_be_visible()
    assert Segment.objects.filter(name="Made by hand").exists()
    context.close()
