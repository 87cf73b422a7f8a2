"""Eight weeks of voices go the way of all voices: accounts are connected, what is said is taken in, day by day."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping

from regulars.channels.actions import open_gate
from regulars.channels.delivery import gate
from regulars.channels.networks import accounts, kinds
from regulars.channels.networks.models import Account, Item
from regulars.channels.networks.taking import take
from regulars.core.clock import DAY, HOUR
from regulars.core.loops import LOOPS
from regulars.demo.voices import answers, judging, networks, policy, posts, topics, visits
from regulars.demo.voices.saying import WEEKS, Voice, say_everything
from regulars.inbox.models import Case, Entry

NAMES = {
    "bluesky": ("Northgate on Bluesky", "northgatesports.example"),
    "mastodon": ("Northgate on Mastodon", "northgatesports@dales.example"),
    "google": ("Reviews of our stores", "Northgate Sports"),
    "mailbox": ("hello@northgate.example", "hello@northgate.example"),
    "rss": ("The Dales Runner, a blog", "dalesrunner.example"),
}


HOURS = (9, 11, 13, 18, 24)
ROOMS = ("inbox", "reading", "listening", "listening_again")  # loops that voices keep busy


def begins(end_us: int, weeks: int = WEEKS) -> int:
    """The morning from which on voices are heard."""
    return end_us - weeks * 7 * DAY


def connect(*, at: int) -> dict[str, int]:
    """The shop's accounts, {kind: number}. Idempotent."""
    networks.stand_in()
    networks.without_forms.set(True)
    found = dict(Account.objects.filter(kind__in=NAMES, archived_us=None).values_list("kind", "id"))
    for kind, (name, handle) in NAMES.items():
        if kind not in found and kind in kinds.GIVEN:
            made = accounts.connect(
                kind=kind, values={}, name=name, handle=handle, external=f"northgate-{kind}", by="system", at=at,
                test=False,
            )  # fmt: skip
            found[kind] = made.id
    networks.without_forms.set(False)
    return found


def play(*, seed: int, end_us: int, weeks: int = WEEKS) -> Iterator[int]:
    """Day after day what was said is taken in, answered, and told of; posts go out. Yields each moment."""
    start = begins(end_us, weeks)
    numbers = connect(at=start)
    answers.get_ready(at=start)
    topics.make(at=start)
    policy.agree_on_it(at=start)
    press = posts.open_press(end_us=end_us, at=start)
    said = say_everything(seed=seed, end_us=end_us)
    about = {one.seen.external: one.about for one in said}
    said = [one for one in said if one.seen.at >= start]
    for at in moments(end_us, weeks):
        now, said = _parted(said, at)
        _hear(now, numbers, at)
        _settle(at)
        if not gate.is_open(at):
            open_gate(by="system", at=at)
        left = (end_us - at) // DAY
        if at % DAY == HOURS[0] * HOUR:
            posts.write_day(press, at=at, end_us=end_us)
        posts.send(at=at)
        answers.work(at=at, about=_by_thread(about), hurry=left in range(9, 17))
        posts.send(at=at)
        topics.look(at=at)
        yield at
    judging.judge_some(about=about, at=end_us)
    visits.follow(seed=seed, at=end_us)
    posts.look_ahead(press, at=end_us)


def moments(end_us: int, weeks: int) -> Iterator[int]:
    """Mornings, noons and evenings up to the end."""
    for day in range(weeks * 7):
        for hour in HOURS:
            yield begins(end_us, weeks) + day * DAY + hour * HOUR


def _settle(at: int) -> None:
    while any([LOOPS[name].step(at) for name in ROOMS]):
        pass


def _by_thread(about: Mapping[str, str]) -> dict[str, str]:
    """What each open conversation is about, by its number."""
    waiting = Case.objects.filter(closed_us=None, account_id__isnull=False)
    first = Entry.objects.filter(case_id__in=waiting.values("id"), item_id__isnull=False).order_by("-id")
    of = dict(first.values_list("case_id", "item_id"))
    names = dict(Item.objects.filter(id__in=of.values()).values_list("id", "external"))
    return {case: about.get(names.get(item, ""), "question") for case, item in of.items()}


def _parted(said: list[Voice], at: int) -> tuple[list[Voice], list[Voice]]:
    place = next((number for number, one in enumerate(said) if one.seen.at >= at), len(said))
    return said[:place], said[place:]


def _hear(said: list[Voice], numbers: dict[str, int], at: int) -> None:
    heard = defaultdict(list)
    for one in said:
        if one.account in numbers:
            heard[one.account].append(one.seen)
    for account, items in heard.items():
        take(account_id=numbers[account], heard=items, at=at)
