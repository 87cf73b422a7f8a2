"""What the pages of listening ask: topics with their numbers, mentions by filters, alerts, pains and wishes."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import Exists, OuterRef, Q, QuerySet

from regulars.channels.networks.models import Account, Author, Item
from regulars.core import bulk
from regulars.core.clock import DAY, SECOND
from regulars.core.models import Business
from regulars.inbox.models import Case
from regulars.social.listening.loudness import people
from regulars.social.listening.pains import Point, Text, points
from regulars.social.models import Alert, Mention, Topic

PAGE = 30
HELP = ("help", "question", "buying")
OPEN_DAYS = 14
RAW = 20_000  # texts that pains and wishes are looked for in


@dataclass(frozen=True)
class Loud:
    """A topic in a time: people and mentions, people in the time before, people per day."""

    topic: Topic
    people: int
    before: int
    mentions: int
    folded: int
    days: tuple[int, ...]
    feels: Mapping[str, int] = field(default_factory=dict)  # as the model said; see `feelings`
    told: Mapping[str, int] = field(default_factory=dict)  # as colleagues and stars said


def overview(*, at: int, days: int) -> list[Loud]:
    """Every topic that is listened for, the loudest first."""
    topics = {topic.id: topic for topic in Topic.objects.filter(archived_us=None)}
    since = at - days * DAY
    now = people(list(topics), since=since, until=at)
    before = people(list(topics), since=since - days * DAY, until=since)
    lines, sums = daily(list(topics), at=at, days=days), _sums(list(topics), since, at)
    found = [
        Loud(topic, now.get(n, 0), before.get(n, 0), sums[n]["mentions"], sums[n]["folded"], lines[n],
             *_feels(sums[n]))
        for n, topic in topics.items()
    ]  # fmt: skip
    return sorted(found, key=lambda one: (-one.people, one.topic.name))


def _feels(sums: Counter) -> tuple[dict[str, int], dict[str, int]]:
    model = {key[1]: n for key, n in sums.items() if isinstance(key, tuple) and not key[0]}
    told = {key[1]: n for key, n in sums.items() if isinstance(key, tuple) and key[0]}
    return model, told


def _sums(topic_ids: Sequence[int], since: int, until: int) -> dict[int, Counter]:
    some, params = bulk.ids(topic_ids)
    rows = bulk.query(
        "SELECT topic_id, fold, told, feels, COUNT(*) FROM social_mention"
        f" WHERE topic_id IN {some} AND at > %s AND at <= %s GROUP BY topic_id, fold, told, feels",
        [*params, since, until],
    )
    found: dict[int, Counter] = defaultdict(Counter)
    for topic, fold, told, feels, n in rows:
        found[topic]["folded" if fold else "mentions"] += n
        if not fold and feels:
            found[topic][bool(told), feels] += n
    return found


def daily(topic_ids: Sequence[int], *, at: int, days: int) -> dict[int, tuple[int, ...]]:
    """{topic: people on each of the last days of the shop's clock, the last is today}."""
    shift = _shift(at)
    last = (at + shift) // DAY
    some, params = bulk.ids(topic_ids)
    rows = bulk.query(
        "SELECT topic_id, (at + %s) / %s, COUNT(DISTINCT voice) FROM social_mention"
        f" WHERE topic_id IN {some} AND at > %s AND at <= %s AND fold = '' GROUP BY topic_id, 2",
        [shift, DAY, *params, (last - days + 1) * DAY - shift - 1, at],
    )
    counts = {(topic, int(day)): n for topic, day, n in rows}
    return {
        topic: tuple(counts.get((topic, day), 0) for day in range(last - days + 1, last + 1)) for topic in topic_ids
    }


def _shift(at: int) -> int:
    """How far the shop's clock is ahead of UTC, in microseconds."""
    offset = datetime.fromtimestamp(at / SECOND, UTC).astimezone(ZoneInfo(Business.load().timezone)).utcoffset()
    return int(offset.total_seconds() * SECOND) if offset else 0


def one(topic: Topic, *, at: int, days: int) -> Loud:
    """The same of one topic."""
    since = at - days * DAY
    spans = ((since, at), (since - days * DAY, since))
    now, before = (people([topic.id], since=begin, until=end).get(topic.id, 0) for begin, end in spans)
    sums = _sums([topic.id], since, at)[topic.id]
    return Loud(topic, now, before, sums["mentions"], sums["folded"], daily([topic.id], at=at, days=days)[topic.id],
                *_feels(sums))  # fmt: skip


def breakdown(topic_id: int, column: str, *, since: int, until: int) -> list[tuple[Any, int, int]]:
    """(value, people, mentions) of network, language, intent, account_id or feels, most people first."""
    if column not in ("network", "language", "intent", "account_id", "feels"):
        raise ValueError(f"Mentions are not counted by {column}.")
    return bulk.query(
        f"SELECT {column}, COUNT(DISTINCT voice), COUNT(*) FROM social_mention"
        f" WHERE topic_id = %s AND at > %s AND at <= %s AND fold = '' GROUP BY {column} ORDER BY 2 DESC, 1",
        [topic_id, since, until],
    )


# --- mentions


@dataclass(frozen=True)
class Shown:
    """A mention as a page shows it."""

    mention: Mention
    item: Item
    author: Author | None
    account: Account | None
    same: int = 0  # how many repeat it


@dataclass(frozen=True)
class MentionsPage:
    rows: list[Shown]
    after: str
    total: int
    people: int


def mentions_page(topic_ids: Sequence[int], *, asked: Mapping[str, str], at: int, after: str = "") -> MentionsPage:
    """Mentions that the filters keep, newest first, with how many there are. Raises nothing for a strange filter."""
    found = filtered(topic_ids, asked, at=at)
    total, voices = found.count(), found.values("voice").distinct().count()
    moment, _, number = after.partition("-")
    if moment.isdecimal() and number.isdecimal():
        found = found.filter(Q(at__lt=int(moment)) | Q(at=int(moment), item_id__lt=int(number)))
    rows = list(found.order_by("-at", "-item_id")[: PAGE + 1])
    more = f"{rows[PAGE - 1].at}-{rows[PAGE - 1].item_id}" if len(rows) > PAGE else ""
    return MentionsPage(shown(rows[:PAGE]), more, total, voices)


def filtered(topic_ids: Sequence[int], asked: Mapping[str, str], *, at: int) -> QuerySet[Mention]:
    """The filters of the list: days, since and until (us), feels, intent, network, language, words, folded, items."""
    found = Mention.objects.filter(topic_id__in=topic_ids, at__lte=at)
    if asked.get("days", "").isdecimal():
        found = found.filter(at__gt=at - int(asked["days"]) * DAY)
    for name, lookup in (("since", "at__gt"), ("until", "at__lte"), ("account", "account_id")):
        if asked.get(name, "").isdecimal():
            found = found.filter(**{lookup: int(asked[name])})
    for name in ("feels", "intent", "network", "language"):
        if asked.get(name):
            found = found.filter(**{name: asked[name]})
    if asked.get("folded") != "on":
        found = found.filter(fold="")
    if asked.get("items"):
        found = found.filter(item_id__in=[int(n) for n in asked["items"].split(",")[:200] if n.isdecimal()])
    if words := asked.get("q", "").strip():
        items = Item.objects.filter(Q(text__icontains=words) | Q(title__icontains=words)).values("id")
        found = found.filter(item_id__in=items)
    return found


def shown(mentions: Sequence[Mention]) -> list[Shown]:
    """With items, authors and accounts, in the same order; what is gone is left out."""
    items = Item.objects.in_bulk([one.item_id for one in mentions])
    authors = Author.objects.in_bulk({one.author_id for one in mentions if one.author_id})
    accounts = Account.objects.in_bulk({one.account_id for one in mentions})
    repeats = _repeats([one.item_id for one in mentions])
    return [
        Shown(one, items[one.item_id], authors.get(one.author_id or 0), accounts.get(one.account_id),
              repeats.get(one.item_id, 0))
        for one in mentions
        if one.item_id in items
    ]  # fmt: skip


def _repeats(item_ids: Sequence[int]) -> dict[int, int]:
    some, params = bulk.ids(item_ids)
    return dict(
        bulk.query(
            f"SELECT same_as, COUNT(DISTINCT item_id) FROM social_mention WHERE same_as IN {some} GROUP BY same_as",
            params,
        )
    )


def quoted(topic_id: int, item_ids: Sequence[int]) -> list[Shown]:
    """These mentions of a topic, in this order; those that are gone, erased for example, are missing."""
    rows = {one.item_id: one for one in Mention.objects.filter(topic_id=topic_id, item_id__in=item_ids)}
    return shown([rows[number] for number in item_ids if number in rows])


# --- asked for help


def help_wanted(*, at: int, intent: str = "", limit: int = PAGE) -> list[Shown]:
    """What strangers ask, not said to us and not taken over yet: newest first, each item once."""
    wanted = [intent] if intent in HELP else HELP
    rows = Mention.objects.filter(intent__in=wanted, at__gt=at - OPEN_DAYS * DAY, at__lte=at, helped_us=None, fold="")
    # asked of each row: a list of all that was not said to us would be as long as everything we ever heard
    rows = rows.filter(Exists(Item.objects.filter(id=OuterRef("item_id"), to_us=False)), intent__gt="")
    rows = rows.order_by("-at", "-item_id", "topic_id")
    first: dict[int, Mention] = {}
    for one in rows[: limit * 4]:
        first.setdefault(one.item_id, one)
    return shown(list(first.values()))[:limit]


# --- alerts


@dataclass(frozen=True)
class Told:
    """An alert with its topic and case."""

    alert: Alert
    topic: Topic
    case: Case | None


def alerts(*, open_only: bool = False, topic_id: int | None = None, limit: int = 50) -> list[Told]:
    """Newest first."""
    rows = Alert.objects.order_by("-raised_us", "-id")
    rows = rows.filter(closed_us=None) if open_only else rows
    rows = rows.filter(topic_id=topic_id) if topic_id else rows
    return _told(list(rows[:limit]))


def alert(alert_id: int) -> Told | None:
    """One of them."""
    return next(iter(_told(Alert.objects.filter(id=alert_id))), None)


def _told(rows: Iterable[Alert]) -> list[Told]:
    rows = list(rows)
    topics = Topic.objects.in_bulk({one.topic_id for one in rows})
    cases = Case.objects.in_bulk({one.case_id for one in rows if one.case_id})
    return [Told(one, topics[one.topic_id], cases.get(one.case_id or 0)) for one in rows if one.topic_id in topics]


# --- pains and wishes


def pains_and_wishes(topic_id: int, *, since: int, until: int) -> tuple[list[Point], list[Point]]:
    """What people suffer from, what they wish for, of this topic in this time."""
    rows = bulk.query(
        "SELECT m.item_id, m.voice, m.at, i.title, i.text FROM social_mention m JOIN channels_item i"
        " ON i.id = m.item_id WHERE m.topic_id = %s AND m.at > %s AND m.at <= %s AND m.fold = ''"
        " ORDER BY m.at DESC, m.item_id DESC LIMIT %s",
        [topic_id, since, until, RAW],
    )
    texts = [Text(item, voice, at, f"{title}. {text}" if title else text) for item, voice, at, title, text in rows]
    return points(texts, "pain"), points(texts, "wish")
