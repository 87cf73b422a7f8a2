"""A person keeps a list by hand: makes it, finds somebody, pastes addresses, takes somebody off, undoes it."""

from __future__ import annotations

from django.urls import reverse
from playwright.sync_api import expect

from regulars.people.models import Person
from tests.browser.shop import open_shop


def test_somebody_makes_a_list_fills_it_and_undoes_a_slip(tab):
    open_shop(people=40)
    anna, ben = Person.objects.filter(merged_into=None).exclude(email="").exclude(name="").order_by("id")[:2]
    tab.goto(reverse("web:segments"))
    tab.get_by_role("link", name="New list").click()
    tab.get_by_label("Name", exact=True).fill("Opening night")
    tab.get_by_role("button", name="Make the list").click()
    tab.get_by_role("link", name="Put people on it").first.click()
    tab.get_by_label("E-mail addresses").fill(f"{anna.email}\nnobody@nowhere.invalid")
    tab.get_by_role("button", name="Put them on the list").click()
    expect(tab.locator("main .notice")).to_contain_text("1 of the lines means nobody here")
    expect(tab.get_by_label("E-mail addresses")).to_have_value("nobody@nowhere.invalid")
    tab.get_by_role("searchbox", name="Find people").fill(ben.email)
    tab.get_by_role("button", name="Find", exact=True).click()
    tab.get_by_role("button", name="Put on").first.click()
    expect(tab.locator(".toast")).to_contain_text("1 person was put on the list")
    tab.locator(".head a.back").click()
    expect(tab.locator("h1")).to_have_text("Opening night: 2 people")
    tab.get_by_role("button", name=f"Take off {ben}").click()
    expect(tab.locator("h1")).to_have_text("Opening night: 1 person")
    tab.get_by_role("button", name="Undo").click()
    expect(tab.locator("h1")).to_have_text("Opening night: 2 people")
