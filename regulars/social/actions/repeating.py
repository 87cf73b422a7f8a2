"""Series: what is said again and again. Its texts take turns, each rests, and some days are left out by chance."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from regulars.core.clock import DAY, MINUTE
from regulars.core.models import Business
from regulars.social.actions.linking import keep_links
from regulars.social.errors import CannotDo
from regulars.social.models import Occurrence, Plan, Series, Variant
from regulars.social.publishing.agreeing import is_agreed
from regulars.social.publishing.clock import days_of, local_of, moment_of, read_clock
from regulars.social.publishing.networks import fits
from regulars.social.publishing.repeats import said_already
from regulars.team.actions import audit

AHEAD_DAYS = 21
HELD_OUT, NO_TEXT = "held out", "no text"
SAID = ("title", "text", "pictures", "story", "language", "digest", "sameness", "format", "network", "account_id")
FIELDS = ("name", "weekdays", "every_weeks", "clock", "begins", "ends", "rest_days", "held_out")


@transaction.atomic
def keep_series(*, by: str, at: int, series_id: int | None = None, **fields: Any) -> Series:
    """A new series, or other rules for one; days already made stay as they are. Raises CannotDo."""
    series = Series.objects.select_for_update().filter(id=series_id).first() if series_id else None
    series = series or Series(by=by, created_us=at)
    for name in FIELDS:
        setattr(series, name, fields.get(name, getattr(series, name)))
    _check(series)
    series.save()
    audit(by=by, act="series.keep", object=f"series:{series.id}", at=at)
    return series


def _check(series: Series) -> None:
    series.name = " ".join(series.name.split())[:120]
    if not series.name or Series.objects.filter(name=series.name).exclude(id=series.id or 0).exists():
        raise CannotDo(_("Give the series a name that no other has."))
    series.weekdays = sorted({int(one) % 7 for one in series.weekdays})
    if not series.weekdays:
        raise CannotDo(_("Choose the days of the week."))
    try:
        series.clock = read_clock(series.clock)
    except ValueError as wrong:
        raise CannotDo(str(wrong)) from None
    try:
        ends = date.fromisoformat(series.ends) if series.ends else None
        begins = date.fromisoformat(series.begins)
    except ValueError:
        raise CannotDo(_("Choose the day it begins, and perhaps the day it ends, in the field's calendar.")) from None
    if ends and ends < begins:
        raise CannotDo(_("It ends before it begins."))
    if not 0 <= series.held_out <= 0.5:
        raise CannotDo(_("Between none and half of its days can be left out."))
    if not 1 <= series.rest_days <= 365 or not 1 <= series.every_weeks <= 52:
        raise CannotDo(_("A text rests 1 to 365 days; a series comes every 1 to 52 weeks."))


@transaction.atomic
def stop_series(*, series_id: int, by: str, at: int) -> None:
    """No further days; what it planned and is not out is withdrawn. Idempotent."""
    if not Series.objects.filter(id=series_id, stopped_us=None).update(stopped_us=at):
        return
    waiting = Plan.objects.filter(series_id=series_id, source_id__isnull=False, withdrawn_us=None)
    out = Variant.objects.filter(plan_id__in=waiting.values("id"), given_us__isnull=False).values("plan_id")
    gone = list(waiting.exclude(id__in=out).values_list("id", flat=True))
    Variant.objects.filter(plan_id__in=gone).update(next_us=None, slot_us=None)
    Plan.objects.filter(id__in=gone).update(withdrawn_us=at, withdrawn_by=by, wanted_us=None, asked_us=None)
    audit(by=by, act="series.stop", object=f"series:{series_id}", at=at)


@transaction.atomic
def put_into_series(*, plan_id: int, series_id: int | None, by: str, at: int) -> None:
    """Make a draft one of the texts of a series, or take it out. Raises CannotDo."""
    plan = Plan.objects.select_for_update().get(id=plan_id)
    planned = Variant.objects.filter(plan_id=plan_id).exclude(due_us=None).exists()
    if plan.source_id or planned:
        raise CannotDo(_("Only a draft without a time can be a text of a series: copy this one."))
    Plan.objects.filter(id=plan_id).update(series_id=series_id)
    audit(by=by, act="series.text", object=f"plan:{plan_id}", at=at)


def make_days(*, at: int) -> int:
    """Plan the days of every running series for three weeks ahead; returns how many days were settled. Each day
    once, whoever runs it and how often."""
    return sum(
        _make_days(number, at) for number in Series.objects.filter(stopped_us=None).values_list("id", flat=True)
    )


@transaction.atomic
def _make_days(series_id: int, at: int) -> int:
    series = Series.objects.select_for_update().get(id=series_id)
    zone = Business.load().timezone
    today = date.fromisoformat(local_of(at, zone)[:10])
    until = min(today + timedelta(days=AHEAD_DAYS), date.fromisoformat(series.ends or "9999-12-31"))
    since = max(today, date.fromisoformat(series.made_until) + timedelta(days=1)) if series.made_until else today
    days = days_of(begins=date.fromisoformat(series.begins), weekdays=series.weekdays,
                   every_weeks=series.every_weeks, since=since, until=until)  # fmt: skip
    for day in days:
        _make_day(series, day, zone, at)
    Series.objects.filter(id=series.id).update(made_until=until.isoformat())
    return len(days)


def _make_day(series: Series, day: date, zone: str, at: int) -> None:
    due = moment_of(f"{day.isoformat()}T{series.clock}", zone)
    if due < at or Occurrence.objects.filter(series_id=series.id, day=day.isoformat()).exists():
        return
    text = None if is_left_out(series, day) else _next_text(series, due)
    why = "" if text else HELD_OUT if is_left_out(series, day) else NO_TEXT
    plan_id = _repeat(series, text, due, zone, at) if text else None
    Occurrence.objects.create(series_id=series.id, day=day.isoformat(), plan_id=plan_id, why=why)


def is_left_out(series: Series, day: date) -> bool:
    """By chance, and the same however often it is asked: decided by the series and the day alone."""
    seed = hashlib.blake2b(f"{series.id}:{series.created_us}:{day}".encode(), digest_size=8).digest()
    return int.from_bytes(seed) / 2**64 < series.held_out


def texts_of(series_id: int) -> list[Plan]:
    """The texts that take turns."""
    return list(Plan.objects.filter(series_id=series_id, source_id=None, withdrawn_us=None).order_by("id"))


def _next_text(series: Series, due: int) -> Plan | None:
    """The one that rested longest, if it rested long enough and fits everywhere."""
    last: dict[int, int] = dict.fromkeys((plan.id for plan in texts_of(series.id)), 0)
    said = Variant.objects.filter(plan_id__in=Plan.objects.filter(source_id__in=last, withdrawn_us=None).values("id"))
    sources = dict(Plan.objects.filter(source_id__in=last).values_list("id", "source_id"))
    for plan_id, when in said.values_list("plan_id", "due_us"):
        last[sources[plan_id]] = max(last[sources[plan_id]], when or 0)
    for number in sorted(last, key=lambda number: (last[number], number)):
        if due - last[number] >= series.rest_days * DAY - 2 * 60 * MINUTE and _fits(number, due, series.rest_days):
            return Plan.objects.get(id=number)
    return None


def _fits(plan_id: int, due: int, days: int) -> bool:
    variants = list(Variant.objects.filter(plan_id=plan_id))
    for one in variants:
        one.due_us = due
    return bool(variants) and not any(
        fit.stops or said_already(one, days=days) for one, fit in zip(variants, fits(variants).values(), strict=True)
    )


def _repeat(series: Series, text: Plan, due: int, zone: str, at: int) -> int:
    """The same words once more, as a post of their own. What was agreed for them still holds."""
    plan = Plan.objects.create(
        title=text.title, note=text.note, drive_id=text.drive_id, objective=text.objective, series_id=series.id,
        source_id=text.id, digest=text.digest, writers=text.writers, by=text.by, created_us=at,
        changed_us=text.changed_us, stood_us=text.stood_us,
    )  # fmt: skip
    variants = list(Variant.objects.filter(plan_id=text.id))
    Variant.objects.bulk_create(_copies(variants, plan.id, due, zone))
    keep_links(plan_id=plan.id, texts={one.account_id: one.text for one in variants}, at=at)
    if not is_agreed(plan):
        Plan.objects.filter(id=plan.id).update(wanted_us=at)
    return plan.id


def _copies(variants: Sequence[Variant], plan_id: int, due: int, zone: str) -> list[Variant]:
    when = {"local": local_of(due, zone), "due_us": due, "next_us": due}
    return [Variant(plan_id=plan_id, **{name: getattr(one, name) for name in SAID}, **when) for one in variants]


@transaction.atomic
def copy_plan(*, plan_id: int, by: str, at: int) -> Plan:
    """The same as a new draft, to be changed. Raises CannotDo."""
    old = Plan.objects.filter(id=plan_id).first()
    if old is None:
        raise CannotDo(_("There is no such post."))
    plan = Plan.objects.create(
        title=old.title, note=old.note, drive_id=old.drive_id, objective=old.objective, digest=old.digest,
        writers=[by], by=by, created_us=at, changed_us=at,
    )  # fmt: skip
    variants = list(Variant.objects.filter(plan_id=old.id))
    copies = [Variant(plan_id=plan.id, **{name: getattr(one, name) for name in SAID}) for one in variants]
    Variant.objects.bulk_create(copies)
    keep_links(plan_id=plan.id, texts={one.account_id: one.text for one in variants}, at=at)
    return plan
