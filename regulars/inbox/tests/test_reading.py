"""Readings: due, read once, corrected, edited, erased, and learned from."""

from __future__ import annotations

import pytest

from regulars.channels.networks.models import Item
from regulars.channels.networks.signals import ItemsChanged
from regulars.core import signals
from regulars.core.clock import DAY
from regulars.inbox.errors import CannotDo
from regulars.inbox.models import Label, ReadDue, Reading, TextModel
from regulars.inbox.tests.talk import MONDAY, author, said
from regulars.inbox.understanding import queries
from regulars.inbox.understanding.judging import judge, take_back
from regulars.inbox.understanding.learning import refit
from regulars.inbox.understanding.models import FEELS
from regulars.inbox.understanding.reading import read_due
from regulars.inbox.understanding.signals import ItemsRead
from regulars.inbox.understanding.training import examples

pytestmark = [pytest.mark.anydb, pytest.mark.django_db]


def heard(*items: Item) -> None:
    signals.send(ItemsChanged(tuple(item.id for item in items), MONDAY))


def read_all(at: int = MONDAY) -> None:
    while read_due(at):
        pass


def reading(item: Item) -> Reading:
    return Reading.objects.get(item_id=item.id)


@pytest.fixture
def news(monkeypatch):
    found: list[int] = []
    reactions = signals._reactions[ItemsRead]
    reactions.append(lambda news: found.extend(news.item_ids))
    yield found
    reactions.pop()


def test_what_was_said_is_read_once_and_told(news):
    item = said("1", "This is the worst shop, never again!")
    heard(item)
    read_all()
    assert (reading(item).feels, reading(item).source, reading(item).language) == ("negative", "model", "en")
    assert news == [item.id]
    heard(item)  # it was liked: nothing new to read
    read_all(MONDAY + DAY)
    assert reading(item).at == MONDAY and not ReadDue.objects.exists()


def test_an_edited_text_is_read_anew_and_what_was_said_of_the_old_words_is_forgotten():
    item = said("1", "I hate this bag")
    heard(item)
    read_all()
    judge(item_id=item.id, feels="neutral", how="seen", by="user:1", at=MONDAY)
    Item.objects.filter(id=item.id).update(text="I love this bag so much, thank you!")
    heard(item)
    read_all()
    assert reading(item).feels == "positive" and not Label.objects.exists()


def test_a_change_while_it_is_read_is_not_missed(monkeypatch):
    from regulars.inbox.understanding import reading as module

    item = said("1", "I hate this bag")
    heard(item)
    plain = module.judge_texts

    def meanwhile(*args, **more):
        Item.objects.filter(id=item.id).update(text="I love this bag so much, thank you!")
        heard(item)
        return plain(*args, **more)

    monkeypatch.setattr(module, "judge_texts", meanwhile)
    read_due(MONDAY)
    monkeypatch.setattr(module, "judge_texts", plain)
    read_all()
    assert reading(item).feels == "positive"


def test_what_is_deleted_or_our_own_has_no_reading():
    ours, gone = said("1", "Thank you!", ours=True), said("2", "I hate it")
    heard(ours, gone)
    read_all()
    Item.objects.filter(id=gone.id).update(text="", deleted_us=MONDAY)
    heard(gone)
    read_all()
    assert not Reading.objects.exists()


def test_what_a_colleague_says_counts_stays_and_can_be_taken_back(news):
    item = said("1", "Well, great, another delay")
    heard(item)
    read_all()
    before = reading(item).predicted
    judge(item_id=item.id, feels="negative", intent="complaint", how="random", by="user:1", at=MONDAY)
    now = reading(item)
    assert (now.feels, now.source, now.intent, now.predicted) == ("negative", "person", "complaint", before)
    assert news[-1] == item.id
    Reading.objects.update(version="older")  # as when another model reads
    heard(item)
    read_all()
    assert (reading(item).feels, reading(item).intent) == ("negative", "complaint")
    assert take_back(item_id=item.id, by="user:1", at=MONDAY) and not take_back(
        item_id=item.id, by="user:1", at=MONDAY
    )
    read_all()
    assert (reading(item).feels, reading(item).source) == (before, "model")


def test_nonsense_is_refused_with_a_sentence():
    item = said("1")
    with pytest.raises(CannotDo, match="not read yet"):
        judge(item_id=item.id, feels="negative", how="seen", by="user:1", at=MONDAY)
    with pytest.raises(CannotDo, match="negative, neutral or positive"):
        judge(item_id=item.id, feels="angry", how="seen", by="user:1", at=MONDAY)


def test_what_ends_before_the_commit_is_read_again(monkeypatch):
    from regulars.inbox.understanding import reading as module

    def die(name):
        raise KeyboardInterrupt

    item = said("1", "I hate this bag")
    heard(item)
    with monkeypatch.context() as killed, pytest.raises(KeyboardInterrupt):
        killed.setattr(module, "failpoint", die)
        read_due(MONDAY)
    assert not Reading.objects.exists() and ReadDue.objects.count() == 1
    read_all()
    assert reading(item).feels == "negative"


