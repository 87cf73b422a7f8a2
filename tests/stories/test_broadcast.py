"""A marketer writes to everybody, looks who gets it, sends it off, reads what it brought; and why Chen did not."""

from __future__ import annotations

from collections import Counter

import pytest
from django.urls import reverse

from regulars.channels import actions as channels
from regulars.channels.actions import note_feedback
from regulars.channels.delivery.holder import MINE
from regulars.channels.delivery.rounds import deliver_some
from regulars.channels.explaining import sentences
from regulars.channels.models import Message, State
from regulars.channels.providers import Returned
from regulars.channels.tests.counting_server import counting_server
from regulars.core.clock import DAY, now_us
from regulars.core.loops import LOOPS
from regulars.journeys.actions import plan_broadcasts
from regulars.journeys.models import Broadcast
from regulars.segments import actions as segments
from regulars.segments.models import Segment
from regulars.team.models import User
from regulars.web.tests.talk import person, template

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.story]


@pytest.fixture
def marketer(client, business):
    user = User.objects.create_user("mo@example.com", "three random words", role="marketer")
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


@pytest.fixture(autouse=True)
def _home_of_its_own(settings, tmp_path):
    """The heartbeat of other tests is not in it: a database younger than the heartbeat looks restored."""
    settings.REGULARS_HOME = tmp_path
    MINE.leave()


@pytest.fixture
def shop(business) -> dict[str, int]:
    """Anna and Bob agreed, Chen did not, Dora marked a message as spam; a sender; all on one list."""
    at = now_us() - DAY
    people = {name: person(name, at, agrees=name != "Chen") for name in ("Anna", "Bob", "Chen", "Dora")}
    channels.suppress(channel="email", address="dora@example.org", reason="complaint", by="system", at=at)
    channels.save_sender(name="Northgate", address="shop@example.com", by="user:1", at=at)
    segments.create_list(name="Everybody", person_ids=list(people.values()), by="user:1", at=at)
    settle()
    return people


@pytest.fixture
def relay(shop):
    """A real SMTP server on loopback: who got how many."""
    with counting_server() as (port, accepted):
        settings = {"host": "127.0.0.1", "port": str(port), "tls": "none"}
        channels.add_server(name="Relay", kind="smtp", settings=settings, secrets={}, by="user:1", at=now_us())
        yield accepted


def settle() -> None:
    at = now_us()
    while any([loop.step(at) for name, loop in LOOPS.items() if name in ("profiles", "segments")]):
        pass


def send() -> None:
    while plan_broadcasts(now_us()):
        pass
    while deliver_some("bulk", now_us()):
        pass


def page(browser, name: str, *args, query: str = "") -> str:
    answer = browser.get(reverse(f"web:{name}", args=args) + query)
    assert answer.status_code == 200
    return answer.content.decode()


def compose(browser) -> Broadcast:
    """Choose the message and the list; nothing is sent yet."""
    everybody = Segment.objects.get(name="Everybody")
    said = {"name": "Spring", "template_id": template(now_us()), "segments": [everybody.id], "when": "now",
            "priority": 50, "holdout": 0}  # fmt: skip
    browser.post(reverse("web:broadcast_new"), said)
    return Broadcast.objects.get()


def test_a_broadcast_from_composing_to_its_report(marketer, shop, relay):
    made = compose(marketer)
    before = page(marketer, "broadcast", made.id)
    assert "Send to 2 people" in before and "No consent" in before and "Address takes nothing" in before
    assert "Chen Archer" in page(marketer, "broadcast_people", made.id, query="?rule=consent")
    assert not relay

    marketer.post(reverse("web:broadcast_launch", args=[made.id]))
    send()
    assert relay == Counter({"anna@example.org": 1, "bob@example.org": 1})

    anna = Message.objects.get(node_id=shop["Anna"])
    news = [
        Returned(kind="opened", message_id=anna.id, occasion="1", at=now_us()),
        Returned(kind="clicked", message_id=anna.id, occasion="2", at=now_us(), link=1),
        Returned(kind="opened", message_id=Message.objects.get(node_id=shop["Bob"]).id, occasion="3", at=now_us(),
                 verdict="scanner"),
    ]  # fmt: skip
    note_feedback(items=news, at=now_us())
    marketer.post(reverse("web:broadcast_change", args=[made.id]), {"act": "measure"})
    report = page(marketer, "broadcast", made.id)
    assert "Spring: done" in report and "1 more by scanners or privacy proxies" in report
    assert "Nobody was held out, so it cannot be said" in report
    assert "Spring" in page(marketer, "broadcasts")


def test_why_anna_got_it_and_chen_did_not(marketer, shop, relay):
    made = compose(marketer)
    marketer.post(reverse("web:broadcast_launch", args=[made.id]))
    send()
    anna, chen = (Message.objects.get(node_id=shop[name]) for name in ("Anna", "Chen"))
    assert (anna.state, chen.state) == (State.HANDED_OFF, State.SKIPPED)

    got = page(marketer, "message", anna.id)
    assert "Why they got it" in got and "Every rule let it pass." in got and anna.decision["consent"] == "granted"
    assert "Hello Anna" in page(marketer, "message_text", anna.id)
    missed = page(marketer, "message", chen.id)
    assert "Why they did not get it" in missed
    why = sentences(chen, chen.decision, {})[0]
    assert why in missed and why in page(marketer, "person_messages", shop["Chen"])
    assert (chen.decision["rule"], chen.decision["state"]) == ("consent", "unknown")
    assert "1 marketing message reached them in 30 days" in page(marketer, "person_messages", shop["Anna"])
