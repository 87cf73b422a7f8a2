"""Broadcasts: composing, what is missing, who gets it, sending off, progress, the report."""

import re

import pytest
from django.urls import reverse

from regulars.channels import actions as channels
from regulars.channels.models import Message, Sender, Server, State
from regulars.channels.providers import Returned
from regulars.core.clock import DAY, now_us
from regulars.core.models import QueuedJob
from regulars.journeys.actions import count_audience, create_broadcast, plan_broadcasts
from regulars.journeys.actions import launch as journeys_launch
from regulars.journeys.models import Broadcast
from regulars.segments import actions as segments
from regulars.team.models import User
from regulars.web.pages.messages import before
from regulars.web.tests.talk import person, template
from regulars.web.tests.test_downloads import rows


@pytest.fixture
def browser(client, business):
    user = User.objects.create_user("owner@example.com", "three random words", role="owner")
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


@pytest.fixture
def everybody(transactional_db, business) -> int:
    """A list: Anna and Alice agreed, Chen did not."""
    at = now_us() - DAY
    people = [person("Anna", at), person("Alice", at), person("Chen", at, agrees=False)]
    made = segments.create_list(name="Everybody", person_ids=people, by="user:1", at=at)
    while segments.tick(at):
        pass
    return made.id


@pytest.fixture
def ways(db, at) -> None:
    """A sender and a server that nobody asks."""
    Sender.objects.create(name="Northgate", address="shop@example.com", created_us=at)
    Server.objects.create(name="Relay", channel="email", kind="smtp", created_us=at)


@pytest.fixture
def draft(everybody, ways) -> Broadcast:
    at = now_us() - DAY
    return create_broadcast(name="Spring", template_id=template(at), segments=[everybody], by="user:1", at=at)


def form(**said) -> dict:
    return {"name": "Spring", "when": "now", "priority": "50", "holdout": "0", **said}


def show(browser, found: Broadcast, name: str = "broadcast", query: str = "") -> str:
    answer = browser.get(reverse(f"web:{name}", args=[found.id]) + query)
    assert answer.status_code == 200
    return answer.content.decode()


def test_a_broadcast_is_composed_and_counted(browser, everybody, ways):
    answer = browser.post(reverse("web:broadcast_new"), form(template_id=template(5), segments=[everybody]))
    made = Broadcast.objects.get()
    assert answer["Location"] == reverse("web:broadcast", args=[made.id])
    shown = show(browser, made)
    assert re.search(r"will get it</a></span><b>2</b>", re.sub(r"\s*\n\s*", "", shown))
    assert "No consent" in shown and "Send to 2 people" in shown


def test_what_is_missing_is_said_with_the_way_to_mend_it(browser, db):
    made = create_broadcast(name="Spring", by="user:1", at=1)
    shown = show(browser, made)
    for sentence in ("Choose the message.", "Choose at least one segment", "There is no sender", "No server carries"):
        assert sentence in shown
    assert reverse("web:senders") in shown and "Send to" not in shown
    browser.post(reverse("web:broadcast_launch", args=[made.id]))
    made.refresh_from_db()
    assert made.launched_us is None


def test_a_big_audience_is_counted_once_by_the_queue_however_often_the_page_asks(browser, draft, monkeypatch):
    monkeypatch.setattr(before, "SMALL", 0)
    for _ in range(3):
        assert "Everybody is being counted" in show(browser, draft, "broadcast_before")
    (job,) = QueuedJob.objects.filter(name__endswith="count_audience")
    count_audience(**job.arguments)
    assert "Send to 2 people" in show(browser, draft)


def test_wrong_input_is_said_beside_the_field_and_nothing_changes(browser, draft, everybody):
    address = reverse("web:broadcast", args=[draft.id])
    answer = browser.post(address, form(segments=[everybody], minus=[everybody], when="at", moment="soon", name="x"))
    shown = answer.content.decode()
    assert "Give a day and a time." in shown and "is both chosen and left out" in shown
    assert Broadcast.objects.get().name == "Spring"


