"""When a post goes out: at a time of the shop's clock, in the next free slot, moved, or not at all."""

from __future__ import annotations

from collections.abc import Collection

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from regulars.channels.networks.models import Account
from regulars.core.clock import MINUTE
from regulars.core.models import Business
from regulars.social.actions.clearing import examine_texts, refuse_who_may_not_speak
from regulars.social.actions.writing import locked
from regulars.social.errors import CannotDo
from regulars.social.models import Plan, Slot, Variant
from regulars.social.publishing.agreeing import is_agreed, rules
from regulars.social.publishing.clock import local_of, moment_of, slots_after
from regulars.social.publishing.networks import fits
from regulars.social.publishing.repeats import said_already
from regulars.team.actions import audit


@transaction.atomic
def place(*, plan_id: int, local: str, by: str, at: int, account_ids: Collection[int] = ()) -> Plan:
    """Plan it for "2026-03-31T18:00" of the shop's clock, on these accounts or all that it is not out on yet.

    Raises CannotDo with a sentence: what cannot be published is said here, not at night.
    """
    plan = locked(plan_id)
    try:
        due = moment_of(local, Business.load().timezone)
    except ValueError as wrong:
        raise CannotDo(str(wrong)) from None
    if due < at - MINUTE:
        raise CannotDo(_("That is over. Choose a time that is still to come."))
    open_ones = _open(plan, account_ids)
    for one in open_ones:
        one.slot_us = None
        _set(one, local_of(due, Business.load().timezone), due)
    return _planned(plan, open_ones, by=by, at=at)


@transaction.atomic
def say_now(*, plan_id: int, by: str, at: int, account_ids: Collection[int] = ()) -> Plan:
    """Plan it for this moment. Whoever says so says that it stands. Raises CannotDo."""
    plan = locked(plan_id)
    open_ones = _open(plan, account_ids)
    for one in open_ones:
        one.slot_us = None
        _set(one, local_of(at, Business.load().timezone), at)
    return _planned(plan, open_ones, by=by, at=at)


@transaction.atomic
def queue_plan(*, plan_id: int, by: str, at: int, account_ids: Collection[int] = ()) -> Plan:
    """Put it into the next free slot of each account; a slot holds one post. Raises CannotDo."""
    plan = locked(plan_id)
    open_ones = _open(plan, account_ids)
    for one in open_ones:
        _take_slot(one, at)
    return _planned(plan, open_ones, by=by, at=at)


@transaction.atomic
def unplan(*, plan_id: int, by: str, at: int) -> None:
    """A draft again: it goes nowhere until somebody plans it. What is out stays out. Idempotent."""
    plan = locked(plan_id)
    free = {"local": "", "due_us": None, "slot_us": None, "next_us": None}
    Variant.objects.filter(plan_id=plan_id, given_us=None).update(**free)
    Plan.objects.filter(id=plan_id).update(wanted_us=None, asked_us=None, asked_why="")
    audit(by=by, act="plan.unplan", object=f"plan:{plan.id}", at=at)


@transaction.atomic
def withdraw(*, plan_id: int, by: str, at: int) -> None:
    """It will not be said. What is out stays out. Idempotent."""
    plan = Plan.objects.select_for_update().filter(id=plan_id, withdrawn_us=None).first()
    if plan is None:
        return
    Variant.objects.filter(plan_id=plan_id, given_us=None).update(slot_us=None, next_us=None)
    plan.withdrawn_us, plan.withdrawn_by, plan.wanted_us, plan.asked_us = at, by, None, None
    plan.save()
    audit(by=by, act="plan.withdraw", object=f"plan:{plan.id}", at=at)


@transaction.atomic
def keep_slot(*, account_id: int, weekday: int, clock: str, by: str, at: int) -> None:
    """A time of the week at which this account has something to say. Idempotent."""
    Slot.objects.get_or_create(account_id=account_id, weekday=weekday % 7, clock=clock)
    audit(by=by, act="slot.keep", object=f"account:{account_id}", details={"weekday": weekday}, at=at)


