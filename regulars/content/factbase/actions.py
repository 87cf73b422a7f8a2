"""Writing, approving, refusing and taking out statements: the only writer of their tables."""

from __future__ import annotations

from dataclasses import dataclass

from django.db import transaction
from django.utils.translation import gettext as _

from regulars.content.factbase.models import Statement, StatementVersion
from regulars.content.factbase.queries import is_alone
from regulars.team.actions import audit

KINDS = ("fact", "article", "option")
ABOUT = ("", "product", "category", "topic")
AUDIENCES = ("public", "staff")


class CannotState(ValueError):
    """A sentence: what is missing, or who else has to do it. `.field` names the field of the form."""

    def __init__(self, message: str, field: str = "") -> None:
        super().__init__(message)
        self.field = field


@dataclass(frozen=True, kw_only=True)
class Wording:
    """What a version says. `maker` and `where` belong to options, `title` to articles and options."""

    text: str
    source: str
    title: str = ""
    language: str = "en"
    about: str = ""
    subject: str = ""
    audience: str = "public"
    maker: str = ""
    where: str = ""
    link: str = ""
    expires_us: int | None = None


@transaction.atomic
def write(*, kind: str, wording: Wording, owner: str, by: str, at: int) -> Statement:
    """A new statement. It supports nothing before somebody else approves it. Raises CannotState."""
    if kind not in KINDS:
        raise CannotState(_("Choose whether it is a fact, an article or an option."), "kind")
    _check(kind, wording, at)
    made = Statement.objects.create(kind=kind, owner=owner or by, created_us=at, changed_us=at)
    _version(made, 1, wording, by, at)
    audit(by=by, act="statement.write", object=f"statement:{made.id}", details={"kind": kind}, at=at)
    return made


@transaction.atomic
def revise(*, statement_id: int, wording: Wording, owner: str = "", by: str, at: int) -> StatementVersion:
    """Another wording or a later expiry: a new version that waits for approval; the one before stays in force. What
    waited before it is replaced. Raises CannotState."""
    found = Statement.objects.select_for_update().get(id=statement_id)
    _check(found.kind, wording, at)
    waiting = StatementVersion.objects.filter(statement_id=statement_id, approved_us=None, refused_us=None)
    waiting.update(refused_us=at, refused_by=by, refused_why=_("Replaced by a newer version."))
    found.newest, found.owner, found.changed_us = found.newest + 1, owner or found.owner, at
    found.save(update_fields=["newest", "owner", "changed_us"])
    made = _version(found, found.newest, wording, by, at)
    audit(by=by, act="statement.revise", object=f"statement:{found.id}", details={"version": made.number}, at=at)
    return made


@transaction.atomic
def approve(*, statement_id: int, number: int, by: str, at: int) -> Statement:
    """Stand for a version: from now on it is in force. By who wrote it only while nobody else on the team may: then
    it is marked so for good (`StatementVersion.alone`, the audit log). Idempotent. Raises CannotState."""
    found = Statement.objects.select_for_update().get(id=statement_id)
    version = _waiting(found, number)
    if version.approved_us is not None:
        return found
    if version.by == by and not is_alone(by):
        raise CannotState(_("You wrote it: somebody else has to check it against its source."))
    if version.expires_us is not None and version.expires_us <= at:
        raise CannotState(_("It has expired already: give it a later day first."))
    version.approved_by, version.approved_us = by, at
    version.save(update_fields=["approved_by", "approved_us"])
    found.version, found.expires_us, found.warned_us = number, version.expires_us, None
    found.retired_us, found.changed_us = None, at
    found.save(update_fields=["version", "expires_us", "warned_us", "retired_us", "changed_us"])
    details = {"version": number, "alone": version.alone}
    audit(by=by, act="statement.approve", object=f"statement:{found.id}", details=details, at=at)
    return found


@transaction.atomic
def refuse(*, statement_id: int, number: int, why: str, by: str, at: int) -> StatementVersion:
    """Send a version back with the reason; the one before stays in force. Raises CannotState."""
    version = _waiting(Statement.objects.select_for_update().get(id=statement_id), number)
    if version.approved_us is not None:
        raise CannotState(_("It is approved already: take it out instead."))
    if not why.strip():
        raise CannotState(_("Say what is wrong with it, for who wrote it."), "why")
    version.refused_by, version.refused_us, version.refused_why = by, at, why.strip()[:300]
    version.save(update_fields=["refused_by", "refused_us", "refused_why"])
    audit(by=by, act="statement.refuse", object=f"statement:{statement_id}", details={"version": number}, at=at)
    return version


@transaction.atomic
def retire(*, statement_id: int, why: str, by: str, at: int) -> Statement:
    """Take it out: it supports nothing from now on. Texts that leant on it are listed with it. Idempotent."""
    found = Statement.objects.select_for_update().get(id=statement_id)
    if found.retired_us is not None:
        return found
    if not why.strip():
        raise CannotState(_("Say why it is taken out: no longer true, never was, or not ours to say."), "why")
    found.retired_us, found.retired_by, found.retired_why, found.changed_us = at, by, why.strip()[:300], at
    found.save(update_fields=["retired_us", "retired_by", "retired_why", "changed_us"])
    audit(by=by, act="statement.retire", object=f"statement:{found.id}", at=at)
    return found


@transaction.atomic
def note_warned(*, statement_ids: list[int], at: int) -> int:
    """Their owners were told that they expire soon."""
    return Statement.objects.filter(id__in=statement_ids, warned_us=None).update(warned_us=at)


def _waiting(found: Statement, number: int) -> StatementVersion:
    version = StatementVersion.objects.get(statement_id=found.id, number=number)
    if version.refused_us is not None or (version.approved_us is None and number != found.newest):
        raise CannotState(_("This version was sent back or replaced: look at the newest one."))
    return version


def _version(statement: Statement, number: int, wording: Wording, by: str, at: int) -> StatementVersion:
    said = {name: value.strip() if isinstance(value, str) else value for name, value in vars(wording).items()}
    return StatementVersion.objects.create(statement_id=statement.id, number=number, by=by, at=at, **said)


def _check(kind: str, wording: Wording, at: int) -> None:
    """Raises CannotState for what is missing."""
    if not 3 <= len(wording.text.strip()) <= 6000:
        raise CannotState(
            _("Write what is so, in a sentence or two; an article has 6,000 characters at most."), "text"
        )
    if kind == "fact" and len(wording.text) > 600:
        raise CannotState(_("A fact is a sentence or two; make an article of longer ones."), "text")
    if kind != "fact" and not wording.title.strip():
        raise CannotState(_("Give it a title that says what it helps with."), "title")
    if not wording.source.strip():
        raise CannotState(_("Say how we know: a document, a test, a colleague who knows it at first hand."), "source")
    if kind == "option" and not wording.where.strip():
        raise CannotState(_("Say where to get it."), "where")
    if wording.about not in ABOUT or wording.audience not in AUDIENCES:
        raise CannotState(_("Choose from the list."), "about" if wording.about not in ABOUT else "audience")
    if wording.about and not wording.subject.strip():
        raise CannotState(_("Name the product, category or topic."), "subject")
    if wording.expires_us is not None and wording.expires_us <= at:
        raise CannotState(_("That day is over: choose one to come."), "expires")
