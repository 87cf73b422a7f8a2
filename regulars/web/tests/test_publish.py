"""The pages of publishing, with every button pressed once."""

from __future__ import annotations

import pytest

from regulars.channels.networks.models import Brake
from regulars.core.clock import DAY, now_us
from regulars.core.models import Business
from regulars.social.actions import handing, repeating, ruling, scheduling
from regulars.social.models import Drive, Occurrence, Plan, PublishRules, Series, Slot, Variant
from regulars.social.publishing.clock import local_of
from regulars.social.tests.press import account, draft, use_networks
from regulars.team.models import User

pytestmark = pytest.mark.django_db
PAGES = ("publish", "publish?view=week", "publish/new", "publish/waiting", "publish/ideas", "publish/queues",
         "publish/series", "publish/campaigns", "publish/works", "publish/rules", "library/calendar")  # fmt: skip


@pytest.fixture
def ann(client, business, monkeypatch) -> User:
    use_networks(monkeypatch)
    made = User.objects.create_user(email="ann@example.com", password="x", name="Ann", role="owner")
    client.force_login(made)
    return made


@pytest.fixture
def ben(business) -> User:
    return User.objects.create_user(email="ben@example.com", password="x", name="Ben", role="owner")


def soon(days: int = 2) -> str:
    return local_of(now_us() + days * DAY, Business.load().timezone)


def act(client, plan: Plan, do: str, **more: str):
    return client.post(f"/publish/{plan.id}/act", {"do": do, **more}, follow=True)


@pytest.mark.parametrize("page", PAGES)
def test_every_page_opens_empty_and_filled(client, ann, page):
    assert client.get(f"/{page}").status_code == 200
    a, b = account(), account("beta")
    plan = draft(a, b, by=ann.by, at=now_us())
    scheduling.place(plan_id=plan.id, local=soon(1), by=ann.by, at=now_us())
    answer = client.get(f"/{page}")
    assert answer.status_code == 200
    assert client.get(f"/publish/{plan.id}").status_code == 200


def test_a_post_is_written_planned_moved_and_withdrawn(client, ann):
    a, b = account(), account("beta")
    said = {"title": "Boots", "text": "New boots", f"on_{a.id}": "on", f"on_{b.id}": "on", f"differs_{b.id}": "on",
            f"own_{b.id}": "New boots, at last"}  # fmt: skip
    client.post("/publish/create", said)
    plan = Plan.objects.get()
    assert set(Variant.objects.values_list("text", flat=True)) == {"New boots", "New boots, at last"}
    act(client, plan, "place", local=soon(2))
    local = Variant.objects.first().local
    to = soon(3)[:10]
    client.post("/publish/move", {"plan": plan.id, "local": local, "day": to, "back": ""})
    assert {one.local for one in Variant.objects.all()} == {f"{to}T{local[11:]}"}
    assert to.encode() in client.get(f"/publish?day={to}").content
    act(client, plan, "withdraw")
    assert Plan.objects.get().withdrawn_us


def test_what_is_wrong_is_said_on_the_page_and_nothing_is_lost(client, ann):
    a = account()
    answer = client.post("/publish/create", {"title": "", "text": "", f"on_{a.id}": "on"})
    assert answer.status_code == 422 and b"Give the idea a name" in answer.content
    answer = client.post("/publish/preview", {"text": "x" * 301, f"on_{a.id}": "on"})
    assert b"1 signs too long" in answer.content


def test_one_agrees_the_other_wrote(client, ann, ben):
    ruling.change_rules(approvals=1, by=ann.by, at=now_us())
    plan = draft(account(), by=ann.by, at=now_us())
    act(client, plan, "place", local=soon())
    assert b"wrote at this yourself" in act(client, plan, "approve", digest=plan.digest).content
    client.force_login(ben)
    assert b"I agree to this text" in client.get(f"/publish/{plan.id}").content
    act(client, plan, "back", why="Too loud")
    act(client, plan, "approve", digest=plan.digest)
    assert Plan.objects.get().wanted_us is None


