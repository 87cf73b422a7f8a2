"""Who may deliver: signatures on the raw bytes, in constant time, with old and new secrets; limits; requests."""

import hmac
import json

import pytest
from stripe import WebhookSignature

from regulars.core.clock import HOUR, MINUTE, SECOND, now_us
from regulars.events import inbox
from regulars.events.models import DeadLetter, Event, Source
from regulars.events.sources import accounts, connections, hmacs, privacy
from regulars.events.sources.connections import rotate_secret
from regulars.events.sources.models import Connection, PrivacyRequest
from tests.sources import senders

pytestmark = pytest.mark.anydb
ORDER = senders.shopify_order(1_790_000_000 * SECOND)


def test_one_changed_byte_is_turned_away_and_not_stored(connected, post):
    shop = connected("shopify")
    body, headers = senders.shopify(ORDER, "orders/create")
    assert post(shop, body.replace(b"139.75", b"039.75"), headers) == 401
    assert inbox.store().newest(shop.source_id, 9, 10**9) == []
    row = Connection.objects.get(id=shop.id)
    assert (row.refused, bool(row.refused_us)) == (1, True) and "signature" in row.refusal


def test_the_signature_counts_on_the_bytes_and_not_on_what_they_mean(connected, post):
    shop = connected("shopify")
    spaced = json.dumps(ORDER, indent=3).encode()
    assert post(shop, *senders.shopify(spaced, "orders/create")) == 200
    assert post(shop, senders.compact(ORDER), senders.shopify(spaced, "orders/create")[1]) == 401


def test_another_shop_of_the_same_app_is_turned_away(connected, post):
    shop = connected("shopify")
    assert post(shop, *senders.shopify(ORDER, "orders/create", shop="other.myshopify.com")) == 401


def test_after_a_rotation_both_secrets_are_good_for_an_hour(connected, post, monkeypatch):
    shop = connected("shopify")
    at = now_us()
    rotate_secret(source_id=shop.source_id, secret="new-secret", by="user:1", at=at)
    for secret in ("app-secret", "new-secret"):
        assert post(shop, *senders.shopify(ORDER, "orders/create", secret=secret)) == 200
    Connection.objects.filter(id=shop.id).update(before_until_us=at - HOUR)
    accounts.forget()
    assert post(shop, *senders.shopify(ORDER, "orders/create")) == 401
    assert post(shop, *senders.shopify(ORDER, "orders/create", secret="new-secret")) == 200


def test_stripes_own_signatures_are_good_for_five_minutes_and_any_of_several_may_match(connected, post):
    till = connected("stripe")
    body = senders.compact({"id": "evt", "type": "x", "created": 1})
    at = now_us()
    assert post(till, *senders.stripe(body, at)) == 200
    assert post(till, *senders.stripe(body, at - 290 * SECOND)) == 200
    assert post(till, *senders.stripe(body, at - 6 * MINUTE)) == 400
    assert post(till, *senders.stripe(body, at, secret="whsec_other")) == 400
    seconds = at // SECOND
    good = WebhookSignature._compute_signature(f"{seconds}.{body.decode()}", "whsec_1")
    assert post(till, body, {"Stripe-Signature": f"t={seconds},v1={'0' * 64},v1={good},v0=abc"}) == 200
    assert post(till, body, {"Stripe-Signature": f"t={seconds},v0={good}"}) == 400


def test_square_signs_the_address_too(connected, post):
    till = connected("square")
    event = senders.square_event("customer.created", {"customer": {"id": "C"}}, 1)
    assert post(till, *senders.square(event, address=till.address)) == 200
    assert post(till, *senders.square(event, address=till.address + "/")) == 403
    connections.change(source_id=till.source_id, values={"address": "https://proxy.example.com/x"}, by="user:1", at=1)
    assert post(till, *senders.square(event, address="https://proxy.example.com/x")) == 200


