"""Who says what, where and when: eight weeks as items in order of time. Pure; the same seed gives the same words."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np

from regulars.channels.networks.shape import Seen, Who
from regulars.core.clock import DAY, HOUR, MINUTE
from regulars.demo.catalogue import BASICS, LINES
from regulars.demo.voices import words

WEEKS = 8
CRISIS_FROM, CRISIS_DAYS = 17, 8  # days before the end: the first sole comes off; so long it goes on
PEOPLE = 420
A_DAY = {"about": 7.0, "question": 3.0, "complaint": 1.6, "praise": 1.7, "help": 1.5, "rival": 1.2}
PUBLIC = {"bluesky": 0.55, "mastodon": 0.45}
TEXTS = {
    "about": words.ABOUT, "question": words.QUESTIONS, "complaint": words.COMPLAINTS, "praise": words.PRAISE,
    "help": words.HELP, "rival": words.RIVAL, "crisis": words.CRISIS, "after": words.AFTER,
}  # fmt: skip
TO_US = {"question", "complaint", "praise"}
STARS = {5: 0.46, 4: 0.26, 3: 0.12, 2: 0.08, 1: 0.08}


@dataclass(frozen=True)
class Voice:
    """An item, on which of the demo's accounts, and what it is about in truth."""

    account: str
    seen: Seen
    about: str


def say_everything(*, seed: int, end_us: int) -> list[Voice]:
    """All of it, in order of time."""
    random = np.random.default_rng([seed, 41])
    people = [_somebody(random, number) for number in range(PEOPLE)]
    said = [*_in_public(random, people, end_us), *_crisis(random, people, end_us)]
    said += [*_reviews(random, people, end_us), *_mails(random, people, end_us), *_chats(random, people, end_us)]
    said += _blogs(end_us)
    return sorted(said, key=lambda one: (one.seen.at, one.seen.external))


def _somebody(random: np.random.Generator, number: int) -> tuple[str, str, str, int]:
    first, last = str(random.choice(words.FIRST)), str(random.choice(words.LAST))
    return first, last, f"{first.lower()}{last.lower()[:3]}{number}", int(random.pareto(1.3) * 90) + 3


def _who(network: str, person: tuple[str, str, str, int]) -> Who:
    first, last, handle, followers = person
    if network == "mailbox":
        address = f"{handle}@mail.example"
        return Who(external=address, handle=address, name=f"{first} {last}")
    place = {"bluesky": f"{handle}.social.example", "mastodon": f"{handle}@dales.example"}.get(network, handle)
    return Who(external=f"{network}:{handle}", handle=place, name=f"{first} {last}", followers=followers)


def _moments(random: np.random.Generator, rate: float, end_us: int, days: int = WEEKS * 7) -> Iterator[int]:
    """Poisson by day, by day mostly between breakfast and bedtime."""
    for back in range(days, 0, -1):
        for _ in range(int(random.poisson(rate))):
            hour = float(np.clip(random.normal(15.5, 4), 6.5, 23.4))
            yield end_us - back * DAY + int(hour * HOUR)


def _filled(random: np.random.Generator, text: str, first: str = "") -> str:
    thing = str(random.choice([name for names in BASICS.values() for name in names.split("|")]))
    return text.format(
        handle=words.HANDLE, line=random.choice(LINES), thing=thing, store=random.choice(words.STORES),
        size=int(random.integers(36, 46)), order=int(random.integers(71_000, 79_000)), first=first,
    )  # fmt: skip


def _varied(random: np.random.Generator, about: str) -> str:
    """A line with a beginning and an end of its own."""
    return f"{random.choice(words.OPENINGS)}{random.choice(TEXTS[about])}{random.choice(words.TAILS)}"