def test_the_brake_is_one_click_on_every_page_and_its_release_asks(client, ann):
    plan = draft(account(), by=ann.by, at=now_us() - 1)
    act(client, plan, "place", local=soon())
    for page in PAGES[:-1]:
        assert b"/publish/stop" in client.get(f"/{page}").content
    client.post("/publish/stop")
    assert Brake.objects.filter(released_us=None).count() == 1
    for page in PAGES[:-1]:
        assert b"Everything public is stopped" in client.get(f"/{page}").content
    client.post("/publish/release")
    assert b"Does it still stand?" in client.get(f"/publish/{plan.id}").content
    act(client, plan, "stands")
    assert Plan.objects.get().asked_us is None


def test_all_of_a_stopped_queue_stand_by_one_click(client, ann):
    a = account()
    plans = [draft(a, text=f"Boots {n}", by=ann.by, at=now_us() - 1) for n in range(3)]
    for plan in plans:
        act(client, plan, "place", local=soon())
    client.post("/publish/stop")
    shown = client.get("/publish").content.decode()
    assert "and ask about each" in shown and "all stand as they are" in shown
    client.post("/publish/release")
    shown = client.get("/publish/waiting").content.decode()
    assert "All 3 stand as they are" in shown and "Each goes out at its time." in shown
    client.post("/publish/stand", {"plan": [plan.id for plan in plans]})
    assert not Plan.objects.filter(asked_us__isnull=False).exists()
    client.post("/publish/stop")
    client.post("/publish/release", {"all": "stand"})
    assert not Plan.objects.filter(asked_us__isnull=False).exists()


def test_who_was_asked_for_a_yes_stands_there_instead_of_the_button(client, ann, ben):
    ruling.change_rules(approvals=1, by=ann.by, at=now_us())
    plan = draft(account(), by=ann.by, at=now_us())
    assert "Ask for a yes" in client.get(f"/publish/{plan.id}").content.decode()
    shown = act(client, plan, "ask").content.decode()
    assert "Ask for a yes" not in shown and ": Ben. It stands under Waiting" in shown


@pytest.mark.parametrize(("address", "to"), [
    ("/social/cost", "/social"), ("/policy/training/3/test", "/policy/training/3"), ("/publish/7/act", "/publish/7"),
    ("/publish/rules/change", "/publish/rules"), ("/publish/stop", "/publish"), ("/inbox/3/act", "/inbox/3"),
])  # fmt: skip
def test_an_address_that_takes_a_form_leads_to_the_page_where_the_form_is(client, ann, address, to):
    answer = client.get(address)
    assert (answer.status_code, answer["Location"]) == (302, to)


def test_a_program_that_asks_the_wrong_way_is_told_so(client, ann):
    assert client.put("/publish/stop").status_code == 405


def test_queues_series_campaigns_and_rules_are_kept(client, ann):
    a = account()
    client.post("/publish/queues/change", {"account": a.id, "weekday": ["0", "3"], "clock": "18:30"})
    assert Slot.objects.count() == 2
    plan = draft(a, by=ann.by, at=now_us())
    act(client, plan, "queue")
    assert Variant.objects.get().slot_us
    client.post("/publish/queues/change", {"drop": Slot.objects.first().id})
    client.post("/publish/campaigns/keep", {"name": "Autumn", "objective": "retain"})
    assert Drive.objects.get().tag == "autumn"
    today = soon(0)[:10]
    client.post("/publish/series/keep", {"name": "Care", "weekday": [str(n) for n in range(7)], "clock": "23:59",
                                         "begins": today, "rest_days": "2"})  # fmt: skip
    series = Series.objects.get()
    assert Occurrence.objects.filter(series_id=series.id, why="no text").exists()
    client.post("/publish/series/keep", {"series": series.id, "stop": "1"})
    assert Series.objects.get().stopped_us
    said = {"approvals": "2", "same_days": "14", "late_minutes": "60", "window_days": "7", "gathering": ["products"]}
    client.post("/publish/rules/change", said | {f"account_{a.id}": "1"})
    found = PublishRules.objects.get()
    assert (found.approvals, found.by_account, found.gathering) == (2, {str(a.id): 1}, ["products"])


