"""The loyalty page: only for who came by the link, in their language; taking is a POST, once."""

import re
import secrets

import pytest

from regulars.channels import links
from regulars.channels.actions import Planned, ensure_campaign, plan
from regulars.channels.models import Message
from regulars.core.clock import DAY, now_us
from regulars.loyalty.ledger import balance, post_earn
from regulars.loyalty.models import Member, Referral, ReferralCode, Voucher
from regulars.loyalty.queries import by_code
from regulars.loyalty.rewards.keeping import save_reward
from regulars.loyalty.tests.programme.shop import PER_POUND, TIERS, begin, buys, settle
from regulars.loyalty.tests.referrals.friends import code_of, known, offer
from regulars.people.models import Consent

pytestmark = pytest.mark.django_db


@pytest.fixture
def club(business):
    return begin(PER_POUND, at=now_us(), tiers=TIERS)


@pytest.fixture
def anna(club) -> int:
    """Anna has 300 points, of which 100 end in ten days."""
    node, at = known("anna", ("email", "anna@example.org"), at=now_us() - DAY), now_us()
    for key, amount, days in (("a", 200, 90), ("b", 100, 10)):
        post_earn(
            programme_id=club.id, node_id=node, source="test", key=key, amount=amount, occurred_us=at, at=at,
            activates_us=at, expires_us=at + days * DAY, cause="purchase",
        )  # fmt: skip
    return node


def come_in(client, node: int) -> None:
    session = client.session
    session["portal"] = {"node": node, "until": now_us() + DAY}
    session.save()


def reward(points=250, **terms):
    terms = {"name": "Coffee", "kind": "thing", "points": points} | terms
    return save_reward(terms=terms, by="user:1", at=now_us())


def key_on(page: str) -> str:
    return re.search(r'name="key" value="(\w+)"', page)[1]


def test_nobody_sees_the_page_without_a_link_of_their_own(client, anna):
    assert client.get("/my/loyalty").status_code == 401
    client.post("/my/loyalty", {"email": "Anna@Example.org"})
    url = Message.objects.get().context["sign_in_url"]
    assert url.endswith("?to=loyalty")
    path = url[url.index("/in/") :]
    assert b"300" not in client.get(path).content
    assert client.post(path)["Location"] == "/my/loyalty"
    assert b"<b>300</b>" in client.get("/my/loyalty").content


def test_an_unknown_address_gets_the_same_answer_and_no_mail(client, anna):
    answers = [
        client.post("/my/loyalty", {"email": email}).content for email in ("anna@example.org", "x@example.org")
    ]
    assert re.sub(rb'value="[^"]*"|X-CSRFToken[^}]*', b"", answers[0]) == re.sub(
        rb'value="[^"]*"|X-CSRFToken[^}]*', b"", answers[1]
    )
    assert Message.objects.count() == 1


def test_the_page_says_what_there_is_when_it_ends_and_why(client, club, anna):
    come_in(client, anna)
    page = client.get("/my/loyalty").content.decode()
    assert "<b>300</b>" in page and "100 until" in page and "200 of 200" in page and "100 of 100" in page
    assert "<svg" in page and 'style="' not in page
    code = Member.objects.get(node_id=anna).code
    assert f"{code[:5]} {code[5:]}" in page and by_code(code) == anna


def test_the_page_says_how_far_it_is_to_the_next_tier(client, club, anna):
    buys(anna, "A1", ("boots", 60, 1), at=now_us() - 40 * DAY)
    settle(now_us())
    come_in(client, anna)
    page = client.get("/my/loyalty").content.decode()
    assert "to Silver" in page and "<progress" in page and "Earned: a purchase" in page


def test_a_reward_is_taken_once_however_often_the_button_is_pressed(client, club, anna):
    coffee = reward()
    come_in(client, anna)
    said = {"reward": coffee.id, "key": key_on(client.get("/my/loyalty").content.decode())}
    assert client.get("/my/loyalty/take", said).status_code == 405
    for _again in range(3):
        assert client.post("/my/loyalty/take", said).status_code == 302
    assert Voucher.objects.count() == 1
    assert balance(programme_id=club.id, person_id=anna, at=now_us()).active == 50
    assert re.search(r"<code>[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{3}</code>", client.get("/my/loyalty").content.decode())


