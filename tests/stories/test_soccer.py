"""Anna buys a soccer ball at the till and becomes a regular: invited, thanked, heard. The shop sees what it brought.

Through the real doors: the till in a browser, signed webhooks of the web shop, a mail server and an SMS gateway on
loopback, the links of her mails, the pages of the staff. Only the loops are stepped by hand.
"""

from __future__ import annotations

import re

import pytest
from django.test import Client
from django.urls import reverse
from playwright.sync_api import expect

from regulars.channels.delivery.holder import MINE
from regulars.core import log
from regulars.core.clock import DAY, SECOND, now_us
from regulars.core.loops import LOOPS
from regulars.events.models import Event
from regulars.events.tests.conftest import _forget as forget_inbox
from regulars.feedback.models import Response
from regulars.inbox.actions import close
from regulars.inbox.models import Case
from regulars.loyalty.actions import tell_story
from regulars.loyalty.models import Crossing, PartnerEntry, Redemption, Referral, Statement
from regulars.loyalty.queries import member
from regulars.loyalty.referrals.linking import codes_of, url_of
from regulars.people.models import Consent, Identifier
from regulars.people.queries import person_id_of
from regulars.team.models import User
from regulars.till import actions as till
from tests.sources import senders
from tests.stories import outside, soccer_shop

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.story, pytest.mark.browser, pytest.mark.slow]
ANNA, BEN, PHONE = "anna@example.com", "ben@example.com", "07700 900123"


@pytest.fixture(autouse=True)
def _house(settings, tmp_path, monkeypatch, live_server):
    """A home of its own, and links that lead to the server of this test."""
    settings.REGULARS_HOME, settings.PUBLIC_URL = tmp_path, live_server.url
    monkeypatch.setenv("REGULARS_PRIVATE_OUTSIDE", "1")
    MINE.leave()
    forget_inbox()
    yield
    forget_inbox()


@pytest.fixture
def owner(business):
    return User.objects.create_user("olive@example.com", "three random words", name="Olive", role="owner")


@pytest.fixture
def staff(client, owner):
    """The pages of the house, as Olive sees them."""
    client.force_login(owner, backend="django.contrib.auth.backends.ModelBackend")
    return client


@pytest.fixture
def letters():
    with outside.mail() as found:
        yield found


@pytest.fixture
def texts():
    with outside.phone() as found:
        yield found


@pytest.fixture
def page(chromium, live_server):
    context = chromium.new_context(base_url=live_server.url, viewport={"width": 1024, "height": 768})
    yield context.new_page()
    context.close()


@pytest.fixture
def page_of_ben(chromium, live_server):
    """Another browser, which nobody has used yet."""
    context = chromium.new_context(viewport={"width": 390, "height": 844})
    yield context.new_page()
    context.close()


@pytest.fixture
def counter(page, owner):
    """The tablet at the counter, let in by its number."""
    till.change_counter(wording="Yes, news of Northgate.", categories=["soccer", "tickets"], ask_sms=True,
                        survey_id=None, by=owner.by, at=now_us())  # fmt: skip
    number = till.make_pairing(name="Counter 1", store="High Street", by=owner.by, at=now_us())
    page.goto("/till/")
    page.get_by_label("Number").fill(number)
    page.get_by_role("button", name="Let it in").click()
    expect(page.locator("#line")).to_have_text("connected")
    return page


def settle() -> None:
    """Every loop until none has work, and nothing waits for a request of the browser that is still being answered."""
    at = now_us() + SECOND
    while any([loop.step(at) for loop in LOOPS.values()]) or _is_anything_hidden():
        pass


def _is_anything_hidden() -> bool:
    """On PostgreSQL the logs are read up to the oldest transaction that is open."""
    limit = log.horizon()
    return limit is not None and limit <= log._newest_tx()


def found(counter, email: str = ANNA) -> None:
    counter.get_by_placeholder("E-mail, phone or card").fill(email)
    counter.get_by_role("button", name="Find").click()


def _ben_comes(page, link: str, mail) -> None:
    """By the link, with his address, and a yes to the mail that asks."""
    page.goto(link)
    page.get_by_label("E-mail address").fill(BEN)
    page.get_by_role("button", name="Sign me up").click()
    page.get_by_text("look into your mailbox").wait_for()
    settle()
    page.goto(next(one for one in mail if one.to == BEN).link("Yes, I want this"))
    page.get_by_role("button", name="Yes, I want this").click()
    page.get_by_text("You are in").wait_for()
    settle()


def rings_up(counter, category: str, amount: str, to_pay: str, *, code: str = "", points: int = 0) -> None:
    counter.get_by_role("radio", name=category).check()
    counter.get_by_label("Amount").fill(amount)
    counter.get_by_role("button", name="Add", exact=True).click()
    if code:
        counter.get_by_label("Voucher or gift card").fill(code)
        counter.get_by_role("button", name="Use").click()
        expect(counter.locator("#codes")).to_contain_text("Match ticket")
    if points:
        counter.get_by_label("Pay with points").fill(str(points))
    with counter.expect_response("**/till/sync"):
        counter.get_by_role("button", name="Ring up").click()
    expect(counter.locator("#done-said")).to_contain_text(to_pay)
    counter.get_by_role("button", name="Next customer").click()


def anna() -> int:
    node = Identifier.objects.filter(type="email", value=ANNA).values_list("node_id", flat=True).first()
    return person_id_of([node])[node]


def now_of(person: int):
    return member(person, at=now_us())