@pytest.mark.parametrize(
    ("address", "said", "wrong", "kept"),
    [
        ("campaigns/keep", {"name": "Spring", "begins": "2026-03-01", "ends": "2026-02-01"}, "ends before", "Spring"),
        ("series/keep", {"name": "Care", "weekday": ["1", "3"], "begins": "2026-11-22", "clock": "10:00",
                         "rest_days": "a month"}, "no whole number", "a month"),
        ("series/keep", {"name": "Care", "weekday": ["1"], "clock": "10:00"}, "Choose the day", "Care"),
        ("rules/change", {"approvals": "1", "same_days": "900", "late_minutes": "120", "window_days": "7"},
         "between 0 and 365", "900"),
        ("rules/change", {"approvals": "1", "same_days": "thirty"}, "whole numbers", "thirty"),
    ],
)  # fmt: skip
def test_a_form_that_is_refused_says_why_and_keeps_what_was_typed(client, ann, address, said, wrong, kept):
    answer = client.post(f"/publish/{address}", said)
    page = answer.content.decode()
    assert answer.status_code == 422 and wrong in page and kept in page
    assert not Drive.objects.exists() and not Series.objects.exists()


def test_slots_without_a_day_are_asked_for_one(client, ann):
    answer = client.post("/publish/queues/change", {"account": account().id, "clock": "10:00"}, follow=True)
    assert "Choose the days of the week" in answer.content.decode() and not Slot.objects.exists()


def test_a_reader_sees_and_changes_nothing(client, ann, business):
    plan = draft(account(), by=ann.by, at=now_us())
    client.force_login(User.objects.create_user(email="r@example.com", password="x", name="R", role="reader"))
    assert b"/publish/move" not in client.get("/publish").content
    assert client.get(f"/publish/{plan.id}").status_code == 200
    assert client.post("/publish/stop").status_code == 403
    assert act(client, plan, "withdraw").status_code == 403


def test_a_month_of_dozens_of_posts_shows_five_a_day_and_the_way_to_the_rest(client, ann):
    a = account()
    for n in range(12):
        plan = draft(a, text=f"Boots {n}", by=ann.by, at=now_us())
        scheduling.place(plan_id=plan.id, local=f"{soon(1)[:10]}T23:{10 + n}", by=ann.by, at=now_us())
    page = client.get(f"/publish?day={soon(1)[:10]}").content.decode()
    assert page.count('draggable="true"') == 5 and "7 more" in page
    week = client.get(f"/publish?view=week&day={soon(1)[:10]}").content.decode()
    assert week.count('draggable="true"') == 12


def test_what_went_out_is_followed_on_its_page(client, ann):
    plan = draft(account(), text="See https://shop.example/boots", by=ann.by, at=now_us())
    act(client, plan, "now")
    handing.hand_over_due(at=now_us())
    page = client.get(f"/publish/{plan.id}").content.decode()
    assert "It is out: its words and pictures stay as they are" in page and "honesty gate" not in page.lower()
    assert "on its way" in page or "held" in page
    code = Variant.objects.get().given_words.rpartition("/g/")[2]
    answer = client.get(f"/g/{code}", HTTP_USER_AGENT="Mozilla/5.0 Firefox", HTTP_ACCEPT_LANGUAGE="en")
    assert (
        answer["Location"]
        == f"https://shop.example/boots?utm_source=alpha&utm_medium=social&utm_campaign=post-{plan.id}&rg={code}"
    )
    assert client.get("/g/nothing").status_code == 404
    copied = repeating.copy_plan(plan_id=plan.id, by=ann.by, at=now_us())
    assert Variant.objects.filter(plan_id=copied.id, due_us=None).exists()
