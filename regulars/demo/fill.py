"""Fill the demo shop through the same doors as a real one: events in, then every loop until it is quiet."""

from __future__ import annotations

import json
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Callable, Iterator
from itertools import islice
from pathlib import Path

from django.conf import settings
from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    SpinnerColumn,
    TaskID,
    TextColumn,
    TimeElapsedColumn,
)

from regulars.commerce.actions import set_rule
from regulars.core.clock import DAY, from_us, now_us
from regulars.core.loops import LOOPS, Loop
from regulars.core.models import Business
from regulars.core.upkeep import keep_statistics
from regulars.demo import equipment
from regulars.demo.hear import desk, surveys
from regulars.demo.hear.answering import Answering, tell_quarters
from regulars.demo.shop import SOURCES, TIMEZONE, Shop, generate
from regulars.demo.talk import setting_up, soccer, texts, weeks
from regulars.demo.talk.crowd import Crowd
from regulars.demo.thank import evenings, friends, history, programme, tills
from regulars.demo.voices import hearing
from regulars.demo.voices.networks import note_end
from regulars.events.actions import create_source
from regulars.events.ingest import take_in
from regulars.events.models import Source
from regulars.feedback.coding.learning import code_everything
from regulars.feedback.models import Survey
from regulars.insights.actions import advise, count_pressure, measure_recent, note_known_parameters, refit
from regulars.journeys.models import Broadcast
from regulars.loyalty.actions import tell_story
from regulars.people.linkage import suggest_duplicates
from regulars.segments.actions import check_all, create_segment
from regulars.segments.models import Segment
from regulars.segments.queries import ready_made
from regulars.team.actions import add_member, set_password
from regulars.team.models import Role, User

BATCH = 500
MANY, FEW_WEEKS = 5_000, 1  # a small shop, as tests have it, hears a week of voices
DONE = "demo-is-filled"


def fill(*, people: int, seed: int) -> None:
    """Generate and take in the shop, unless that was done before. Can be killed and started again.

    Three years come in as an import would bring them; the last days are played, so that what journeys and the
    newsletter sent, went the way of every message, by the catcher that must be running.
    """
    done = settings.REGULARS_HOME / DONE
    if done.exists():
        return
    at = now_us()
    end = _midnight(at)
    Business.objects.get_or_create(
        id=1, defaults={"name": "Northgate Sports", "timezone": TIMEZONE, "currency": "GBP", "country": "GB"}
    )
    with _progress() as progress:
        shop = _step(progress, "Inventing the shop", lambda: generate(seed=seed, people=people, end_us=end))
        begins = weeks.begins(end)
        before, after = _parted(shop.events(), begins)
        _open(progress, shop, before, begins)
        _talk(progress, shop, after, begins)
        _listen(progress, shop)
        keep_statistics(at=at)
        _settle(progress, at)  # the last orders count among the week's
        _step(progress, "Estimating who comes back", lambda: refit(at=at))
        _step(progress, "Finding what each may want next", lambda: _advise(at))
        _step(progress, "Looking for duplicates", lambda: suggest_duplicates(at=at))
        _settle(progress, at)
        _step(progress, "Counting segments again", lambda: check_all(at=at))
        _step(progress, "Measuring what letters brought", lambda: _measure(at))
        _step(progress, "Telling what it all brought", lambda: _sum_up(shop, at))
    keep_statistics(at=at)
    shop.write_truth(Path(settings.REGULARS_HOME) / "truth")
    done.touch()


def _parted(events: Iterator[weeks.Told], at: int) -> tuple[list[weeks.Told], list[weeks.Told]]:
    """What was told before a moment, and after it."""
    stamp, found = from_us(at).isoformat(), list(events)
    place = bisect_left(found, stamp, key=lambda one: one[1]["timestamp"])
    return found[:place], found[place:]


def _open(progress: Progress, shop: Shop, events: list[weeks.Told], at: int) -> None:
    """The shop as it was before the last days: people, orders, segments, predictions."""
    ids = {source.name: _source(source.name, source.namespace, at) for source in SOURCES}
    task = _begin(progress, "Taking in three years of events", total=len(events))
    for source, items in _batches(iter(events)):
        take_in(source_id=ids[source], items=items, at=at)
        progress.advance(task, len(items))
    _settle(progress, at)
    _thank(progress, shop, at)
    _step(progress, "Making segments", lambda: _make_segments(at))
    note_known_parameters(**shop.parameters, at=at)
    _step(progress, "Estimating who comes back", lambda: refit(at=at))
    _settle(progress, at)


def _thank(progress: Progress, shop: Shop, at: int) -> None:
    """The programme with its years, and the desk; what people said before follows when everything is counted."""
    desk.open_desk(at=programme.years_before(shop.end_us))
    task = _begin(progress, "Points, tiers, rewards", total=None)
    history.live(
        begun_us=programme.years_before(shop.end_us), end_us=at, seed=shop.seed, beat=lambda: progress.advance(task)
    )
    progress.update(task, total=1, completed=1)
    evenings.invite(end_us=at, seed=shop.seed)
    friends.bring_some(begun_us=at - 365 * DAY, end_us=at, seed=shop.seed)


def _hear(shop: Shop, at: int) -> Survey:
    """Surveys with a year of answers; the one that is asked in the days that are played."""
    nps, after = surveys.open_all(begun_us=at - 480 * DAY, at=at)
    tell_quarters(survey=nps, end_us=at, seed=shop.seed)
    desk.close_cases(end_us=at, seed=shop.seed)
    desk.catch_up(at=at)
    return after


def _sum_up(shop: Shop, at: int) -> None:
    """What happens at night: the codebook is applied, the story told, cases watched."""
    desk.close_cases(end_us=at, seed=shop.seed + 1)
    tills.set_up(survey_id=Survey.objects.get(name=surveys.AFTER).id, at=at)
    code_everything(at=at)
    tell_story(at=at)


