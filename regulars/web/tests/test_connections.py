"""The pages on which shops and tills are connected, watched, mapped and paused."""

import json

import pytest
from django.urls import reverse

from regulars.core.clock import HOUR, now_us
from regulars.events import inbox
from regulars.events.models import DeadLetter, Event, Source
from regulars.events.sources import accounts, privacy
from regulars.events.sources.deliveries import Delivery, pack
from regulars.events.sources.kinds import NAMES, Asked
from regulars.events.sources.models import Connection, FieldMap, PrivacyRequest
from regulars.team.models import User

VALUES = {
    "shopify": {"shop": "northgate", "signing": "app-secret"},
    "woocommerce": {"shop": "https://shop.example.com"},
    "square": {"api": "token"},
    "stripe": {"signing": "whsec_1"},
    "webhook": {"header": "X-Signature", "form": "hex", "prefix": "", "timestamp": "", "signing": ""},
}


@pytest.fixture
def browser(client, business, transactional_db):
    owner = User.objects.create_user("owner@example.com", "three random words", role="owner")
    client.force_login(owner, backend="django.contrib.auth.backends.ModelBackend")
    accounts.forget()
    return client


@pytest.fixture
def made(browser):
    def connect(kind):
        page = browser.post(reverse("web:connect", args=[kind]), {"name": "Shop", **VALUES[kind]})
        assert page.status_code == 302, page.content.decode()
        return Connection.objects.get()

    return connect


@pytest.mark.parametrize("kind", NAMES)
def test_each_kind_is_connected_by_its_form_and_its_page_tells_the_address_and_the_next_step(browser, made, kind):
    assert browser.get(reverse("web:connect", args=[kind])).status_code == 200
    row = made(kind)
    page = browser.get(reverse("web:connection", args=[row.source_id])).content.decode()
    assert row.address in page and "/webhooks/" in row.address
    assert ("not yet proven against the live service" in page) == (kind != "webhook")
    assert browser.get(reverse("web:source", args=[row.source_id])).status_code == 302
    assert "webhooks" in browser.get(reverse("web:sources")).content.decode()


def test_secrets_of_others_are_never_shown_and_those_we_make_are(browser, made):
    row = made("shopify")
    assert "app-secret" not in browser.get(reverse("web:connection", args=[row.source_id])).content.decode()
    Source.objects.all().delete()
    Connection.objects.all().delete()
    row = made("webhook")
    secret = accounts.secrets_of(row)["signing"]
    assert secret in browser.get(reverse("web:connection", args=[row.source_id])).content.decode()


def test_a_form_that_cannot_be_right_says_why(browser):
    form = {"name": "Shop", "shop": "http://x.example.com/", "signing": "s"}
    page = browser.post(reverse("web:connect", args=["shopify"]), form)
    assert "myshopify.com" in page.content.decode() and not Connection.objects.exists()


def test_a_reader_sees_how_it_goes_and_neither_address_nor_buttons(browser, made, client):
    row = made("webhook")
    analyst = User.objects.create_user("a@example.com", "three random words", role="analyst")
    client.force_login(analyst, backend="django.contrib.auth.backends.ModelBackend")
    page = client.get(reverse("web:connection", args=[row.source_id]))
    assert page.status_code == 200 and row.token.encode() not in page.content
    assert client.post(reverse("web:connection_act", args=[row.source_id]), {"act": "pause"}).status_code == 403


def test_pause_resume_and_a_new_secret_by_their_buttons(browser, made):
    row = made("webhook")
    act = reverse("web:connection_act", args=[row.source_id])
    before = accounts.secrets_of(row)["signing"]
    browser.post(act, {"act": "pause"})
    row.refresh_from_db()
    assert row.paused_us
    browser.post(act, {"act": "resume"})
    browser.post(act, {"act": "rotate"})
    row.refresh_from_db()
    assert row.paused_us is None and accounts.secrets_of(row)["signing"] != before and row.before


