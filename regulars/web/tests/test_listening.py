"""Pages of listening: who may, what they teach when empty, that every number leads to its mentions."""

from __future__ import annotations

import re

import pytest
from django.test import Client
from django.urls import reverse

from regulars.channels.networks import searching
from regulars.channels.networks.models import Account
from regulars.channels.networks.shape import Heard
from regulars.core.clock import HOUR, MINUTE, now_us
from regulars.inbox.actions import save_rule
from regulars.inbox.models import Case, Entry
from regulars.social.actions.alerts import watch
from regulars.social.actions.mentions import items_changed
from regulars.social.actions.stories import tell_stories
from regulars.social.listening.asking import searches_on
from regulars.social.models import Alert, Mention, Topic
from regulars.social.tests.hearing import Item, account, author, fields, listen, say, topic
from regulars.team.models import User
from regulars.ui import charts as drawing

pytestmark = pytest.mark.django_db


def signed_in(role: str) -> Client:
    client = Client()
    user = User.objects.create_user(f"{role}@example.com", name=role.capitalize(), role=role)
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    client.user = user
    return client


@pytest.fixture
def owner(business):
    return signed_in("owner")


def page(client, name, *args, **query):
    answer = client.get(reverse(f"web:{name}", args=args), query)
    assert answer.status_code == 200, (name, answer.status_code)
    return answer.content.decode()


@pytest.fixture
def crisis(owner):
    """A month of calm, an hour of trouble, somebody who asks for help."""
    now, where = now_us(), account(name="Our Bluesky")
    number = topic("Northgate", "northgate", now)
    topic("Rival", "rivalco", now, kind="competitor")
    rows = [Item(**fields(where, f"p{n % 30}", "northgate is nice" if n % 3 else "rivalco is cheap", now - n * HOUR))
            for n in range(2, 500)]  # fmt: skip
    rows += [Item(**fields(where, f"x{n}", f"northgate: card declined twice, the zip keeps breaking {n}",
                           now - 40 * MINUTE + n * MINUTE)) for n in range(20)]  # fmt: skip
    items_changed(item_ids=[item.id for item in Item.objects.bulk_create(rows)])
    listen(now)
    watch(at=now)
    while tell_stories(at=now):
        pass
    return Topic.objects.get(id=number)


def test_empty_pages_teach_the_first_step(owner):
    assert "Say what to listen for" in page(owner, "listening")
    assert "Nothing has risen yet" in page(owner, "listening_alerts")
    assert "Make a topic of a problem" in page(owner, "listening_help")
    assert "Listen for a product first" in page(owner, "listening_pains")
    number = topic("Northgate", "northgate", now_us())
    for name in ("topic", "topic_mentions"):
        assert "Nobody has spoken of it" in page(owner, name, number)


def test_who_only_reads_can_change_nothing(business):
    reader, number = signed_in("reader"), topic("Northgate", "northgate", now_us())
    assert reverse("web:topic_edit", args=[number]) not in page(reader, "topic", number)
    for name, args in (("topic_edit", [number]), ("topic_new", []), ("topic_archive", [number])):
        assert reader.post(reverse(f"web:{name}", args=args)).status_code == 403
    assert reader.post(reverse("web:listening_take", args=[1])).status_code == 403
    assert Topic.objects.get(id=number).archived_us is None


def test_the_pages_of_a_crisis_say_what_rose_and_every_number_leads_to_its_mentions(owner, crisis):
    html = page(owner, "listening")
    assert "“Northgate” rises" in html and "card declined" in html and "speak of us" in html
    html = page(owner, "topic", crisis.id)
    for link in set(re.findall(r'href="(/listening/\d+/mentions\?[^"]+)"', html)):
        answer = owner.get(link.replace("&amp;", "&"))
        assert answer.status_code == 200 and 'class="said"' in answer.content.decode(), link
    alert = Alert.objects.get()
    html = page(owner, "alert", alert.id)
    assert "20 people in an hour" in html and "Was this useful?" in html and "Who was first" in html
    assert "Our Bluesky" in html
    owner.post(reverse("web:alert_judge", args=[alert.id]), {"useful": "no"})
    owner.post(reverse("web:alert_close", args=[alert.id]), {"outcome": "mended"})
    alert.refresh_from_db()
    assert alert.useful is False and alert.outcome == "mended"
    assert "Put right" in page(owner, "listening_alerts")


def test_pages_come_before_their_charts_are_drawn_and_fetch_them(owner, crisis, monkeypatch):
    one = Alert.objects.get()
    of = {
        "listening": ([], "listening_voice"),
        "topic": ([crisis.id], "topic_chart"),
        "alert": ([one.id], "alert_chart"),
    }
    with monkeypatch.context() as slow:
        slow.setattr(drawing, "_draw", lambda spec: pytest.fail("a page waits for no drawing"))
        shown = {name: page(owner, name, *args) for name, (args, _chart) in of.items()}
    for name, (args, chart) in of.items():
        assert reverse(f"web:{chart}", args=args) in shown[name]
        assert "<svg" in page(owner, chart, *args)