@transaction.atomic
def drop_slot(*, slot_id: int, by: str, at: int) -> None:
    """Take a time out of the queue; what is planned for it stays planned. Idempotent."""
    if Slot.objects.filter(id=slot_id).delete()[0]:
        audit(by=by, act="slot.drop", object=f"slot:{slot_id}", at=at)


def _open(plan: Plan, account_ids: Collection[int]) -> list[Variant]:
    found = Variant.objects.filter(plan_id=plan.id, given_us=None).order_by("account_id")
    found = found.filter(account_id__in=account_ids) if account_ids else found
    some = list(found)
    if not some:
        raise CannotDo(_("Choose an account: there is nothing here that is not out already."))
    return some


def _set(one: Variant, local: str, due: int) -> None:
    one.local, one.due_us, one.next_us, one.trouble = local, due, due, ""


def _planned(plan: Plan, some: list[Variant], *, by: str, at: int) -> Plan:
    """Refuse what cannot go out, else keep it; whoever plans it says that it stands."""
    refuse_who_may_not_speak(by, at=at)
    fitting = fits(some)
    _refuse_twins(some)
    for one in some:
        wrong = [*fitting[one.account_id].stops, said_already(one, days=rules().same_days)]
        if wrong[0]:
            raise CannotDo(wrong[0])
    for one in some:
        one.save(update_fields=["local", "due_us", "slot_us", "next_us", "trouble"])
    plan.asked_us, plan.asked_why, plan.stood_us, plan.stood_by = None, "", at, by
    clear = examine_texts(some, plan, at=at)
    plan.wanted_us = None if clear and is_agreed(plan) else plan.wanted_us or at
    plan.save()
    audit(by=by, act="plan.place", object=f"plan:{plan.id}", details={"due_us": some[0].due_us}, at=at)
    return plan


def _refuse_twins(some: list[Variant]) -> None:
    """The same words on two accounts of one network would be told at night that they may not go out."""
    met: dict[tuple[str, str], Variant] = {}
    for one in some if rules().same_days > 0 else ():
        twin = met.setdefault((one.network, one.sameness), one)
        if twin is not one and one.sameness:
            names = dict(Account.objects.filter(id__in=(one.account_id, twin.account_id)).values_list("id", "name"))
            raise CannotDo(
                _("%(a)s and %(b)s are on the same network: give one of them other words, or leave it out.")
                % {"a": names[twin.account_id], "b": names[one.account_id]}
            )


def _take_slot(one: Variant, at: int) -> None:
    """The first slot nobody holds. Two who reach for the same one are told apart by the database."""
    week = list(Slot.objects.filter(account_id=one.account_id).values_list("weekday", "clock"))
    if not week:
        raise CannotDo(_("This account has no queue yet: give it times of the week first."))
    held = set(Variant.objects.filter(account_id=one.account_id, slot_us__gt=at).values_list("slot_us", flat=True))
    for us, local in slots_after(week, at, Business.load().timezone):
        if us in held and us != one.slot_us:
            continue
        try:
            with transaction.atomic():
                Variant.objects.filter(id=one.id).update(slot_us=us)
        except IntegrityError:
            continue
        one.slot_us = us
        _set(one, local, us)
        return
    raise CannotDo(_("The queue is full for more than a year."))


def follow_clock(*, at: int) -> int:
    """After the shop's time zone changed: what is planned keeps its time on the wall. How many moved; idempotent."""
    zone, moved = Business.load().timezone, []
    for one in Variant.objects.filter(next_us__gt=at, given_us=None).exclude(local=""):
        if local_of(one.due_us or 0, zone) != one.local:
            one.due_us = one.next_us = moment_of(one.local, zone)
            one.slot_us = one.slot_us and one.due_us
            moved.append(one)
    Variant.objects.bulk_update(moved, ["due_us", "next_us", "slot_us"])
    return len(moved)