@pytest.mark.parametrize("form", ["hex", "base64"])
@pytest.mark.parametrize("timed", ["", "X-Time"])
def test_the_generic_webhook_takes_what_a_person_says_it_signs(connected, post, form, timed):
    till = connected("webhook", form=form, prefix="sha256=", timestamp=timed)
    body, seconds = b'{"a":1}', str(now_us() // SECOND)
    content = f"{seconds}.".encode() + body if timed else body
    signed = "sha256=" + hmacs.signature("till-secret", content, form=form)
    assert post(till, body, {"X-Signature": signed, "X-Time": seconds}) == 200
    assert post(till, body, {"X-Signature": signed + "0", "X-Time": seconds}) == 401
    if timed:
        assert post(till, body, {"X-Signature": signed, "X-Time": str(int(seconds) - 400)}) == 401


def test_a_secret_in_a_header_lets_in_and_is_not_kept(connected, post):
    till = connected("webhook", form="plain", header="X-Till-Secret")
    assert post(till, b"{}", {"X-Till-Secret": "till-secret"}) == 200
    assert post(till, b"{}", {"X-Till-Secret": "till-secreT"}) == 401
    assert b"till-secret" not in inbox.store().read([inbox.store().last_seq()])[0].body


def test_every_comparison_takes_the_same_time(monkeypatch):
    """By the library's own means: each secret is compared by compare_digest, also after one fitted."""
    compared = []
    real = hmac.compare_digest
    monkeypatch.setattr(hmacs.hmac, "compare_digest", lambda a, b: compared.append(1) or real(a, b))
    signed = hmacs.signature("one", b"x")
    assert hmacs.is_signed(["one", "two"], b"x", signed) and len(compared) == 2
    assert not hmacs.is_same(["a", "b"], "c") and len(compared) == 4


def test_secrets_are_encrypted_at_rest(connected):
    shop = connected("shopify")
    rotate_secret(source_id=shop.source_id, secret="another-secret", by="user:1", at=now_us())
    row = Connection.objects.get(id=shop.id)
    kept = f"{row.secrets} {row.before} {row.settings}"
    assert not any(secret in kept for secret in ("app-secret", "another-secret", "shpat_1"))
    assert accounts.secrets_of(row)["signing"] == "another-secret"


def test_an_unknown_address_a_revoked_source_and_other_methods(connected, post):
    from regulars.events.actions import revoke_source

    shop = connected("shopify")
    assert post(shop, b"{}", token="nobody") == 404
    assert post(shop, b"", method="GET") == 200 and post(shop, b"", method="DELETE") == 405
    revoke_source(source_id=shop.source_id, by="user:1", at=1)
    accounts.forget()
    assert post(shop, *senders.shopify(ORDER, "orders/create")) == 404


def test_a_body_that_is_too_large_and_a_flood_are_turned_away(connected, post):
    shop = connected("shopify")
    assert post(shop, b"x" * (inbox.LARGEST_BODY + 1)) == 413
    Source.objects.filter(id=shop.source_id).update(settings={"deliveries_per_second": 0.1})
    accounts.forget()
    answers = [post(shop, *senders.shopify(ORDER, "orders/create")) for _ in range(3)]
    assert answers[-1] == 429 and int(post.headers["Retry-After"]) > 0


def test_a_signed_body_that_is_no_json_is_kept_and_waits_with_the_reason(connected, post, settle):
    shop = connected("shopify")
    assert post(shop, *senders.shopify(b"\xff{not json", "orders/create")) == 200
    settle()
    assert DeadLetter.objects.get().code == "unreadable"


def test_a_paused_source_answers_keeps_and_takes_in_when_it_goes_on(connected, post, settle):
    shop = connected("shopify")
    connections.pause(source_id=shop.source_id, by="user:1", at=1)
    assert post(shop, *senders.shopify(ORDER, "orders/create")) == 200
    settle()
    assert not Event.objects.exists()
    assert connections.resume(source_id=shop.source_id, by="user:1", at=2) == 1
    assert Event.objects.filter(name="Order Completed").exists()


def test_what_customers_ask_for_through_shopify_waits_for_staff_with_a_term(connected, post, settle):
    shop = connected("shopify")
    post(shop, *senders.shopify(ORDER, "orders/create"))
    settle()
    customer = {"id": ORDER["customer"]["id"], "email": "anna@example.com"}
    asked = {"shop_id": 9, "shop_domain": "northgate.myshopify.com", "customer": customer, "data_request": {"id": 77}}
    for _ in range(2):
        assert post(shop, *senders.shopify(asked, "customers/data_request")) == 200
    assert post(shop, *senders.shopify({**asked, "orders_to_redact": []}, "customers/redact")) == 200
    assert post(shop, *senders.shopify({"shop_id": 9}, "shop/redact")) == 200
    assert post(shop, *senders.shopify(asked, "customers/redact", secret="wrong")) == 401
    waiting = privacy.open_requests()
    assert sorted(one.kind for one in waiting) == ["erase", "erase_shop", "export"]
    assert all(one.due_us > now_us() for one in waiting)
    person = next(one.person_id for one in waiting if one.kind == "erase")
    assert person

    from regulars.people.actions import erase_person

    erase_person(person_id=person, by="user:1", at=now_us())
    assert [one.kind for one in privacy.open_requests()] == ["erase_shop"]
    assert not PrivacyRequest.objects.filter(about__contains="anna").exists()


def test_erasing_a_person_takes_the_deliveries_about_them_out_of_the_inbox(connected, post, settle):
    from regulars.people.actions import erase_person
    from regulars.people.models import Identifier, Node

    shop = connected("shopify")
    post(shop, *senders.shopify(ORDER, "orders/create"))
    post(shop, *senders.shopify({**ORDER, "updated_at": senders.iso(1_790_000_060 * SECOND)}, "orders/updated"))
    settle()
    node = Identifier.objects.get(value="anna@example.com").node_id
    erase_person(person_id=Node.objects.get(id=node).person_id, by="user:1", at=now_us())
    stored = inbox.store().read(range(inbox.store().last_seq() + 1))
    assert not any(b"anna@example.com" in request.body for request in stored)
    post(shop, *senders.shopify(ORDER, "orders/updated"))
    settle()
    assert not Identifier.objects.filter(value="anna@example.com").exists()