def test_times_are_those_of_the_business_or_of_each_person(browser, draft):
    address, moment = reverse("web:broadcast", args=[draft.id]), "2027-07-01T09:00"
    browser.post(address, form(when="at", moment=moment))
    found = Broadcast.objects.get()
    assert found.when_us == 1_814_428_800_000_000 and not found.local_time  # 08:00 UTC: London in summer
    assert 'value="2027-07-01T09:00"' in show(browser, found)
    browser.post(address, form(when="local", moment=moment))
    found.refresh_from_db()
    assert found.local_time == moment and found.when_us is None


def test_the_people_behind_each_reason_are_listed(browser, draft):
    assert "Chen Archer" in show(browser, draft, "broadcast_people", "?rule=consent")
    shown = show(browser, draft, "broadcast_people")
    assert "Anna Archer" in shown and "Chen Archer" not in shown
    assert browser.get(reverse("web:broadcast_people", args=[draft.id]) + "?rule=nonsense").status_code == 404
    file = rows(browser, reverse("web:broadcast_people", args=[draft.id]) + "?rule=consent&format=csv")
    assert [row[1] for row in file] == ["name", "Chen Archer"]


def test_the_message_is_shown_as_one_of_them_sees_it(browser, draft):
    assert "Hello Anna" in show(browser, draft, "broadcast_preview")
    assert "Spring is here" in show(browser, draft)


@pytest.fixture
def sent(browser, draft) -> Broadcast:
    """Sent off and planned; nothing is handed over yet."""
    browser.post(reverse("web:broadcast_launch", args=[draft.id]))
    while plan_broadcasts(now_us()):
        pass
    draft.refresh_from_db()
    return draft


def act(browser, found: Broadcast, what: str) -> Broadcast:
    browser.post(reverse("web:broadcast_change", args=[found.id]), {"act": what})
    found.refresh_from_db()
    return found


def test_it_is_sent_off_paused_resumed_and_stopped(browser, sent):
    assert Message.objects.count() == 3
    assert "sending" in show(browser, sent) and "every 2s" in show(browser, sent, "broadcast_progress")
    assert act(browser, sent, "pause").paused_us
    assert "Go on" in show(browser, sent)
    assert not act(browser, sent, "resume").paused_us
    assert act(browser, sent, "stop").ended_us
    assert "It was stopped" in show(browser, sent)


def hand_over() -> None:
    Message.objects.exclude(forecast__rule="consent").update(state=State.HANDED_OFF, handed_us=now_us())
    skipped = {"verdict": "skip", "rule": "consent", "state": "unknown", "purpose": "marketing"}
    Message.objects.filter(forecast__rule="consent").update(state=State.SKIPPED, decision=skipped, decided_us=1)


def test_the_report_tells_people_from_machines(browser, sent):
    hand_over()
    anna, alice = Message.objects.filter(state=State.HANDED_OFF).order_by("id")
    news = [
        Returned(kind="opened", message_id=anna.id, occasion="o1", at=now_us()),
        Returned(kind="clicked", message_id=anna.id, occasion="c1", at=now_us(), link=1001),
        Returned(kind="opened", message_id=alice.id, occasion="o2", at=now_us(), verdict="proxy"),
    ]
    assert channels.note_feedback(items=news, at=now_us()) == 3
    shown = show(browser, sent)
    assert "1 more by scanners or privacy proxies" in shown
    assert "50.0" in shown and "Nobody was held out" in shown
    assert "no consent" in shown.lower() and "done" in shown
    found = browser.get(reverse("web:messages"), {"campaign": sent.campaign_id, "did": "opened"}).content.decode()
    assert "Anna Archer" in found and "Alice Archer" not in found
    assert "Spring" in browser.get(reverse("web:broadcasts")).content.decode()


def test_only_the_failed_are_tried_again(browser, sent):
    hand_over()
    failed = Message.objects.filter(state=State.HANDED_OFF).first()
    Message.objects.filter(id=failed.id).update(state=State.FAILED, reply="550 no")
    assert "Retry the failed only" in show(browser, sent)
    act(browser, sent, "retry")
    assert [m.id for m in Message.objects.filter(state=State.PLANNED)] == [failed.id]


@pytest.mark.parametrize("what, state", [("sent", State.HANDED_OFF), ("again", State.PLANNED)])
def test_the_unknown_are_settled_together(browser, sent, what, state):
    hand_over()
    Message.objects.filter(state=State.HANDED_OFF).update(state=State.UNKNOWN)
    assert "Nobody knows whether these arrived" in show(browser, sent)
    act(browser, sent, what)
    assert Message.objects.filter(state=state).count() == 2


