"""The pages of the programme: begun in one click, changed in a draft, explained to the last point."""

import pytest
from django.urls import reverse

from regulars.core.clock import DAY, now_us
from regulars.loyalty.actions import count_everybody, rehearse, tell_story
from regulars.loyalty.models import Finding, Lot, Programme, RuleBook, Threshold
from regulars.loyalty.queries import current, member
from regulars.loyalty.tests.programme.shop import PER_POUND, TIERS, begin, buys, settle, someone
from regulars.people.actions.profiling import refresh_profiles
from regulars.people.models import Node

pytestmark = pytest.mark.django_db
TABS = ("loyalty", "members", "earning", "earning_test", "tiers", "thresholds", "programme")


@pytest.fixture
def at() -> int:
    """Pages read the clock."""
    return now_us()


@pytest.fixture
def club(business, at) -> Programme:
    """Alice is silver."""
    club = begin({**PER_POUND, "name": "Every pound"}, tiers=TIERS, at=at, return_days=0)
    buys(someone("alice", at=at - 400 * DAY, name="Alice"), "A1", ("balls", 120.0, 1), ("boots", 8.0, 1), at=at - DAY)
    settle(at)
    show_names()
    return club


def show_names() -> None:
    """Names are shown as soon as the loop "profiles" wrote them."""
    refresh_profiles(person_ids=list(Node.objects.values_list("person_id", flat=True)))


@pytest.fixture
def owner(client, business, django_user_model):
    """Signed in."""
    from regulars.team.actions import add_member

    client.force_login(add_member(email="o@example.com", role="owner", by="system", at=1))
    return client


def get(client, name: str, *args, **query) -> str:
    found = client.get(reverse(f"web:{name}", args=args), query)
    assert found.status_code == 200, (name, found.status_code)
    return found.content.decode()


def test_without_a_programme_the_page_offers_one_that_fits_and_one_click_begins_it(owner, at):
    assert "Begin this programme" in get(owner, "loyalty")
    for tab in TABS[1:]:
        assert owner.get(reverse(f"web:{tab}")).url == reverse("web:loyalty")
    owner.post(reverse("web:loyalty_begin"), {"from": "now"})
    made = current()
    assert (made.worth_points, made.worth_minor) == (100, 100)
    assert len(RuleBook.objects.get().body["rules"]) == 4
    for tab in TABS:
        get(owner, tab)


def test_the_proposed_tiers_begin_where_the_best_customers_are(owner, at):
    for n in range(1, 41):
        buys(someone(f"c{n}", at=at - 300 * DAY), f"C{n}", ("balls", float(10 * n), 1), at=at - 100 * DAY)
    page = get(owner, "loyalty")
    assert "40 customers" in page
    owner.post(reverse("web:loyalty_begin"), {"from": "year"})
    levels = RuleBook.objects.get().body["tiers"]["levels"]
    assert [level["least"] for level in levels] == [20_000, 50_000]
    count_everybody(programme_id=current().id)
    settle(at)
    assert Lot.objects.count() == 40 * 2  # the purchase, and the first one


def test_the_story_stands_on_one_page(owner, club, at):
    tell_story(at=at)
    page = get(owner, "loyalty")
    for said in ("1 member", "Outstanding", "This is no proof", "It is too early to compare", "Silver"):
        assert said in page or said == "This is no proof"
    assert "earned and 0 spent this month" in page


def test_a_rule_is_drafted_tested_and_published_and_the_difference_stands_in_words(owner, club, at):
    kind = {"kind": "times"}
    get(owner, "earning_new", **kind)
    address = reverse("web:earning_new") + "?kind=times"
    asked = {"name": "Happy hour", "factor": "2", "categories": ["balls"], "weekdays": ["4"]}
    owner.post(address, asked | {"begin": "17:00", "end": "19:00"})
    page = get(owner, "earning")
    assert "2 times the points of balls on Friday from 17:00 to 19:00." in page
    assert RuleBook.objects.count() == 1
    owner.post(reverse("web:earning_test"))
    assert "being counted" in get(owner, "earning_test")
    rehearse(programme_id=club.id, at=at)
    assert "Nothing was posted" in get(owner, "earning_test")
    owner.post(reverse("web:earning_change"), {"do": "publish"})
    club.refresh_from_db()
    assert (club.version, club.draft) == (2, None)
    assert "happy-hour" in {rule["key"] for rule in RuleBook.objects.get(number=2).body["rules"]}


def test_a_rule_that_makes_no_sense_is_refused_with_a_sentence(owner, club):
    answer = owner.post(reverse("web:earning_new") + "?kind=amount", {"name": "Bad", "per": "1"})
    assert "say how many points it gives" in answer.content.decode()
    club.refresh_from_db()
    assert club.draft is None


def test_every_kind_of_rule_has_its_form(owner, club):
    from regulars.web.pages.loyalty.fields import KINDS

    for kind in KINDS:
        get(owner, "earning_new", kind=kind)
    assert owner.get(reverse("web:earning_new"), {"kind": "magic"}).status_code == 404


def test_removing_a_rule_and_dropping_the_draft(owner, club):
    owner.post(reverse("web:earning_change"), {"do": "remove", "key": "every"})
    assert "No rule gives points" in get(owner, "earning")
    owner.post(reverse("web:earning_change"), {"do": "drop"})
    assert "1 point for every £1" in get(owner, "earning")


