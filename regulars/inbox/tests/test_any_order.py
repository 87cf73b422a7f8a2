"""Whatever comes late, twice, out of order, edited or deleted: conversations end as a simple model says."""

from __future__ import annotations

from dataclasses import dataclass, replace

import pytest
from django.db import transaction
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from regulars.channels.networks.models import Item
from regulars.channels.networks.signals import ItemsChanged
from regulars.core.clock import HOUR, MINUTE
from regulars.core.signals import send
from regulars.inbox.models import Case, Entry, Wait
from regulars.inbox.telling import ANSWER, CLOSE, SAID, Word, tell
from regulars.inbox.tests.talk import MONDAY, account, author, said, take_all

AUTHORS = ("ada", "bob")
SEEN = MONDAY + HOUR


@dataclass(frozen=True)
class Saying:
    """One item as it ends; `parent` is the place of the item it answers."""

    thread: str
    by: str  # an author, or us
    to_us: bool
    minute: int
    parent: int
    edited: bool
    deleted: bool

    @property
    def ours(self) -> bool:
        return self.by == "us"


sayings = st.builds(
    Saying,
    thread=st.sampled_from(["t1", "t2"]),
    by=st.sampled_from([*AUTHORS, "us"]),
    to_us=st.booleans(),
    minute=st.integers(0, 50),
    parent=st.integers(0, 6),
    edited=st.booleans(),
    deleted=st.booleans(),
)


@st.composite
def days(draw):
    """Sayings, each at a minute of its own, and the news of them: (place, version) in any order, some twice."""
    told = draw(st.lists(sayings, min_size=1, max_size=7, unique_by=lambda one: one.minute))
    told = [replace(one, to_us=one.to_us and not one.ours) for one in told]
    news = [place for place in range(len(told))] * 2
    extra = draw(st.lists(st.sampled_from(news), max_size=5))
    order = draw(st.permutations(news + extra))
    return told, order, draw(st.lists(st.booleans(), min_size=len(order), max_size=len(order)))


def parent_of(told: list[Saying], one: Saying) -> Saying | None:
    found = told[one.parent] if one.parent < len(told) else None
    return found if found and found.thread == one.thread and found.minute < one.minute else None


def waiting(told: list[Saying], thread: str) -> dict[str, int]:
    """The model: {author: the minute since when they wait}."""
    found: dict[str, int] = {}
    for one in sorted(told, key=lambda one: one.minute):
        if one.thread != thread or one.deleted:
            continue
        parent = parent_of(told, one)
        if one.to_us:
            found.setdefault(one.by, one.minute)
        elif one.ours and parent is not None and not parent.ours:
            found.pop(parent.by, None)
    return found


# our word, read before the one of ours that it answers, seemed to answer everybody
LATE = (
    [Saying("t2", "ada", True, 28, 6, False, False), Saying("t2", "us", False, 45, 2, False, False),
     Saying("t2", "us", False, 21, 6, False, False)],
    [0, 1, 0, 1, 2, 2], [False, False, False, True, False, False],
)  # fmt: skip


@pytest.mark.django_db
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@example(day=LATE)
@given(day=days())
def test_in_whatever_order_items_come_who_waits_since_when_is_what_the_model_says(business, day):
    told, order, pauses = day
    with transaction.atomic():
        play(told, order, pauses)
        for thread in ("t1", "t2"):
            ends_as_the_model_says(told, thread)
        transaction.set_rollback(True)


def play(told: list[Saying], order: list[int], pauses: list[bool]) -> None:
    """Each item comes first as it was, then as it ends; the loop runs now and then."""
    account()
    items: dict[int, Item] = {}
    seen: dict[int, int] = {}
    for place, pause in zip(order, pauses, strict=True):
        one, seen[place] = told[place], seen.get(place, 0) + 1
        if place not in items:
            items[place] = made(told, place, one)
        elif seen[place] == 2:
            end(items[place], one)
        send(ItemsChanged((items[place].id,), SEEN))
        if pause:
            take_all(SEEN)
    take_all(SEEN)


def made(told: list[Saying], place: int, one: Saying) -> Item:
    parent = parent_of(told, one)
    return said(
        f"i{place}", f"first {place}", at=MONDAY + one.minute * MINUTE, by=one.by, ours=one.ours, to_us=one.to_us,
        thread=one.thread, parent=f"i{told.index(parent)}" if parent else "", seen_us=SEEN,
    )  # fmt: skip


def end(item: Item, one: Saying) -> None:
    text = "" if one.deleted else "edited" if one.edited else item.text
    gone = SEEN if one.deleted else None
    Item.objects.filter(id=item.id).update(text=text, deleted_us=gone, edited_us=SEEN if one.edited else None)


def ends_as_the_model_says(told: list[Saying], thread: str) -> None:
    wanted = waiting(told, thread)
    items = {item.id: item for item in Item.objects.filter(thread=thread)}
    homes = set(Entry.objects.filter(item_id__in=list(items)).values_list("case_id", flat=True))
    if not homes:
        assert not wanted
        return
    assert len(homes) == 1
    case = Case.objects.get(id=homes.pop())
    assert Case.objects.filter(origin=case.origin).count() == 1
    open_ = Wait.objects.filter(case_id=case.id, ended_us=None).values_list("author_id", "asked_us")
    assert dict(open_) == {author(who).id: MONDAY + minute * MINUTE for who, minute in wanted.items()}
    assert case.waiting_us == (MONDAY + min(wanted.values()) * MINUTE if wanted else None)
    assert case.closed_us is None or not wanted
    shown = dict(Entry.objects.filter(case_id=case.id, item_id__isnull=False).values_list("item_id", "text"))
    assert len(shown) == Entry.objects.filter(case_id=case.id, item_id__isnull=False).count()
    assert {number: text for number, text in shown.items() if text} == {
        number: item.text for number, item in items.items() if item.text
    }


# --- the same without a database, with answers whose writers had not read everything


words = st.builds(
    Word,
    entry=st.integers(1, 10**6),
    kind=st.sampled_from([SAID, SAID, ANSWER, CLOSE]),
    at=st.integers(0, 30),
    who=st.sampled_from([None, 1, 2]),
    known=st.none() | st.integers(0, 40),
    public=st.booleans(),
    gone=st.none() | st.integers(0, 40),
)


def told_by_model(words: list[Word]) -> set[tuple[int, int]]:
    """{(author, since)} of who still waits, asked of each word by itself."""
    found: dict[int | None, int] = {}
    for word in words:
        if word.kind != SAID or word.gone is not None:
            continue
        answered = any(
            other.at >= word.at
            and (other.kind == CLOSE or (other.kind == ANSWER and other.who in (None, word.who)))
            and (other.known is None or word.known is None or word.known <= other.known)
            for other in words
        )
        if not answered:
            found[word.who] = min(word.at, found.get(word.who, 10**9))
    return set(found.items())


@settings(max_examples=300, deadline=None)
@given(st.lists(words, max_size=12, unique_by=lambda word: word.entry), st.randoms())
def test_who_waits_is_whose_words_nobody_answered_who_had_read_them_in_any_order(words, chance):
    shuffled = list(words)
    chance.shuffle(shuffled)
    told = tell(words)
    assert tell(shuffled) == told
    assert {(wait.who, wait.since) for wait in told if wait.until is None} == told_by_model(words)
    assert all(wait.until >= wait.since for wait in told if wait.until is not None)
    assert len({wait.entry for wait in told}) == len(told)