def test_what_searching_for_a_topic_took_this_month_stands_on_its_page(owner, crisis):
    account("x", "Northgate on X")
    assert "Searched this month" in page(owner, "topic", crisis.id)
    where, (words,) = Account.objects.get(kind="x").id, searches_on("x", crisis.query)
    searching.note_use(where, words, Heard(tuple(range(7)), cost=120_000), now_us())
    shown = re.sub(r"<[^>]+>", " ", page(owner, "topic", crisis.id)).split("Searched this month")[1].split()
    assert shown[4:8] == ["X", "1", "7", "$0.12"]


def test_pain_points_are_shown_with_quotes_and_as_a_file_without_names(owner, crisis):
    assert "keeps breaking" in page(owner, "topic_pains", crisis.id) and "breaking" in page(owner, "listening_pains")
    answer = owner.get(reverse("web:topic_pains", args=[crisis.id]), {"format": "csv"})
    text = b"".join(answer.streaming_content).decode() if answer.streaming else answer.content.decode()
    assert "breaking" in text and "x1" not in text


def test_a_query_is_tried_while_it_is_written_and_errors_say_where(owner, crisis):
    tried = owner.post(reverse("web:topic_preview"), {"query": "northgate OR rivalco"}).content.decode()
    assert "mentions by" in tried and "Only by it" in tried and "Networks are asked for" in tried
    wrong = owner.post(reverse("web:topic_preview"), {"query": "northgate AND (boots"}).content.decode()
    assert "<mark>(</mark>" in wrong and "never closed" in wrong


def test_a_topic_is_made_changed_and_put_away(owner):
    said = {"name": "Boots", "kind": "product", "query": "boots", "least_people": "7", "alerts": "on"}
    owner.post(reverse("web:topic_new"), said)
    made = Topic.objects.get()
    assert (made.name, made.least_people, made.alerts, made.searched) == ("Boots", 7, True, False)
    answer = owner.post(reverse("web:topic_edit", args=[made.id]), {**said, "query": "boots NOT"})
    assert "Something is missing after" in answer.content.decode()
    answer = owner.post(reverse("web:topic_edit", args=[made.id]), {**said, "least_people": "a few"})
    assert "no whole number" in answer.content.decode() and "a few" in answer.content.decode()
    owner.post(reverse("web:topic_archive", args=[made.id]))
    assert Topic.objects.get().archived_us


def test_who_asks_for_help_becomes_a_conversation_by_one_click_of_a_person(owner):
    now = now_us()
    topic("Battery", "battery", now, kind="problem")
    item = say(account(), "anna", "My battery is flat again, what can I do?", now - HOUR)
    listen(now)
    Mention.objects.update(intent="help")
    assert "battery is flat again" in page(owner, "listening_help") and not Case.objects.exists()
    answer = owner.post(reverse("web:listening_take", args=[item.id]), {"do": "take"})
    case = Case.objects.get()
    assert answer["Location"] == reverse("web:case", args=[case.id])
    assert (case.owner, case.author_id) == (owner.user.by, author("anna", now).id)
    assert Entry.objects.filter(case_id=case.id, item_id=item.id, kind="said").exists()
    owner.post(reverse("web:listening_take", args=[item.id]), {"do": "take"})
    assert Case.objects.count() == 1 and "battery is flat again" not in page(owner, "listening_help")


def test_who_takes_a_post_over_has_it_whatever_the_rules_say_of_what_arrives(owner):
    now, colleague = now_us(), signed_in("agent").user.by
    steps = [{"do": "assign", "owner": colleague}]
    common = {"name": "All to one", "occasion": "arrival", "conditions": {}, "by": owner.user.by, "at": now}
    save_rule(steps=steps, **common)
    topic("Battery", "battery", now, kind="problem")
    item = say(account(), "anna", "My battery is flat again, what can I do?", now - HOUR)
    listen(now)
    owner.post(reverse("web:listening_take", args=[item.id]), {"do": "take"})
    assert Case.objects.get().owner == owner.user.by


def test_hostile_words_stay_words(owner):
    now = now_us()
    number = topic("<b>x</b>", "northgate", now)
    say(account(name="<i>a</i>"), "<script>", "northgate <script>alert(1)</script>", now - HOUR, title="<img src=x>",
        url="https://example.com/")  # fmt: skip
    listen(now)
    for name in ("topic", "topic_mentions", "topic_edit"):
        html = page(owner, name, number)
        assert "<script>alert" not in html and "<img src=x>" not in html and "<b>x" not in html