def test_without_keys_of_the_api_history_says_what_is_missing(browser, made):
    row = made("shopify")
    page = browser.post(reverse("web:connection_act", args=[row.source_id]), {"act": "history"}, follow=True)
    assert "Enter the keys of the API first" in page.content.decode()


def test_a_secret_left_empty_stays_and_a_new_one_keeps_the_old_for_an_hour(browser, made):
    row = made("shopify")
    page = reverse("web:connection", args=[row.source_id])
    browser.post(page, {"shop": "northgate", "signing": "", "api": "shpat", "address": row.address})
    row.refresh_from_db()
    assert accounts.secrets_of(row) == {"signing": "app-secret", "api": "shpat"}
    browser.post(page, {"shop": "northgate", "signing": "newer", "api": "", "address": row.address})
    row.refresh_from_db()
    assert accounts.secrets_of(row) == {"signing": "newer", "api": "shpat"} and row.before_until_us > now_us()


SALE = {"id": 1, "created_at": "2026-09-21T10:00:00Z", "total": 12.5, "currency": "GBP", "email": "anna@example.com"}


def test_a_delivery_is_mapped_tried_and_taken_in_from_the_page(browser, made):
    from regulars.events import ingest

    row = made("webhook")
    inbox.append(
        source_id=row.source_id, path="/webhooks/webhook", body=pack(Delivery(json.dumps(SALE).encode())), at=now_us()
    )
    while ingest.step(now_us()):
        pass
    assert DeadLetter.objects.get().code == "unmapped"
    address = reverse("web:mapping", args=[row.source_id])
    page = browser.get(address).content.decode()
    assert "Order Completed" in page and "anna@example.com" in page
    form = {
        "sample": json.dumps(SALE),
        "amounts": "major",
        "timezone": "UTC",
        "order.id": "id",
        "order.at": "created_at",
        "order.total": "total",
        "order.currency": "currency",
        "order.email": "email",
    }
    shown = browser.post(address, form | {"act": "show", "order.total": "nothing.there"}).content.decode()
    assert "Order Completed" in shown and not FieldMap.objects.exists()
    assert browser.post(address, form | {"act": "save"}).status_code == 302
    assert FieldMap.objects.get().version == 1
    assert Event.objects.filter(name="Order Completed").exists()
    assert DeadLetter.objects.filter(replayed_us=None).count() == 0


def test_a_sample_that_is_no_json_and_a_mapping_without_a_total_say_so(browser, made):
    row = made("webhook")
    address = reverse("web:mapping", args=[row.source_id])
    assert "no JSON" in browser.post(address, {"sample": "{", "act": "show"}).content.decode()
    page = browser.post(
        address, {"sample": "{}", "act": "save", "order.id": "id", "order.at": "at", "amounts": "major"}
    )
    assert "the total" in page.content.decode() and not FieldMap.objects.exists()


def test_privacy_requests_wait_on_their_page_until_they_are_answered(browser, made):
    row = made("shopify")
    asked = Asked("export", "77", "5", "anna@example.com", "")
    privacy.keep(source_id=row.source_id, asked=asked, at=now_us())
    page = browser.get(reverse("web:privacy_requests")).content.decode()
    assert "anna@example.com" in page and "nothing is known" in page
    browser.post(reverse("web:privacy_settle", args=[PrivacyRequest.objects.get().id]))
    page = browser.get(reverse("web:privacy_requests")).content.decode()
    assert "anna@example.com" not in page and PrivacyRequest.objects.get().done_us


def test_today_tells_of_a_privacy_request_and_of_a_shop_that_cannot_be_asked(browser, made):
    row = made("shopify")
    assert "cannot be asked" not in browser.get(reverse("web:today")).content.decode()
    privacy.keep(source_id=row.source_id, asked=Asked("erase", "77", "5", "a@example.com", ""), at=now_us())
    Connection.objects.update(failed_us=now_us() - 2 * HOUR, failure="The API refused the key (401).")
    page = browser.get(reverse("web:today")).content.decode()
    assert "1 privacy request waits" in page and "Shop cannot be asked" in page