def test_the_soccer_story(staff, owner, counter, page_of_ben, letters, texts, connected, post, live_server):
    (port, mail), (address, sms) = letters, texts
    by, began = owner.by, now_us() // SECOND * SECOND
    shop = soccer_shop.open_shop(by=by, at=began - DAY, smtp=port, sms=address)
    web_shop = connected("shopify")
    settle()

    # She buys a ball, and says yes to mails and texts, in the wording of the shop.
    found(counter)
    expect(counter.locator("#who-said")).to_contain_text("Nobody is known")
    counter.get_by_role("button", name="Add them").click()
    counter.get_by_label("Phone", exact=True).fill(PHONE)
    counter.get_by_label("Name").fill("Anna")
    counter.get_by_label("Yes, by e-mail").check()
    counter.get_by_label("Yes, by SMS").check()
    with counter.expect_response("**/till/sync"):
        counter.get_by_role("button", name="Note it").click()
    expect(counter.locator("#known-name")).to_have_text("Anna")
    rings_up(counter, "soccer", "24,90", "£24.90")
    said = Consent.objects.filter(purpose="marketing").values_list("channel", "state", "wording")
    assert set(said) == {(way, "granted", "Yes, news of Northgate.") for way in ("email", "sms")}

    # A journey invites her to the soccer pages, by mail and by SMS; the ball gave her points.
    settle()
    assert [(one.to, one.subject) for one in mail] == [(ANNA, "Your place on the pitch")]
    assert [one["to"] for one in sms] == ["+447700900123"]
    for link in (mail[0].link("Soccer pages"), sms[0]["text"].split()[-1]):
        answer = Client().get(link.removeprefix(live_server.url))
        assert (answer.status_code, answer["Location"]) == (302, soccer_shop.SOCCER_PAGES)
    person = anna()
    assert now_of(person).have.active == 24 and now_of(person).tier == ""

    # She orders boots in the web shop; soccer lines alone take her over the threshold: a VIP, with a ticket.
    order = senders.shopify_order(began, email=ANNA)
    assert post(web_shop, *senders.shopify(order, "orders/create")) == 200
    settle()
    assert anna() == person and now_of(person).tier == "vip"
    earned = now_of(person).have.active
    assert earned > 24 + 100
    assert mail[-1].subject == "You are a VIP" and len(mail) == 2
    code = re.search(r"[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{3}", mail[-1].text)[0]

    # At the till she is found by her address; the ticket costs her half, and a hundred points pay a pound of that.
    survey = soccer_shop.ask_how_it_was(by=by, at=now_us())
    found(counter)
    expect(counter.locator("#known-tier")).to_have_text("VIP")
    rings_up(counter, "tickets", "24", "£11.00", code=code, points=100)
    assert Redemption.objects.get().amount == 1_200
    settle()
    assert now_of(person).have.active == earned - 100 + 2 * 11  # a VIP earns double

    # She is asked how it was, clicks a 3 in the mail, and says why. Olive has to call her.
    assert len(mail) == 3
    counter.goto(mail[-1].link("3"))
    counter.get_by_role("button", name="Send my answer").click()
    counter.locator("textarea").fill("Nobody could tell me my size.")
    counter.get_by_role("button", name="Send", exact=True).click()
    expect(counter.get_by_role("heading", name="Thank you!")).to_be_visible()
    response = Response.objects.get(survey_id=survey)
    assert (response.score, response.part) == (3, "detractor") and person_id_of([response.node_id]) == {
        response.node_id: person
    }
    case = Case.objects.get()
    assert case.owner == owner.by and case.due_us > now_us() and case.closed_us is None
    close(case_id=case.id, outcome="recovered", by=by, at=now_us())
    case.refresh_from_db()
    assert case.closed_us and case.outcome == "recovered"

    # City FC is sent a statement of its half.
    staff.post(reverse("web:partner_settle", args=[shop.club.id]))
    statement = Statement.objects.get(partner_id=shop.club.id)
    assert (statement.uses, statement.amount, statement.closing) == (1, 1_200, 1_200)
    assert "£12.00" in staff.get(reverse("web:statement", args=[statement.id])).content.decode()

    # What it all brought is on one page.
    tell_story(at=now_us())
    overview = staff.get(reverse("web:loyalty")).content.decode()
    assert "1 member" in overview and "by 1 member" in overview and f">{earned + 22}<" in overview.replace(" ", "")

    # She gives her link to Ben. He says yes by mail and buys; his order is safe, and she is thanked.
    _ben_comes(page_of_ben, url_of(codes_of([person], at=now_us())[person]), mail)
    counter.goto("/till/")
    found(counter, BEN)
    expect(counter.locator("#known")).to_be_visible()
    rings_up(counter, "soccer", "19,90", "£19.90")
    before = now_of(person).have.active
    settle()
    assert Referral.objects.get().state == "rewarded" and now_of(person).have.active == before + 500

    # A boot goes back: its points go, and the threshold is not crossed any more.
    later = began + 60 * SECOND
    back = senders.shopify_order(began, email=ANNA, version=later, refunds=[senders.shopify_refund(later)])
    back["line_items"][0]["current_quantity"] = 1
    assert post(web_shop, *senders.shopify(back, "orders/updated")) == 200
    before = now_of(person).have.active
    settle()
    assert Crossing.objects.get(person_id=person).undone_us is not None
    assert now_of(person).tier == "" and now_of(person).have.active < before - 50
    assert Event.objects.filter(name="Threshold Undone").exists()
    assert PartnerEntry.objects.count() == 1  # the ticket was used: the club owes its half all the same
