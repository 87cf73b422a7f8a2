"""What is rising and why: alarms that are rare by chance and sure in a crisis, words that explain."""

from __future__ import annotations

from math import log, sqrt

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from regulars.core.clock import HOUR, MINUTE
from regulars.inbox.actions import close
from regulars.inbox.models import Case
from regulars.social.actions.alerts import judge_alert, learned, watch
from regulars.social.actions.mentions import items_changed
from regulars.social.actions.stories import tell_stories
from regulars.social.listening.baseline import Seen, Usual, chance, discoveries, rising, usual
from regulars.social.listening.logodds import rises, score
from regulars.social.models import Alert, Topic
from regulars.social.tests.hearing import Item, account, fields, listen, say, topic
from regulars.team.models import User

LINES = ("their tents are fine", "went to the shop today", "nice people there", "parking was easy", "good prices")


@pytest.fixture
def crisis(business, at):
    """Four weeks in which somebody says something every hour; then, within an hour, thirty people cannot pay."""
    User.objects.create_user("olive@example.com", "x", name="Olive", role="owner")
    where, number = account(), topic("Northgate", "northgate", at)
    rows = [
        Item(**fields(where, f"p{n % 40}", f"northgate {LINES[n % 5]}", at - n * HOUR - 20 * MINUTE))
        for n in range(2, 4 * 7 * 24)
    ]
    rows += [
        Item(**fields(where, f"angry{n}", f"northgate {('took', 'stole')[n % 2]} my money, card declined twice x{n}",
                      at - 50 * MINUTE + n * MINUTE))
        for n in range(30)
    ]  # fmt: skip
    made = Item.objects.bulk_create(rows)
    items_changed(item_ids=[item.id for item in made])
    listen(at)
    return Topic.objects.get(id=number)


@pytest.mark.django_db
def test_a_crisis_is_told_once_with_what_rose_from_what_to_what_who_first_and_why(crisis, at):
    (number,) = watch(at=at)
    alert = Alert.objects.get(id=number)
    assert alert.people == 30 and alert.usual < 3 and alert.method == "week" and alert.chance < 1e-6
    assert at - 65 * MINUTE <= alert.began_us <= at - 45 * MINUTE
    phrases = [word["phrase"] for word in alert.why["words"]]
    assert any("card declined" in phrase for phrase in phrases) and "northgate" not in phrases
    first = Item.objects.get(id=alert.why["first"])
    assert first.text.endswith("x0") and len(alert.why["quotes"]) == 3 and not alert.why["small"]
    case = Case.objects.get(id=alert.case_id)
    assert case.owner.startswith("user:") and "30 people" in case.title
    assert watch(at=at + 5 * MINUTE) == []
    assert Alert.objects.count() == 1 and Alert.objects.get().last_us == at + 5 * MINUTE


@pytest.mark.django_db
def test_a_quiet_topic_is_not_told(business, at):
    where = account()
    topic("Northgate", "northgate", at)
    for n in range(1, 60):
        say(where, f"p{n % 9}", "northgate", at - n * HOUR)
    listen(at)
    assert watch(at=at) == []


@pytest.mark.django_db
def test_closing_the_case_ends_the_alert_with_its_outcome(crisis, at):
    watch(at=at)
    alert = Alert.objects.get()
    close(case_id=alert.case_id, outcome="mended", by="user:1", at=at + HOUR)
    alert.refresh_from_db()
    assert (alert.outcome, alert.closed_us) == ("mended", at + HOUR)


@pytest.mark.django_db
def test_noise_lifts_the_threshold_and_saying_otherwise_takes_it_back(crisis, at):
    watch(at=at)
    alert = Alert.objects.get()
    judge_alert(alert_id=alert.id, useful=False, by="user:1", at=at)
    crisis.refresh_from_db()
    assert crisis.least_times > 1.8
    judge_alert(alert_id=alert.id, useful=True, by="user:1", at=at + 1)
    crisis.refresh_from_db()
    assert crisis.least_times == 1.5


@pytest.mark.django_db
def test_the_story_of_a_topic_names_what_is_new(crisis, at):
    while tell_stories(at=at):
        pass
    crisis.refresh_from_db()
    assert crisis.story_us == at and any("card declined" in word["phrase"] for word in crisis.story["words"])


@given(st.lists(st.tuples(st.floats(0, 1e6), st.booleans()), max_size=20))
def test_the_threshold_always_stays_between_its_bounds(judged):
    assert 1.5 <= learned(judged) <= 6


