"""What Northgate says to everybody: eight weeks of posts, what it said in the crisis, and the weeks to come."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.db import transaction

from regulars.channels.networks.models import Account
from regulars.channels.networks.posting.looking import look_some
from regulars.channels.networks.posting.saying import say_some
from regulars.content.models import Picture
from regulars.core.clock import DAY, from_us
from regulars.social.actions.approving import approve, ask_for_approval
from regulars.social.actions.handing import hand_over_due
from regulars.social.actions.ruling import change_rules, keep_drive, note_cost
from regulars.social.actions.scheduling import keep_slot, place
from regulars.social.actions.writing import Words, write_plan
from regulars.social.models import Drive, Plan
from regulars.team.models import User

NETWORKS = ("bluesky", "mastodon")
OURS = "Northgate Sports here. "
WEEKLY: Sequence[tuple[int, str, str, str]] = (  # weekday, clock, title, text
    (
        0,
        "12:15",
        "Question of the week",
        "What do you do with boots your children have outgrown? We collect them in all four shops for the league.",
    ),
    (1, "17:30", "From the workshop", "A racket waiting for its strings in our workshop in Leeds."),
    (
        2,
        "12:30",
        "Routes",
        "This week's running route begins behind our shop in York: https://northgate.example/routes/{week}",
    ),
    (3, "18:00", "What is new", "New in the shops this week: have a look at https://northgate.example/new/{week}"),
    (5, "11:30", "Saturday", "Good morning from the pitch. Whose match is first today?"),
)
SAID_IN_CRISIS = (
    (4, "Soles of Calder boots", "Northgate Sports here. Several of you wrote that the sole of Calder Studded Boots came off. We are sorry. Please do not play in them for now, and bring them to the shop or send us a private message. – Tom"),  # noqa: E501
    (6, "Soles of Calder boots: what we know", "We do not know the cause yet and have asked the maker. I will write here again on Friday. – Tom"),  # noqa: E501
)  # fmt: skip
AHEAD = (
    "Which shoe for which ground? Ask us below and somebody from the shop answers.",
    "Our workshop closes early on Thursday for a course. Rackets before noon, please.",
    "Pictures of the fair play prize: who do you recognise?",
    "What should the next evening for members be about?",
)


@dataclass(frozen=True)
class Press:
    """Who writes and who agrees, and where."""

    writer: str
    other: str
    accounts: tuple[int, ...]
    pictures: tuple[int, ...]
    drive_id: int


def open_press(*, end_us: int, at: int) -> Press:
    """Rules, slots, a campaign and what it costs. Idempotent."""
    tom = User.objects.get(name="Tom Whitford")
    owner = User.objects.filter(role="owner").order_by("id").first() or User.objects.get(name="Priya Shah")
    accounts = tuple(Account.objects.filter(kind__in=NETWORKS).order_by("id").values_list("id", flat=True))
    change_rules(by=owner.by, at=at, approvals=1)
    for account in accounts:
        for weekday, clock in ((1, "17:30"), (3, "18:00"), (5, "09:30")):
            keep_slot(account_id=account, weekday=weekday, clock=clock, by=tom.by, at=at)
    drive = Drive.objects.filter(name="Autumn on wet pitches").first()
    drive = drive or keep_drive(name="Autumn on wet pitches", objective="retain", by=tom.by, at=at)
    for back in (1, 2):
        month = (from_us(end_us).date().replace(day=1) - timedelta(days=28 * back)).strftime("%Y-%m")
        for objective, what, minor in (
            ("retain", "Time of colleagues", 64_000),
            ("acquire", "Pictures and advertising", 38_000),
        ):
            note_cost(month=month, objective=objective, what=what, minor=minor, by=owner.by, at=at)
    pictures = tuple(Picture.objects.order_by("id").values_list("id", flat=True)[:4])
    return Press(tom.by, owner.by, accounts, pictures, drive.id)


def write_day(press: Press, *, at: int, end_us: int) -> None:
    """What is planned in the morning of a day, for that day; agreed to by the other one."""
    day = from_us(at).date()
    for title, text, clock, pictures in _of(day, (end_us - at) // DAY, press):
        _plan(press, title, text, f"{day}T{clock}", pictures, at=at, agreed=True)


def _of(day: date, left: int, press: Press) -> Iterator[tuple[str, str, str, list]]:
    crisis_on = {17 - after for after, *_ in SAID_IN_CRISIS}
    if left not in range(8, 16):  # in the crisis nobody chats
        for weekday, clock, title, text in WEEKLY:
            if weekday == day.weekday():
                week = day.isocalendar().week
                with_one = title in ("From the workshop", "Saturday")
                yield (
                    title,
                    f"{text.format(week=week)} ({day:%d %B})",
                    clock,
                    _picture(press, week) if with_one else [],
                )
    if left in crisis_on:
        title, text = next((t, x) for after, t, x in SAID_IN_CRISIS if 17 - after == left)
        yield title, text, "12:00", []


def _picture(press: Press, week: int) -> list[dict]:
    if not press.pictures:
        return []
    return [{"picture": press.pictures[week % len(press.pictures)], "alt": "From our shop"}]


@transaction.atomic
def _plan(press: Press, title: str, text: str, local: str, pictures: list, *, at: int, agreed: bool) -> Plan:
    words = [Words(account, text, pictures=pictures, language="en") for account in press.accounts]
    made = write_plan(title=title, words=words, by=press.writer, at=at, drive_id=press.drive_id,
                      objective="retain", origin=f"demo:{title}:{local}")  # fmt: skip
    place(plan_id=made.id, local=local, by=press.writer, at=at)
    ask_for_approval(plan_id=made.id, by=press.writer, at=at)
    if agreed:
        approve(plan_id=made.id, digest=Plan.objects.get(id=made.id).digest, by=press.other, at=at)
    return made


def send(*, at: int) -> None:
    """What is due goes out, and is looked after and counted."""
    while hand_over_due(at=at):
        pass
    for account in Account.objects.filter(writes=True, archived_us=None).values_list("id", flat=True):
        while say_some(account_id=account, at=at):
            pass
        look_some(account_id=account, at=at)


def look_ahead(press: Press, *, at: int) -> None:
    """The weeks to come: most agreed to, some waiting for somebody, one only an idea."""
    today = from_us(at).date()
    for number in range(14):
        day = today + timedelta(days=number + 1)
        for title, text, clock, pictures in _of(day, 99, press):
            _plan(press, title, text, f"{day}T{clock}", pictures, at=at, agreed=number < 6)
    words = [Words(account, AHEAD[2], language="en") for account in press.accounts]
    write_plan(title="Fair play prize", words=words, by=press.writer, at=at, origin="demo:ahead")
