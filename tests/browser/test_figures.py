"""A person follows a figure to the people behind it, and changes what is said of themselves."""

from __future__ import annotations

from django.urls import reverse
from playwright.sync_api import expect

from tests.browser.conftest import PASSWORD
from tests.browser.shop import open_shop


def test_figures_lead_to_the_people_behind_them(tab):
    open_shop(people=80)
    for page, figure, people in (
        ("web:value", "People who buy in 13 weeks", "Who will buy within 13 weeks"),
        ("web:value", "Held by the best tenth", "The best tenth"),
        ("web:retention", "Bought again within 90 days", "new customers bought again within 90 days"),
        ("web:today", "Regulars", "Regulars"),
    ):
        tab.goto(reverse(page))
        tab.locator(".figures").get_by_role("link", name=figure, exact=True).click()
        expect(tab.locator("h1")).to_contain_text(people)
        expect(tab.locator("tbody a.name").first).to_be_visible()


def test_somebody_changes_their_own_address(tab, owner):
    tab.goto(reverse("web:people"))
    tab.locator("details.menu > summary").click()
    tab.get_by_role("link", name="Name and e-mail address").click()
    tab.get_by_label("Password", exact=True).fill(PASSWORD)
    tab.get_by_role("button", name="Confirm").click()
    tab.get_by_label("E-mail address").fill("olive@example.com")
    tab.get_by_role("button", name="Save").click()
    expect(tab.locator(".toast")).to_contain_text("are saved")
    owner.refresh_from_db()
    assert owner.email == "olive@example.com"