def _item(
    random: np.random.Generator, network: str, kind: str, about: str, text: str, at: int, person, **more
) -> Voice:
    number = f"{network}:{at}:{int(random.integers(10**6))}"
    metrics = (
        {"likes": int(random.poisson(1.2)), "replies": int(random.poisson(0.3))} if kind in "post mention" else {}
    )
    seen = Seen(external=number, kind=kind, at=at, who=_who(network, person), text=text, thread=number, language="en",
                metrics=metrics, url=f"https://{network}.example/{number.split(':')[1]}")  # fmt: skip
    return Voice(network, replace(seen, **more), about)


def _post(random: np.random.Generator, about: str, text: str, at: int, person) -> Voice:
    network = str(random.choice(list(PUBLIC), p=list(PUBLIC.values())))
    to_us = words.HANDLE in text
    return _item(random, network, "mention" if to_us else "post", about, text, at, person, to_us=to_us)


def _in_public(random: np.random.Generator, people: Sequence, end_us: int) -> Iterator[Voice]:
    for about, rate in A_DAY.items():
        for at in _moments(random, rate, end_us):
            person = people[int(random.integers(len(people)))]
            yield _post(random, about, _filled(random, _varied(random, about)), at, person)


def _crisis(random: np.random.Generator, people: Sequence, end_us: int) -> Iterator[Voice]:
    """It begins with one pair, peaks on the third day, fades when the shop has said something and takes them back."""
    shape = (1, 7, 24, 31, 22, 11, 6, 3)[:CRISIS_DAYS]
    for day, mean in enumerate(shape):
        begin = end_us - (CRISIS_FROM - day) * DAY
        for _ in range(int(random.poisson(mean)) or 1):
            person = people[int(random.integers(len(people)))]
            at = begin + int(float(np.clip(random.normal(15, 4), 7, 23)) * HOUR)
            about = "after" if day > 3 and random.random() < 0.35 else "crisis"
            yield _post(random, about, _filled(random, _varied(random, about)), at, person)


def _reviews(random: np.random.Generator, people: Sequence, end_us: int) -> Iterator[Voice]:
    for at in _moments(random, 1.4, end_us):
        stars = int(random.choice(list(STARS), p=list(STARS.values())))
        days_left = (end_us - at) // DAY
        text = str(random.choice(words.REVIEWS[stars]))
        if "Calder" in text and not CRISIS_FROM - 10 < days_left < CRISIS_FROM:
            text = words.REVIEWS[stars][0]
        person = people[int(random.integers(len(people)))]
        yield _item(random, "google", "review", "review", _filled(random, text), at, person, stars=float(stars),
                    to_us=True)  # fmt: skip


def _mails(random: np.random.Generator, people: Sequence, end_us: int) -> Iterator[Voice]:
    for at in _moments(random, 2.6, end_us):
        title, text = words.MAILS[int(random.integers(len(words.MAILS)))]
        if title == "Calder boots" and not CRISIS_FROM - 11 < (end_us - at) // DAY < CRISIS_FROM:
            title, text = words.MAILS[0]
        person = people[int(random.integers(len(people)))]
        yield _item(random, "mailbox", "mail", "mail", _filled(random, text, person[0]), at, person,
                    title=_filled(random, title), to_us=True, public=False, url="")  # fmt: skip


def _chats(random: np.random.Generator, people: Sequence, end_us: int) -> Iterator[Voice]:
    for at in _moments(random, 1.8, end_us):
        person = people[int(random.integers(len(people)))]
        text = _filled(random, str(random.choice(words.CHATS)))
        yield _item(random, "box", "chat", "chat", text, at, person, to_us=True, public=False, url="")


def _blogs(end_us: int) -> Iterator[Voice]:
    for number, (title, text) in enumerate(words.BLOGS):
        name, at = f"rss:{number}", end_us - (40 - 14 * number) * DAY + 9 * HOUR + 12 * MINUTE
        who, url = Who(external="rss:dalesrunner", name="Dales Runner"), f"https://dalesrunner.example/{number}"
        yield Voice("rss", Seen(name, "post", at, who=who, title=title, text=text, thread=name, url=url), "blog")