def test_what_is_too_dear_takes_nothing_and_says_so(client, club, anna):
    dear = reward(points=400)
    come_in(client, anna)
    assert "100 points to go" in client.get("/my/loyalty").content.decode()
    answer = client.post("/my/loyalty/take", {"reward": dear.id, "key": secrets.token_hex(8)})
    assert answer.status_code == 409 and "Nothing was taken" in answer.content.decode()
    assert Voucher.objects.count() == 0
    assert client.post("/my/loyalty/take", {"reward": "9" * 40, "key": "x"}).status_code == 302


def test_nobody_takes_in_the_name_of_another(client, club, anna):
    ben = known("ben", at=now_us() - DAY)
    come_in(client, ben)
    coffee = reward()
    assert client.post("/my/loyalty/take", {"reward": coffee.id, "key": "x" * 8, "node": anna}).status_code == 409
    assert balance(programme_id=club.id, person_id=anna, at=now_us()).active == 300


def test_where_one_joins_the_wording_is_agreed_to_and_kept(client, business):
    begin(PER_POUND, at=now_us(), membership="joined", wording="Keep my purchases for points.")
    ben = known("ben", at=now_us() - DAY)
    come_in(client, ben)
    assert "Keep my purchases for points." in client.get("/my/loyalty").content.decode()
    client.post("/my/loyalty/join", {})
    assert Member.objects.count() == 0
    client.post("/my/loyalty/join", {"agree": "1"})
    assert Member.objects.get().node_id == ben
    assert Consent.objects.get(purpose="loyalty").wording == "Keep my purchases for points."


def test_it_speaks_the_visitors_language(client, club, anna):
    come_in(client, anna)
    for language, words in (
        ("de", "Warum ist mein Stand so?"),
        ("fr", "Pourquoi ai-je ce solde"),
        ("es", "tengo este"),
    ):
        assert words in client.get("/my/loyalty", HTTP_ACCEPT_LANGUAGE=language).content.decode()


def test_a_friend_follows_the_link_says_yes_by_mail_and_is_brought(client, club, anna):
    offer(now_us())
    come_in(client, anna)
    link = re.search(r"/r/\w+", client.get("/my/loyalty").content.decode())[0]
    client.cookies.clear()
    assert client.get(link, HTTP_USER_AGENT="Mozilla/5.0 Firefox/140.0").status_code == 200
    assert ReferralCode.objects.get().clicks == 1 and Referral.objects.count() == 0
    client.post(link, {"email": "ben@example.org"})
    assert Referral.objects.count() == 0
    url = Message.objects.get().context["confirm_url"]
    client.post(url[url.index("/confirm/") :])
    made = Referral.objects.get()
    assert (made.node_id, made.how, bool(made.clicked_us), bool(made.device)) == (anna, "link", True, True)


def test_a_made_up_link_of_a_friend_shows_nothing(client, club):
    offer(now_us())
    assert client.get("/r/7KQ2M4XW9BC").status_code == 404


def test_a_friend_takes_part_with_the_same_yes_where_one_joins(client, business):
    begin(PER_POUND, at=now_us(), membership="joined", wording="Keep my purchases for points.")
    offer(now_us())
    anna = known("anna", at=now_us() - DAY)
    link = f"/r/{code_of(anna, now_us())}"
    assert "Keep my purchases for points." in client.get(link).content.decode()
    client.post(link, {"email": "ben@example.org", "take_part": "1"})
    assert Member.objects.count() == 0
    url = Message.objects.get().context["confirm_url"]
    client.post(url[url.index("/confirm/") :])
    assert Member.objects.get().node_id == Referral.objects.get().friend_node_id
    assert Consent.objects.get(purpose="loyalty").wording == "Keep my purchases for points."


def test_the_link_in_a_mail_leads_to_the_page(client, club, anna):
    campaign = ensure_campaign(origin="broadcast:1", name="Points", at=now_us())
    plan(campaign_id=campaign.id, items=[Planned(key="b:1", person_id=anna, due_us=now_us())], at=now_us())
    Message.objects.update(address="anna@example.org")
    url = links.loyalty_url(Message.objects.get().id)
    path = url[url.index("/p/") :]
    assert client.get(path).status_code == 200 and Message.objects.count() == 1
    client.post(path)
    assert Message.objects.latest("id").context["sign_in_url"].endswith("?to=loyalty")
