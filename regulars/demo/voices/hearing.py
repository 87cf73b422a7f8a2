"""Eight weeks of voices go the way of all voices: accounts are connected, what is said is taken in, day by day."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator

from regulars.channels.networks import accounts, kinds
from regulars.channels.networks.models import Account
from regulars.channels.networks.taking import take
from regulars.core.clock import DAY, HOUR
from regulars.demo.voices import networks
from regulars.demo.voices.saying import WEEKS, Voice, say_everything

NAMES = {
    "bluesky": ("Northgate on Bluesky", "northgatesports.example"),
    "mastodon": ("Northgate on Mastodon", "northgatesports@dales.example"),
    "google": ("Reviews of our stores", "Northgate Sports"),
    "mailbox": ("hello@northgate.example", "hello@northgate.example"),
    "rss": ("The Dales Runner, a blog", "dalesrunner.example"),
}


def begins(end_us: int) -> int:
    """The morning from which on voices are heard."""
    return end_us - WEEKS * 7 * DAY


def connect(*, at: int) -> dict[str, int]:
    """The shop's accounts, {kind: number}. Idempotent."""
    networks.stand_in()
    found = dict(Account.objects.filter(kind__in=NAMES, archived_us=None).values_list("kind", "id"))
    for kind, (name, handle) in NAMES.items():
        if kind not in found and kind in kinds.GIVEN:
            made = accounts.connect(
                kind=kind, values={}, name=name, handle=handle, external=f"northgate-{kind}", by="system", at=at,
                test=False,
            )  # fmt: skip
            found[kind] = made.id
    return found


def play(
    *, seed: int, end_us: int, numbers: dict[str, int], settle: Callable[[int], None],
    each_evening: Callable[[int], None] = lambda at: None,
) -> Iterator[int]:  # fmt: skip
    """Day after day: what was said is taken in, read and put into conversations, and answered. Yields each moment."""
    said = say_everything(seed=seed, end_us=end_us)
    for day in range(WEEKS * 7):
        begin = begins(end_us) + day * DAY
        for hour in (9, 11, 13, 18, 24):
            at = begin + hour * HOUR
            now, said = _parted(said, at)
            _hear(now, numbers, at)
            settle(at)
            each_evening(at)
            yield at


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
