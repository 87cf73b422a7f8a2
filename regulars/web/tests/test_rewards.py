"""Rewards through the doors: made, given, looked up, used, settled; people invited, who answer by themselves."""

import json

import pytest
from django.urls import reverse

from regulars.channels.links import INVITATION, personal_url
from regulars.core.clock import DAY, now_us
from regulars.core.models import Business
from regulars.core.plugs import Ask, registry
from regulars.loyalty.models import Evening, Invitation, Partner, Redemption, Reward, Voucher
from regulars.loyalty.rewards.evenings import invite_people
from regulars.loyalty.rewards.keeping import save_evening, save_reward, stacking_rules
from regulars.loyalty.rewards.stacking import Rules
from regulars.segments.actions import add_people, create_list
from regulars.team.actions import make_key
from regulars.team.models import User
from regulars.ui.formats import moment
from regulars.web.tests.test_lists import browser, cast  # noqa: F401

pytestmark = pytest.mark.django_db
FORM = {"name": "Ten pounds off", "kind": "money", "worth": "10", "valid_days": 30, "uses": 1}


def made(browser, **more) -> Reward:  # noqa: F811
    answer = browser.post(reverse("web:reward_new"), FORM | more)
    assert answer.status_code == 302, answer.context["form"].errors
    return Reward.objects.get(name=(FORM | more)["name"])


def test_a_reward_is_made_given_looked_up_used_and_taken_back(browser, cast):  # noqa: F811
    found = made(browser, points="200", least="25.50", categories="soccer, running")
    assert (found.worth, found.least, found.categories) == (1_000, 2_550, ["soccer", "running"])
    page = browser.post(reverse("web:reward_give", args=[found.id]), {"person": "alice@shop.test"})
    code, voucher = page.context["code"], Voucher.objects.get()
    assert voucher.node_id == cast["a"] and code in page.content.decode()
    assert code not in browser.get(reverse("web:reward", args=[found.id])).content.decode()
    assert browser.post(reverse("web:codes"), {"code": code.lower()}).url == reverse("web:voucher", args=[voucher.id])
    page = browser.get(reverse("web:voucher", args=[voucher.id]))
    use = {"amount": "10", "order": "R-1", "key": page.context["form"].initial["key"]}
    for _ in range(2):  # a double click is one use
        assert browser.post(reverse("web:voucher_use", args=[voucher.id]), use).status_code == 302
    assert Redemption.objects.get().amount == 1_000
    browser.post(reverse("web:voucher_undo", args=[Redemption.objects.get().id]))
    found.refresh_from_db()
    assert (found.issued, found.used, found.given) == (1, 0, 0)


def test_what_makes_no_sense_comes_back_with_a_sentence(browser):  # noqa: F811
    page = browser.post(reverse("web:reward_new"), FORM | {"kind": "percent", "worth": "120"})
    assert "between 0 and 100" in page.content.decode() and not Reward.objects.exists()
    found = made(browser)
    page = browser.post(reverse("web:reward_give", args=[found.id]), {"person": "nobody@shop.test"})
    assert "Nobody is known" in page.content.decode() and not Voucher.objects.exists()
    assert "is not a code" in browser.post(reverse("web:codes"), {"code": "12"}).content.decode()


def test_a_partner_sees_in_a_statement_what_it_owes(browser):  # noqa: F811
    browser.post(reverse("web:partners"), {"name": "City FC", "terms": "postpaid"})
    club = Partner.objects.get()
    offer = {"name": "Match ticket", "kind": "partner", "partner": club.id, "full_price": "30", "partner_pays": "15"}
    ticket = made(browser, **offer, we_pay="5")
    browser.post(reverse("web:reward_give", args=[ticket.id]), {"person": ""})
    voucher = Voucher.objects.get()
    browser.post(reverse("web:voucher_use", args=[voucher.id]), {"amount": "20", "order": "", "key": "k"})
    assert "£15.00" in browser.get(reverse("web:partner", args=[club.id])).content.decode()
    browser.post(reverse("web:partner_settle", args=[club.id]))
    page = browser.get(_statement(club))
    assert "£15.00" in page.content.decode()
    assert b"used,Match ticket,1500,GBP" in b"".join(browser.get(_statement(club) + "?format=csv").streaming_content)


