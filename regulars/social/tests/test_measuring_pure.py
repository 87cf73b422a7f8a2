"""Formats, hours, changes and sums: pure numbers, checked on data whose truth is known."""

from __future__ import annotations

import numpy as np
import pytest

from regulars.core.clock import DAY
from regulars.social.measuring.competing import Shown, compete, residuals
from regulars.social.measuring.hours import best, hour_of, prior, weigh
from regulars.social.measuring.money import total
from regulars.social.measuring.shifts import LEAST, STEP, change_in
from regulars.social.publishing.formats import addresses, format_of, parts
from regulars.social.publishing.wording import sameness_of

AT = 400 * DAY


def drawn(random: np.random.Generator, rates: dict[str, float], posts: int, spread: float = 0.5) -> list[Shown]:
    """Posts of random formats, seen by some hundreds; each does better or worse by chance."""
    names = list(rates)
    found = []
    for n in range(posts):
        name, reach = names[random.integers(len(names))], int(random.integers(300, 2000))
        rate = rates[name] * np.exp(random.normal(0, spread))
        found.append(Shown(1, name, AT - (posts - n) * DAY // 2, int(random.poisson(reach * rate)), reach))
    return found


def test_the_interval_of_a_typical_post_holds_the_truth_as_often_as_it_says():
    random, held, seen = np.random.default_rng(7), 0, 0
    for _shop in range(150):
        rates = {name: 0.03 * np.exp(random.normal(0, 0.35)) for name in ("text", "picture", "link", "video")}
        for one in compete(drawn(random, rates, 60), at=AT):
            held += one.low <= 1000 * rates[one.format] <= one.high
            seen += 1
    assert 0.90 <= held / seen <= 0.99


def test_three_lucky_posts_do_not_win():
    texts = drawn(np.random.default_rng(8), {"text": 0.03}, 40, spread=0.7)
    lucky = sorted(one.engaged * 1000 / (one.reach or 1) for one in texts)[-8]
    videos = [Shown(1, "video", AT - n * DAY, int(lucky), 1000) for n in range(3)]
    video = next(one for one in compete([*texts, *videos], at=AT) if one.format == "video")
    assert video.says == "open" and video.typical < lucky * 0.9


def test_a_format_that_really_does_better_is_said_to():
    random = np.random.default_rng(3)
    first, *_others, last = compete(drawn(random, {"question": 0.06, "text": 0.02, "link": 0.02}, 120), at=AT)
    assert (first.format, first.says) == ("question", "better")
    assert last.says != "better"


def test_where_nothing_differs_few_formats_are_called_better():
    random, called = np.random.default_rng(5), 0
    for _shop in range(100):
        found = compete(drawn(random, dict.fromkeys(("text", "picture", "link"), 0.03), 45), at=AT)
        called += any(one.says == "better" for one in found)
    assert called <= 15


def test_without_views_reactions_count_per_post():
    posts = [
        Shown(1, kind, AT - n * DAY, 5 if kind == "text" else 20) for n in range(10) for kind in ("text", "link")
    ]
    assert [one.format for one in compete(posts, at=AT)] == ["link", "text"]
    assert residuals(posts, at=AT).shape == (20,)


@pytest.mark.parametrize("tails", ["normal", "lognormal", "cauchy"])
def test_a_change_is_noticed_without_cause_in_fewer_than_one_of_twenty_series(tails):
    random = np.random.default_rng(11)
    draw = {"normal": random.standard_normal, "lognormal": lambda n: random.lognormal(size=n),
            "cauchy": random.standard_cauchy}[tails]  # fmt: skip
    assert sum(_alarms(draw(200)) for _series in range(200)) <= 10


def test_waves_that_come_and_go_alarm_seldom():
    random, alarms = np.random.default_rng(2), 0
    for _series in range(150):
        noise = random.standard_normal(200)
        wave = noise.copy()
        for n in range(1, 200):
            wave[n] += 0.3 * wave[n - 1]
        alarms += _alarms(wave)
    assert alarms <= 0.15 * 150


def test_a_change_by_one_standard_deviation_is_noticed_within_forty_posts():
    random, found = np.random.default_rng(9), []
    for _series in range(100):
        told = random.standard_normal(100)
        told[60:] += 1
        found += [next((one for n in range(70, 101, STEP) if (one := change_in(told[:n]))), None)]
    known = [one for one in found if one]
    assert len(known) >= 75
    assert np.median([abs(one.place - 60) for one in known]) <= 6
    assert sum(one.low <= np.e <= one.high for one in known) >= 0.8 * len(known)


def _alarms(told: np.ndarray) -> bool:
    return any(change_in(told[:n]) for n in range(LEAST, len(told) + 1, STEP))


def test_no_hour_is_better_before_anybody_did_anything():
    assert best(weigh([], [])) == []
    assert not prior([0] * 168).any()


def test_the_hours_of_customers_are_a_guess_that_own_results_overrule():
    active = [10 if hour % 24 in (18, 19, 20) else 1 for hour in range(168)]
    guessed = best(weigh([], [], active), most=1)[0]
    assert guessed.hour % 24 in (18, 19, 20) and guessed.says == "guess"
    morning = [hour_of(f"2026-09-{day:02d}T08:00") for day in range(1, 30)]
    evening = [hour_of(f"2026-09-{day:02d}T19:00") for day in range(1, 30)]
    learnt = best(weigh(morning + evening, [0.8] * 29 + [-0.8] * 29, active), most=1)[0]
    assert abs(learnt.hour % 24 - 8) <= 2 and learnt.says == "known"


def test_the_interval_of_turnover_holds_the_truth():
    random, held = np.random.default_rng(1), 0
    for _month in range(300):
        amounts = random.gamma(2, 2500, random.poisson(30))
        held += (found := total(int(a) for a in amounts)).low <= 30 * 5000 <= found.high
    assert held >= 0.9 * 300
    assert (total([]).orders, total([]).minor) == (0, 0)


@pytest.mark.parametrize(
    ("text", "types", "story", "format"),
    [
        ("Boots are in", (), False, "text"),
        ("Tent or hut?", (), False, "question"),
        ("Tent or hut? https://shop.example", (), False, "question"),
        ("See https://shop.example.", (), False, "link"),
        ("Boots", ("image/png",), False, "picture"),
        ("Boots", ("video/mp4",), False, "video"),
        ("One\n---\nTwo", (), False, "thread"),
        ("Boots", ("image/png",), True, "story"),
    ],
)
def test_a_post_has_the_format_that_marks_it(text, types, story, format):
    assert format_of(text, types, story=story) == format


def test_an_address_ends_before_the_full_stop_and_a_thread_at_its_dashes():
    assert addresses("(https://a.example/x?y=1), https://b.example/.") == [
        "https://a.example/x?y=1",
        "https://b.example/",
    ]
    assert parts("One\n---\nTwo\n-----\nThree") == ["One", "Two", "Three"]


def test_texts_that_readers_take_for_the_same_are_the_same():
    assert sameness_of("New boots!  https://s.example/a?utm=1") == sameness_of("new BOOTS https://s.example/a?utm=2")
    assert sameness_of("New boots") != sameness_of("New tents")
    assert sameness_of("🥾") == ""