def _talk(progress: Progress, shop: Shop, events: list[weeks.Told], at: int) -> None:
    """The Talk floor is set up, and the last days are played on it."""
    broadcast = _step(progress, "Writing letters, drawing journeys", lambda: _set_up(at))
    after = _step(progress, "Asking how it was", lambda: _hear(shop, at))
    soccer.start(survey_id=after.id, at=at)
    crowd, answering = Crowd(seed=shop.seed, campaign_id=broadcast.campaign_id), Answering(shop.seed, after.id)
    ids = {source.name: _source(source.name, source.namespace, at) for source in SOURCES}
    moments = list(weeks.moments(shop.end_us))
    task = _begin(progress, "The last days: letters and answers", total=len(moments))

    def bring(told: list[weeks.Told], moment: int) -> None:
        for source, items in _batches(iter(told)):
            take_in(source_id=ids[source], items=items, at=moment)

    for moment in moments:
        now, events = _parted(iter(events), moment)
        weeks.play(moment=moment, events=now, crowd=crowd, take_in=bring, settle=_run_all)
        answering.act(moment)
        progress.advance(task)
    bring(events, shop.end_us)
    folder = Path(settings.REGULARS_HOME) / "truth"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "answers.json").write_text(json.dumps(crowd.truth(), indent=2))


def _listen(progress: Progress, shop: Shop) -> None:
    """Weeks of voices from networks, reviews, mails and the message box, and what was said to them."""
    task = _begin(progress, "What people say, and our answers", total=None)
    note_end(shop.end_us)
    weeks_of = hearing.WEEKS if len(shop.people) >= MANY else FEW_WEEKS
    for _ in hearing.play(seed=shop.seed, end_us=shop.end_us, weeks=weeks_of):
        progress.advance(task)
    progress.update(task, total=1, completed=1)


def _set_up(at: int) -> Broadcast:
    sender = equipment.set_up(at=at)
    texts.write(at=at)
    setting_up.open_form(topics=equipment.topic_keys(), at=at)
    setting_up.start_journeys(at=at)
    return setting_up.launch_broadcast(sender_id=sender, at=at)


def _measure(at: int) -> None:
    """What the nights count: what each letter brought, and how much everybody hears."""
    measure_recent(at=at)
    count_pressure(at=at)


def _advise(at: int) -> None:
    """The night's recommendations, with a rule of the shop's own: a bicycle is not followed by another."""
    set_rule(kind="durable", category="bike", by="system", at=at)
    advise(at=at)


def set_owner(*, email: str, password: str) -> None:
    """The owner's account, with this password."""
    found = User.objects.filter(email=email.lower()).first()
    if found is None:
        add_member(email=email, name="Owner", role=Role.OWNER, by="system", at=now_us(), password=password)
    else:
        set_password(user_id=found.id, password=password, by="system", at=now_us())


def _progress() -> Progress:
    columns = (SpinnerColumn(), TextColumn("{task.description:<32}"), BarColumn(), MofNCompleteColumn())
    return Progress(*columns, TimeElapsedColumn(), console=Console())


def _begin(progress: Progress, words: str, *, total: int | None) -> TaskID:
    """A line with a bar; where nobody watches a terminal, a plain line when it begins."""
    if not progress.console.is_terminal:
        progress.console.print(f"{words} …")
    return progress.add_task(words, total=total)


def _step(progress: Progress, words: str, run):
    task = _begin(progress, words, total=1)
    result = run()
    progress.update(task, completed=1)
    return result


def _midnight(at: int) -> int:
    return at - at % DAY


def _source(name: str, namespace: str, at: int) -> int:
    found = Source.objects.filter(name=name).first()
    return (found or create_source(name=name, namespace=namespace, by="system", at=at)).id


def _batches(events: Iterator[tuple[str, dict]]) -> Iterator[tuple[str, list[dict]]]:
    """Runs of time, split by source: the three systems deliver side by side."""
    while chunk := list(islice(events, BATCH * len(SOURCES))):
        by_source: dict[str, list[dict]] = defaultdict(list)
        for source, event in chunk:
            by_source[source].append(event)
        yield from by_source.items()


LAST = ("predictions", "lake", "segments")  # what reads others' results
ASIDE = "networks"  # its loops give their work to threads; the demo does it itself
SLOW = ("lake",)  # to copy a growing shop into the lake a hundred times takes minutes


def _settle(progress: Progress, at: int) -> None:
    """Every loop until none has work: one after the other, so that each finds its work in large batches."""
    task = _begin(progress, "Orders, profiles, segments, lake", total=None)
    while any([_run_dry(found, at, lambda: progress.advance(task)) for found in _in_order()]):
        pass
    progress.update(task, total=1, completed=1)


def _run_all(at: int) -> None:
    """Every loop but the slow ones until none has work, at that moment."""
    order = [found for found in _in_order() if found.name not in SLOW]
    while any([_run_dry(found, at) for found in order]):
        pass


def _in_order() -> list[Loop]:
    found = [one for one in LOOPS.values() if one.lane != ASIDE]
    return sorted(found, key=lambda found: LAST.index(found.name) if found.name in LAST else -1)


def _run_dry(found: Loop, at: int, beat: Callable[[], None] = lambda: None) -> bool:
    """This loop until it has no work; whether it had any."""
    worked = False
    while found.step(at):
        beat()
        worked = True
    return worked


def _make_segments(at: int) -> None:
    known = set(Segment.objects.values_list("name", flat=True))
    for offered in ready_made():
        if offered.name in known:
            continue
        create_segment(
            name=offered.name, description=offered.description, definition=offered.definition, by="system", at=at
        )