def _statement(club: Partner) -> str:
    from regulars.loyalty.models import Statement

    return reverse("web:statement", args=[Statement.objects.get(partner_id=club.id).id])


def test_people_on_a_list_are_invited_and_answer_by_their_own_link(browser, cast, client):  # noqa: F811
    guests = create_list(name="Regulars", by="user:1", at=now_us())
    add_people(segment_id=guests.id, person_ids=cast.values(), by="user:1", at=now_us())
    terms = {"title": "Boots and beer", "starts_us": now_us() + 9 * DAY, "answer_by_us": now_us() + 5 * DAY}
    evening = save_evening(terms=terms | {"places": 1, "segment_id": guests.id}, by="user:1", at=now_us())
    invite_people(evening_id=evening.id, node_ids=cast.values(), at=now_us())
    for card in registry.supplies["invitation"].now(list(cast.values()), now_us()).values():
        assert moment(terms["starts_us"], Business.load().timezone) in card["text"]
    links = {one.node_id: personal_url(INVITATION, one.id) for one in Invitation.objects.all()}
    path = "/i/" + links[cast["a"]].rsplit("/", 1)[1]
    assert client.get(path).status_code == 200 and Invitation.objects.filter(answer="").count() == 2
    assert "You are coming" in client.post(path, {"answer": "yes"}, follow=True).content.decode()
    other = "/i/" + links[cast["b"]].rsplit("/", 1)[1]
    assert "waiting list" in client.post(other, {"answer": "yes"}, follow=True).content.decode()
    assert client.post(path[:-2] + "AA", {"answer": "no"}).status_code == 404
    assert client.post(path, {"answer": "yes", "guests": "3"}).status_code == 409
    page = browser.get(reverse("web:evening", args=[evening.id])).content.decode()
    assert "Alice" in page and Evening.objects.get().taken == 1
    brought = registry.supplies["invitation"].now(list(cast.values()), now_us())
    assert brought == {}  # both have answered


def test_a_message_hands_out_a_code_of_its_own_until_they_are_gone(business, at):
    save_reward(terms={"name": "Welcome", "kind": "percent", "worth": 1_000, "most": 3, "most_each": 1,
                       "in_texts": "voucher_welcome"}, by="user:1", at=at)  # fmt: skip
    asks = [Ask(f"m{n}", n % 4 + 1, 1) for n in range(6)]  # six messages to four people
    given = registry.supplies["voucher_welcome"].hand_out(asks, at)
    assert sorted(given) == ["m0", "m1", "m2"] and len({one["code"] for one in given.values()}) == 3
    assert given["m0"]["worth"] == "10 %" and Reward.objects.get().issued == 3 == Voucher.objects.count()
    assert registry.supplies["voucher_welcome"].hand_out(asks, at) == {}
    assert registry.supplies["voucher"].hand_out(asks, at) == {}