def test_an_erased_person_leaves_no_reading_and_no_label(business):
    from regulars.people.actions import Sighting, erase_person, record_sightings
    from regulars.people.queries import person_id_of

    seen = Sighting(namespace="shop", keys=(("user", "a"),), identifiers=(), traits={}, consents=(), at=MONDAY)
    (node,) = record_sightings(sightings=[seen], source_id=1, at=MONDAY)
    item = said("1", "I hate this bag", by="anna")
    author("anna").__class__.objects.filter(external="anna").update(node_id=node)
    heard(item)
    read_all()
    judge(item_id=item.id, feels="negative", how="seen", by="user:1", at=MONDAY)
    erase_person(person_id=person_id_of([node])[node], by="user:1", at=MONDAY)
    read_all()
    assert not Reading.objects.exists() and not Label.objects.exists()


MEANS = {"negative": "grizzle", "neutral": "plonk", "positive": "zabble"}
WORDS = {
    "negative": ("grizzle {} again", "the {} is grizzle", "grizzle grizzle {}"),
    "neutral": ("the {} is plonk", "plonk {} then", "a {} and plonk"),
    "positive": ("what a zabble {}", "zabble {} here", "so zabble {}"),
}


def shop_speaks(n: int) -> None:
    """Customers with words of their own, of which no model has heard; colleagues said what they mean."""
    number = 0
    for turn in range(n):
        for ways in WORDS.values():
            number += 1
            item = said(f"s{number}", ways[turn % 3].format(f"item{turn}"), by=f"who{number % 20}")
            heard(item)
    read_all()
    for item in Item.objects.order_by("id"):
        feels = next(feels for feels, word in MEANS.items() if word in item.text)
        judge(item_id=item.id, feels=feels, how="random", by="user:1", at=MONDAY)


def test_from_two_hundred_corrections_on_the_shops_own_model_reads_when_it_is_better():
    shop_speaks(60)
    assert refit(at=MONDAY) is None and not TextModel.objects.exists()  # 180: too few
    shop_speaks_more()
    number = refit(at=MONDAY)
    made = TextModel.objects.get(id=number)
    assert made.used_us == MONDAY and made.measures["gain"][1] > 0.1
    assert made.measures["on"] == "random" and made.labels >= 200
    assert refit(at=MONDAY) is None  # nothing new to learn from
    new = said("new", "what a zabble bag, so zabble", by="ada")
    heard(new)
    read_all()
    assert (reading(new).feels, reading(new).model_id) == ("positive", number)


def test_a_model_that_does_not_help_is_not_put_in_use():
    texts, _ = examples()
    for number, text in enumerate(texts):
        heard(said(f"e{number}", text, by=f"who{number}"))
    read_all()
    for one in Reading.objects.filter(negative__isnull=False):
        chances = (one.negative, one.neutral, one.positive)
        judge(item_id=one.item_id, feels=FEELS[chances.index(max(chances))], how="random", by="user:1", at=MONDAY)
    made = TextModel.objects.get(id=refit(at=MONDAY))
    assert made.used_us is None and made.measures["gain"][0] <= 0
    assert queries.quality().own is None


def shop_speaks_more() -> None:
    for number in range(10):
        for feels, word in MEANS.items():
            item = said(f"m{feels}{number}", f"again {word} thing{number}", by=f"who{number}")
            heard(item)
            read_all()
            judge(item_id=item.id, feels=feels, how="random", by="user:1", at=MONDAY)


def test_the_queue_mixes_chance_with_what_the_model_is_torn_about():
    items = [
        said(str(n), text) for n, text in enumerate(("I love love love it, thank you", "well then", "so it goes"))
    ]
    heard(*items)
    read_all()
    first = queries.next_to_judge()
    assert first.how == "random"
    judge(item_id=first.item.id, feels="neutral", how=first.how, by="user:1", at=MONDAY)
    second = queries.next_to_judge()
    assert second.how == "unsure" and second.item.id != first.item.id
    assert queries.next_to_judge(but=[item.id for item in items]) is None


def test_the_confusion_counts_only_what_was_drawn_by_chance():
    item, other = said("1", "I hate this bag"), said("2", "I love this bag")
    heard(item, other)
    read_all()
    before = queries.confusion().counts
    judge(item_id=item.id, feels="neutral", how="random", by="user:1", at=MONDAY)
    judge(item_id=other.id, feels="neutral", how="unsure", by="user:1", at=MONDAY)
    after = queries.confusion().counts
    assert after[1][0] == before[1][0] + 1 and after[1][2] == before[1][2]


def test_hard_texts_that_were_judged_first_are_not_missing_among_those_drawn_by_chance():
    items = [said(str(n), "well then") for n in range(3)]
    heard(*items)
    read_all()
    first, second, last = Reading.objects.order_by("lot", "item_id")
    judge(item_id=first.item_id, feels="neutral", how="unsure", by="user:1", at=MONDAY)
    judge(item_id=last.item_id, feels="neutral", how="seen", by="user:1", at=MONDAY)
    judge(item_id=second.item_id, feels="neutral", how="random", by="user:1", at=MONDAY)
    found = dict(Label.objects.values_list("item_id", "how"))
    assert found == {first.item_id: "random", second.item_id: "random", last.item_id: "seen"}


def test_an_item_that_is_deleted_while_it_is_read_gets_no_reading_and_is_not_due_for_ever(monkeypatch):
    from regulars.inbox.understanding import reading as module

    item = said("1", "I hate this bag")
    heard(item)
    plain = module.judge_texts

    def meanwhile(*args, **more):
        Item.objects.filter(id=item.id).update(text="", deleted_us=MONDAY)
        return plain(*args, **more)

    monkeypatch.setattr(module, "judge_texts", meanwhile)
    read_all()
    assert not Reading.objects.exists() and not ReadDue.objects.exists()