def test_a_reader_sees_and_cannot_send(client, draft):
    reader = User.objects.create_user("reader@example.com", "three random words", role="reader")
    client.force_login(reader, backend="django.contrib.auth.backends.ModelBackend")
    shown = client.get(reverse("web:broadcast", args=[draft.id])).content.decode()
    assert "will get it" in shown and "Send to" not in shown
    assert client.post(reverse("web:broadcast_launch", args=[draft.id])).status_code == 403


def test_a_segment_that_still_looks_for_its_people_is_named_before_sending(business, at):
    from regulars.journeys.models import Broadcast
    from regulars.segments.models import Segment
    from regulars.web.pages.messages.before import missing

    made = Segment.objects.create(name="New", version=2, evaluated_version=1, created_us=at)
    draft = Broadcast(id=1, name="Cup", segments=[made.id], drafted_us=at, drafted_by="user:1")
    waits = [gap for gap in missing(draft, at=at) if "still looks for its people" in gap.text]
    assert [gap.stops for gap in waits] == [False]
    Segment.objects.update(evaluated_version=2)
    assert not [gap for gap in missing(draft, at=at) if "still looks" in gap.text]


def test_a_list_that_was_just_filled_is_still_being_counted_and_never_zero(browser, everybody, ways):
    late, at = [person("Zoe", now_us()), person("Yan", now_us())], now_us()
    while segments.tick(at):
        pass
    found = create_broadcast(name="Late", template_id=template(5), segments=[everybody], by="user:1", at=at)
    assert "Send to 2 people" in show(browser, found)
    segments.add_people(segment_id=everybody, person_ids=late, by="user:1", at=at)
    shown = show(browser, found, "broadcast_before")
    assert "Still counting" in shown and "every 1s" in shown and "Send to" not in shown
    while segments.tick(now_us()):
        pass
    Broadcast.objects.update(audience={**Broadcast.objects.get().audience, "at": 0})
    assert "Send to 4 people" in show(browser, found, "broadcast_before")


def test_nobody_who_was_put_on_the_list_before_sending_is_forgotten(browser, everybody, ways):
    late, at = person("Zoe", now_us()), now_us()
    while segments.tick(at):
        pass
    found = create_broadcast(name="Late", template_id=template(5), segments=[everybody], by="user:1", at=at)
    segments.add_people(segment_id=everybody, person_ids=[late], by="user:1", at=at)
    journeys_launch(broadcast_id=found.id, by="user:1", at=at)
    assert not plan_broadcasts(now_us())
    while segments.tick(now_us()):
        pass
    while plan_broadcasts(now_us()):
        pass
    assert Message.objects.filter(node_id=late).exists()


def test_the_reasons_add_up_to_the_figure_however_old_the_count_is(browser, sent):
    hand_over()
    show(browser, sent)  # measured now
    anna = Message.objects.filter(state=State.HANDED_OFF).order_by("id").first()
    late = {"verdict": "skip", "rule": "suppression"}
    Message.objects.filter(id=anna.id).update(state=State.SKIPPED, decision=late)
    shown = re.sub(r"\s*\n\s*", "", show(browser, sent))
    assert re.search(r"Not sent</a></span><b>2</b>", shown)
    assert re.search(r"Address takes nothing</dt><dd><a [^>]*>1</a>", shown)


def test_a_big_broadcast_says_as_of_when_its_reasons_are(browser, sent, monkeypatch):
    hand_over()
    show(browser, sent)
    monkeypatch.setattr("regulars.web.pages.messages.report.SMALL", 0)
    shown = show(browser, sent)
    assert "The figure above is of now." in shown and "1 in all" in shown


def test_the_day_is_asked_for_only_when_it_matters(browser, draft):
    assert '<div class="moment">' in show(browser, draft)


def test_what_is_not_saved_is_not_sent_off_as_it_was_before(browser, draft):
    count_audience(broadcast_id=draft.id, at=now_us())
    assert "Send to" in show(browser, draft)
    answer = browser.post(reverse("web:broadcast", args=[draft.id]), form(when="at", segments=draft.segments))
    page = answer.content.decode()
    assert "Give a day and a time." in page and "is not saved" in page and "Send to" not in page