def test_a_checkout_asks_for_the_price_uses_codes_and_gives_them_back(browser, client):  # noqa: F811
    found = made(browser, categories="soccer")
    code = browser.post(reverse("web:reward_give", args=[found.id]), {"person": ""}).context["code"]
    key = make_key(name="till", role="owner", by="system", at=now_us())
    token = key[1]

    def post(path, body, **headers):
        headers = {"HTTP_AUTHORIZATION": f"Bearer {token}", **headers}
        answer = client.post(f"/api/v1/vouchers{path}", json.dumps(body), content_type="application/json", **headers)
        return answer.status_code, answer.json()

    basket = {"lines": [{"amount": 3_000, "category": "soccer"}, {"amount": 500}], "codes": [code, "nonsense"]}
    status, price = post("/quote", basket)
    assert (status, price["to_pay"], price["taken"], price["lines"]) == (200, 2_500, {code: 1_000}, [2_000, 500])
    assert "not a code" in price["refused"]["nonsense"]
    once = {"HTTP_IDEMPOTENCY_KEY": "order-1"}
    uses = [post("/use", {"code": code, "amount": 1_000, "order": "A1"}, **once) for _ in range(2)]
    assert uses[0] == uses[1] and uses[0][0] == 200
    assert post("/use", {"code": code, "amount": 1_000, "order": "A2"}, **once)[0] == 409
    assert post("/use", {"code": code, "amount": 1_000}, HTTP_IDEMPOTENCY_KEY="order-2")[0] == 409
    assert post(f"/uses/{uses[0][1]['id']}/undo", {}, HTTP_IDEMPOTENCY_KEY="u")[0] == 200
    assert post("/use", {"code": code, "amount": 1_000}, HTTP_IDEMPOTENCY_KEY="order-2")[0] == 200


def test_many_codes_are_printed_once_and_never_more_than_there_are(browser):  # noqa: F811
    found = made(browser, most=30)
    said = {"count": "25", "key": "a"}
    answer = browser.post(reverse("web:reward_print", args=[found.id]), said)
    codes = b"".join(answer.streaming_content).decode().split()[1:]
    assert len(set(codes)) == 25 == Voucher.objects.count()
    assert browser.post(reverse("web:codes"), {"code": codes[7]}).status_code == 302
    for again in (said, {"count": "6", "key": "b"}, {"count": "-1", "key": "c"}):
        assert browser.post(reverse("web:reward_print", args=[found.id]), again).status_code == 302
    assert Voucher.objects.count() == 25 == Reward.objects.get().issued


def test_how_codes_go_together_is_set_on_a_page(browser):  # noqa: F811
    browser.post(reverse("web:codes_together"), {"most_codes": "1", "most_percent": "50"})
    assert stacking_rules() == Rules(1, 50)
    browser.post(reverse("web:codes_together"), {"most_codes": "0", "most_percent": "50"})
    assert stacking_rules() == Rules(1, 50)


def test_a_reward_for_a_tier_is_for_the_tier_that_was_ticked(browser):  # noqa: F811
    browser.post(reverse("web:loyalty_begin"), {"from": "now"})
    found = made(browser, tiers=["gold"])
    assert found.tiers == ["gold"]
    page = browser.get(reverse("web:reward_edit", args=[found.id])).content.decode()
    assert 'value="gold"' in page and page.count(" checked") == 1
    wrong = browser.post(reverse("web:reward_new"), FORM | {"name": "Other", "tiers": ["Gould"]})
    assert "tiers" in wrong.context["form"].errors


def test_a_reward_cannot_end_before_it_begins(browser):  # noqa: F811
    days = {"starts": "2027-01-02", "ends": "2027-01-01"}
    assert "ends before it begins" in browser.post(reverse("web:reward_new"), FORM | days).content.decode()
    assert made(browser, starts="2027-01-01", ends="2027-01-01").ends_us


@pytest.mark.parametrize(("role", "status"), [("reader", 403), ("analyst", 200)])
def test_the_list_of_guests_is_a_file_for_those_who_may_take_files_along(business, client, role, status):
    client.force_login(User.objects.create_user("rita@shop.test", "long-enough-secret", role=role))
    terms = {"title": "Boots", "starts_us": now_us() + 9 * DAY, "answer_by_us": now_us() + 5 * DAY, "places": 1}
    page = reverse("web:evening", args=[save_evening(terms=terms, by="user:1", at=now_us()).id])
    assert client.get(page).status_code == 200
    assert client.get(page + "?format=csv").status_code == status
