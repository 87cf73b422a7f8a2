"""Writing a plan: one idea, with a text for each account. Any change of what it says asks everybody anew."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from regulars.channels.networks import cleaning
from regulars.channels.networks.models import Account
from regulars.content.models import Picture
from regulars.social.actions.linking import keep_links
from regulars.social.errors import CannotDo
from regulars.social.models import Drive, Plan, Variant
from regulars.social.publishing.formats import format_of
from regulars.social.publishing.wording import digest_of, digest_of_all, sameness_of
from regulars.team.actions import audit

LONGEST, OBJECTIVES = 20_000, ("", "retain", "acquire")
KEEP: Any = object()


@dataclass(frozen=True)
class Words:
    """What is said on one account. pictures: [{"picture": number in the library, "alt": what is to be seen}]."""

    account_id: int
    text: str
    title: str = ""
    pictures: Sequence[Mapping[str, Any]] = ()
    language: str = ""
    story: bool = False


@transaction.atomic
def write_plan(
    *, title: str, words: Sequence[Words], by: str, at: int, note: str = "", drive_id: int | None = None,
    objective: str = "", origin: str | None = None,
) -> Plan:  # fmt: skip
    """A draft. With an `origin` ("product:12") that has a plan already, that one as it is. Raises CannotDo."""
    known = Plan.objects.filter(origin=origin).first() if origin else None
    if known:
        return known
    plan = Plan(
        title=_title(title, words), note=note[:2000], drive_id=_drive(drive_id), objective=_objective(objective),
        origin=origin, by=by, created_us=at, changed_us=at,
    )  # fmt: skip
    plan.save(force_insert=True)
    _say(plan, words, by=by, at=at)
    audit(by=by, act="plan.write", object=f"plan:{plan.id}", at=at)
    return plan


@transaction.atomic
def change_plan(
    *, plan_id: int, by: str, at: int, words: Sequence[Words] | None = None, title: str | None = None,
    note: str | None = None, drive_id: Any = KEEP, objective: str | None = None,
) -> Plan:  # fmt: skip
    """Change it. Another text takes back every approval and asks anew; what is out already stays as it was said.

    Raises CannotDo.
    """
    plan = locked(plan_id)
    plan.title = plan.title if title is None else _title(title, words or ())
    plan.note = plan.note if note is None else note[:2000]
    plan.drive_id = plan.drive_id if drive_id is KEEP else _drive(drive_id)
    plan.objective = plan.objective if objective is None else _objective(objective)
    plan.save(update_fields=["title", "note", "drive_id", "objective"])
    if words is not None:
        _say(plan, words, by=by, at=at)
    return plan


def locked(plan_id: int) -> Plan:
    """The plan, for this transaction alone. Raises CannotDo when there is none or it was withdrawn."""
    plan = Plan.objects.select_for_update().filter(id=plan_id).first()
    if plan is None:
        raise CannotDo(_("There is no such post."))
    if plan.withdrawn_us:
        raise CannotDo(_("This post was withdrawn. Copy it to say it after all."))
    return plan


def _say(plan: Plan, words: Sequence[Words], *, by: str, at: int) -> None:
    known = {one.account_id: one for one in Variant.objects.filter(plan_id=plan.id)}
    accounts = Account.objects.in_bulk([one.account_id for one in words])
    wanted = {one.account_id: _variant(plan, one, accounts.get(one.account_id)) for one in words}
    _refuse_changes_of_what_is_out(known, wanted)
    for account_id, fresh in wanted.items():
        _put(known.get(account_id), fresh, known)
    Variant.objects.filter(plan_id=plan.id).exclude(account_id__in=list(wanted)).delete()
    _note_change(plan, wanted, by=by, at=at)
    keep_links(plan_id=plan.id, texts={number: one.text for number, one in wanted.items()}, at=at)


def _variant(plan: Plan, said: Words, account: Account | None) -> Variant:
    if account is None or account.archived_us or not account.writes:
        raise CannotDo(_("One of the accounts is not connected any more, or only read. Take it out."))
    pictures = [
        {"picture": int(one["picture"]), "alt": str(one.get("alt", "")).strip()[:2000]} for one in said.pictures
    ]
    types = dict(Picture.objects.filter(id__in=[one["picture"] for one in pictures]).values_list("id", "type"))
    if len(types) < len({one["picture"] for one in pictures}):
        raise CannotDo(_("One of the pictures is not in the library any more."))
    if len(said.text) > LONGEST:
        raise CannotDo(_("This text is longer than any network takes."))
    text = cleaning.text(said.text, LONGEST)
    title = cleaning.line(said.title, cleaning.TITLE)
    exact = {"title": title, "text": text, "pictures": pictures, "story": said.story, "language": said.language[:8]}
    return Variant(
        plan_id=plan.id, account_id=account.id, network=account.kind, **exact, digest=digest_of(**exact),
        sameness=sameness_of(text, exact["title"]), format=format_of(text, list(types.values()), story=said.story),
    )  # fmt: skip


def _refuse_changes_of_what_is_out(known: Mapping[int, Variant], wanted: Mapping[int, Variant]) -> None:
    for account_id, one in known.items():
        fresh = wanted.get(account_id)
        if one.given_us and (fresh is None or fresh.digest != one.digest):
            raise CannotDo(_("It went out on one of the accounts already: write a new post instead."))


def _put(known: Variant | None, fresh: Variant, others: Mapping[int, Variant]) -> None:
    """Keep when it goes out; a further account goes out with the others, if they go together."""
    if known is None:
        times = {(one.local, one.due_us) for one in others.values() if one.given_us is None and not one.slot_us}
        if len(times) == 1:
            fresh.local, fresh.due_us = times.pop()
            fresh.next_us = fresh.due_us
        fresh.save(force_insert=True)
    elif known.digest != fresh.digest:
        for name in ("title", "text", "pictures", "story", "language", "digest", "sameness", "format", "network"):
            setattr(known, name, getattr(fresh, name))
        known.examined, known.trouble = [], ""
        known.next_us = known.due_us
        known.save()


def _note_change(plan: Plan, wanted: Mapping[int, Variant], *, by: str, at: int) -> None:
    digest = digest_of_all((account, one.digest) for account, one in wanted.items())
    if digest == plan.digest:
        return
    if (
        plan.digest
        and plan.wanted_us is None
        and Variant.objects.filter(plan_id=plan.id, next_us__isnull=False).exists()
    ):
        plan.wanted_us = at  # somebody had agreed, or nobody needed to: now they look again
    plan.digest, plan.changed_us = digest, at
    plan.returned_us, plan.returned_by, plan.returned_why = None, "", ""
    plan.writers = [*plan.writers, by] if by not in plan.writers else plan.writers
    plan.save(
        update_fields=["digest", "changed_us", "wanted_us", "returned_us", "returned_by", "returned_why", "writers"]
    )


def _title(title: str, words: Sequence[Words]) -> str:
    first = next((one.text for one in words if one.text.strip()), "")
    shown = " ".join(title.split()) or " ".join(first.split())
    if not shown:
        raise CannotDo(_("Give the idea a name, or write the text."))
    return shown[:160]


def _objective(objective: str) -> str:
    if objective not in OBJECTIVES:
        raise CannotDo(_("A post is for keeping customers (retain), for winning new ones (acquire), or neither."))
    return objective


def _drive(drive_id: int | None) -> int | None:
    if drive_id is not None and not Drive.objects.filter(id=drive_id, archived_us=None).exists():
        raise CannotDo(_("There is no such campaign any more."))
    return drive_id