def weeks(rng, count, level):
    """Hours of a shop's topic: by day busier than at night, quieter on Sundays, scattered more than Poisson."""
    hours = np.arange(count * 168) % 168
    shape = (0.2 + np.sin(np.pi * (hours % 24) / 24) ** 2) * np.where(hours // 24 == 6, 0.5, 1.0)
    return rng.negative_binomial(5, 5 / (5 + level * shape)), hours


@pytest.mark.anydb
@pytest.mark.parametrize(("count", "level"), [(3, 8.0), (8, 2.0), (8, 40.0)])
def test_an_hour_like_all_others_is_rarely_surprising(count, level):
    rng, alarms, tests = np.random.default_rng(11), 0, 0
    for _ in range(12):
        counts, hours = weeks(rng, count + 1, level)
        for last in range(count * 168, len(counts), 7):
            now = usual(counts[:last], hours[:last], int(hours[last]))
            alarms += chance(int(counts[last]), now) <= 0.01
            tests += 1
    assert alarms / tests <= 0.02


@pytest.mark.anydb
def test_four_times_the_usual_is_surprising_and_a_past_burst_hides_nothing():
    counts, hours = weeks(np.random.default_rng(5), 4, 40.0)
    counts[300:306] = 900
    now = usual(counts, hours, 12)
    assert now.people < 60 and chance(int(4 * now.people), now) < 1e-3


@pytest.mark.anydb
def test_nothing_is_said_of_a_topic_without_a_day_of_history():
    assert usual([5] * 23, list(range(23)), 0) is None
    assert usual([5] * 24, list(range(24)), 0).method == "young"


@pytest.mark.anydb
def test_what_was_as_loud_yesterday_or_last_week_does_not_rise():
    now, least = {1: Usual(2.0, 0.1, "week")}, {1: (1.5, 5)}
    assert rising({1: Seen(30, 3, 2)}, now, least) and rising({1: Seen(30, None, None)}, now, least)
    assert not rising({1: Seen(30, 28, 2)}, now, least) and not rising({1: Seen(30, 3, 27)}, now, least)
    assert not rising({1: Seen(30, 3, 2)}, now, {1: (20.0, 5)}) and not rising(
        {1: Seen(30, 3, 2)}, now, {1: (1.5, 31)}
    )


@pytest.mark.anydb
@settings(max_examples=200)
@given(st.dictionaries(st.integers(), st.floats(0, 1), max_size=30), st.floats(0.001, 0.5))
def test_discoveries_are_those_of_the_step_up_procedure(chances, rate):
    """Against the definition: the largest k for which k tests have p at most rate * k / m."""
    m = len(chances)
    best = (
        max((k for k in range(m + 1) if sum(p <= rate * k / m for p in chances.values()) >= k), default=0) if m else 0
    )
    found = discoveries(chances, rate)
    assert len(found) == best
    assert not found or max(chances[t] for t in found) <= min([p for t, p in chances.items() if t not in found] + [2])


@pytest.mark.anydb
def test_the_log_odds_are_those_of_the_paper():
    """Equations 16 and 20 of Monroe, Colaresi and Quinn (2008), written out for one word."""
    y1, n1, y2, n2, a0 = 20, 100, 30, 900, 20.0
    a = a0 * 50 / 1000
    delta = log((y1 + a) / (n1 + a0 - y1 - a)) - log((y2 + a) / (n2 + a0 - y2 - a))
    assert score(y1, n1, y2, n2) == pytest.approx(delta / sqrt(1 / (y1 + a) + 1 / (y2 + a)))


@pytest.mark.anydb
def test_words_of_few_people_explain_nothing_and_parts_of_a_phrase_are_one():
    before = [(n, f"nice shop number {n % 7}".split()) for n in range(300)]
    now = [(1000 + n, f"flight on hold for hours {n}".split()) for n in range(20)]
    now += [(1, ["spam", "spam"])] * 30 + [(n, ["spam"]) for n in (2, 3, 4)]
    found = rises(now, before)
    assert [one.phrase for one in found] == ["flight on hold", "hold for hours"] or len(found) <= 2
    assert all(one.people >= 5 for one in found) and not any("spam" in one.phrase for one in found)
    assert (found[0].people, found[0].of, found[0].before) == (20, 24, 0)


@pytest.mark.anydb
def test_a_word_as_frequent_as_ever_does_not_rise():
    texts = [(n, ["delivery", "was", "late"] if n % 3 else ["great", "boots"]) for n in range(900)]
    assert rises([(n + 5000, words) for n, words in texts[:90]], texts) == []