def test_tiers_are_changed_in_the_draft(owner, club):
    page = get(owner, "tiers")
    assert "Silver" in page
    levels = {
        "level-TOTAL_FORMS": "3", "level-INITIAL_FORMS": "3", "level-0-key": "silver", "level-0-name": "Silver",
        "level-0-least": "80", "level-0-factor": "1.5", "level-0-benefits": "Tea\nCake", "level-1-key": "",
        "level-1-name": "Platinum", "level-1-least": "900", "level-1-factor": "3", "level-1-benefits": "",
        "level-2-name": "",
    }  # fmt: skip
    settings = {"basis": "spend", "months": "12", "grace_days": "10", "fall": "balance", "warn_days": "20"}
    assert owner.post(reverse("web:tiers"), levels | settings).url == reverse("web:earning")
    club.refresh_from_db()
    assert [(level["key"], level["least"]) for level in club.draft["tiers"]["levels"]] == [
        ("silver", 8000),
        ("platinum", 90_000),
    ]
    assert "Platinum" in get(owner, "earning")


def test_a_threshold_is_set_in_words_and_leads_to_its_people(owner, club, at):
    said = {"name": "Soccer friend", "measure": "spent", "amount": "100", "months": "12", "categories": ["balls"]}
    owner.post(reverse("web:thresholds"), said | {"points": "50", "tier": "gold"})
    count_everybody(programme_id=club.id)
    settle(now_us())
    page = get(owner, "thresholds")
    assert "£100.00 spent on balls within 12 months" in page
    assert "1 across" in page
    made = Threshold.objects.get()
    assert "Alice" in get(owner, "members", threshold=made.id)
    owner.post(reverse("web:threshold_end", args=[made.id]))
    assert Threshold.objects.get().ended_us


def test_members_are_filtered_by_tier_and_balance(owner, club, at):
    buys(someone("bob", at=at - 300 * DAY, name="Bob"), "B1", ("balls", 5.0, 1), at=at - DAY)
    settle(at)
    show_names()
    both, silver, rich = get(owner, "members"), get(owner, "members", tier="silver"), get(owner, "members", least=50)
    assert ("Alice" in both, "Bob" in both) == (True, True)
    assert ("Alice" in silver, "Bob" in silver) == (True, False)
    assert ("Alice" in rich, "Bob" in rich) == (True, False)
    assert "Alice" in b"".join(owner.get(reverse("web:members"), {"format": "csv"})).decode()


def test_a_members_page_says_why_line_by_line_and_takes_points_by_hand_once(owner, club, at):
    alice = Lot.objects.first().node_id
    page = get(owner, "member", alice)
    assert "order A1" in page
    assert "for every £1" in page
    asked = {"way": "give", "amount": "30", "reason": "A broken box", "key": "k1"}
    for _ in range(2):
        owner.post(reverse("web:member_give", args=[alice]), asked)
    assert member(alice, at=now_us()).have.active == 158
    assert "Given by hand: A broken box" in get(owner, "member", alice)
    owner.post(reverse("web:member_give", args=[alice]), asked | {"way": "take", "amount": "5000", "key": "k2"})
    assert member(alice, at=now_us()).have.active == 158
    assert "Why this balance?" in get(owner, "person_loyalty", alice)


def test_settings_are_saved_or_refused_with_a_sentence(owner, club):
    asked = {
        "name": "Goal club", "unit": "goals", "worth_points": "50", "worth": "1.00", "return_days": "14",
        "expiry": "year", "expiry_months": "12", "membership": "joined", "wording": "",
    }  # fmt: skip
    answer = owner.post(reverse("web:programme"), asked)
    assert "Write what people agree to" in answer.content.decode()
    owner.post(reverse("web:programme"), asked | {"wording": "Collect goals."})
    club.refresh_from_db()
    assert (club.unit, club.worth_minor, club.membership) == ("goals", 100, "joined")
    owner.post(reverse("web:programme_end"))
    assert current() is None
    assert Finding.objects.count() == 0


def test_who_may_only_look_can_change_nothing(client, club):
    from regulars.team.actions import add_member

    client.force_login(add_member(email="r@example.com", role="reader", by="system", at=1))
    alice = Lot.objects.first().node_id
    for name in ("loyalty", "members", "earning", "tiers", "thresholds"):
        get(client, name)
    assert "Keep in the draft" not in get(client, "tiers")
    assert client.post(reverse("web:earning_change"), {"do": "publish"}).status_code == 403
    assert client.post(reverse("web:member_give", args=[alice]), {}).status_code == 403
    assert client.get(reverse("web:programme")).status_code == 403


def test_the_editor_of_journeys_knows_every_kind_of_step():
    from regulars.journeys.steps import KINDS
    from regulars.web.pages.journeys.drawing import ICONS
    from regulars.web.pages.journeys.fields import PANELS

    assert KINDS.keys() == ICONS.keys() == PANELS.keys()


@pytest.mark.parametrize("odd", ["9" * 40, "²", "-5", "abc"])
def test_what_is_no_number_in_the_address_of_members_is_left_aside(owner, club, odd):
    assert owner.get(reverse("web:members"), {"least": odd, "threshold": odd}).status_code == 200
