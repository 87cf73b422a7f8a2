"""Judging texts one key each, and the page that says how good the reader is."""

from __future__ import annotations

import re

import pytest
from django.test import Client
from django.urls import reverse

from regulars.channels.networks.models import Item
from regulars.channels.networks.signals import ItemsChanged
from regulars.core import signals
from regulars.core.clock import now_us
from regulars.inbox.models import Label, Reading, ReadingRules, TextModel
from regulars.inbox.tests.talk import said
from regulars.inbox.understanding.reading import read_due
from regulars.team.models import User

pytestmark = pytest.mark.django_db


def signed_in(role: str) -> Client:
    client = Client()
    user = User.objects.create_user(f"{role}@example.com", name=role.capitalize(), role=role)
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


def read(*texts: str) -> list[Item]:
    found = [said(f"t{n}", text) for n, text in enumerate(texts)]
    signals.send(ItemsChanged(tuple(item.id for item in found), now_us()))
    while read_due(now_us()):
        pass
    return found


def judged(client: Client, act: str, item: Item, **more: str):
    return client.post(
        reverse("web:judging"), {"act": act, "item": item.id, "how": "random", **more}, HTTP_HX_REQUEST="true"
    )


@pytest.fixture
def agent(business):
    return signed_in("agent")


def shown(html: str) -> int:
    return int(re.search(r'name="item" value="(\d+)"', html)[1])


def test_without_texts_the_pages_teach(agent):
    assert "Nothing to judge" in agent.get(reverse("web:judging")).content.decode()
    page = agent.get(reverse("web:reading")).content.decode()
    assert "Nobody has checked the reader yet" in page and "200 more texts to go" in page


def test_a_text_is_judged_and_the_readers_own_thought_comes_afterwards(agent):
    item, other = read("I hate this terrible shop", "I love this shop so much, thank you")
    html = agent.get(reverse("web:judging")).content.decode()
    assert "The reader" not in html.split('id="judging"')[1]
    first = Item.objects.get(id=shown(html))
    answer = judged(agent, "neutral", first, intent="praise").content.decode()
    assert "You said neutral." in answer and "The reader thought" in answer
    assert shown(answer) == (other if first == item else item).id
    reading = Reading.objects.get(item_id=first.id)
    assert (reading.feels, reading.source, reading.intent) == ("neutral", "person", "praise")
    assert Label.objects.get().how == "random"


def test_a_text_is_skipped_or_taken_back(agent):
    item, other = read("I hate this terrible shop", "I love this shop so much, thank you")
    skipped = judged(agent, "skip", item).content.decode()
    assert shown(skipped) == other.id and f'name="skipped" value="{item.id}"' in skipped
    judged(agent, "positive", other)
    judged(agent, "undo", other)
    assert not Label.objects.exists()


def test_nonsense_is_answered_with_a_sentence(agent):
    (item,) = read("I hate this terrible shop")
    judged(agent, "furious", item)
    assert not Label.objects.exists()
    assert (
        agent.post(reverse("web:judging"), {"act": "negative", "item": "-1²"}, HTTP_HX_REQUEST="true").status_code
        == 200
    )


def test_who_only_reads_judges_nothing_and_agents_change_no_rules(agent):
    reader = signed_in("reader")
    assert reader.get(reverse("web:reading")).status_code == 200
    assert reader.get(reverse("web:judging")).status_code == 403
    assert agent.post(reverse("web:reading_languages"), {"language": ["de"]}).status_code == 403
    assert agent.post(reverse("web:reading_learn")).status_code == 403


def test_languages_are_chosen_and_texts_read_again(business):
    owner = signed_in("owner")
    (item,) = read("Die Lieferung kam leider viel zu spät an")
    Item.objects.update(at=now_us())
    assert Reading.objects.get(item_id=item.id).language == "de"
    owner.post(reverse("web:reading_languages"), {"language": ["en", "nl", "xx"]})
    assert ReadingRules.objects.get().languages == ["en", "nl"]
    while read_due(now_us()):
        pass
    assert Reading.objects.get(item_id=item.id).language != "de"
    owner.post(reverse("web:reading_languages"), {"language": []})
    assert ReadingRules.objects.get().languages == ["en", "nl"]


def test_the_page_says_how_often_it_is_right_on_texts_drawn_by_chance(agent):
    items = read(*[f"I hate this terrible shop {n}" for n in range(32)])
    for n, item in enumerate(items):
        judged(agent, "negative" if n < 24 else "neutral", item)
    page = agent.get(reverse("web:reading")).content.decode()
    assert re.search(r"the reader gets 75\W?%\W?right", page) and "32 of them drawn by chance" in page


@pytest.mark.parametrize(
    ("on", "said_so"),
    [("random", "drawn by chance, each judged"), ("evened", "count less"), ("all", "the gain may be smaller")],
)
def test_the_page_says_on_which_texts_the_shops_own_reader_was_measured(agent, on, said_so):
    figures = {"own": [0.6, 0.5, 0.7], "shipped": [0.55, 0.5, 0.6], "gain": [0.05, -0.01, 0.11], "better": 0.9}
    TextModel.objects.create(
        fitted_us=now_us(), labels=210, house="h", measures=figures | {"on": on, "texts": 210}, weights=b""
    )
    page = agent.get(reverse("web:reading")).content.decode()
    assert said_so in page and "+0.050" in page and "−0.010" in page
