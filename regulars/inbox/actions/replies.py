"""Saved replies and macros: kept, changed, archived, and used in a conversation."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from regulars.channels.networks.models import Author
from regulars.content.tags import facts_of, may_be_missing
from regulars.core.models import Business
from regulars.inbox.actions.stepping import take_step
from regulars.inbox.errors import CannotDo
from regulars.inbox.models import Case, CaseLabel, Macro, SavedReply
from regulars.inbox.saying import filled, tags_in
from regulars.inbox.steps import check_steps
from regulars.people.queries import person_id_of
from regulars.team.actions import audit
from regulars.team.queries import who

LONGEST = 5000


class Ran(NamedTuple):
    """What a macro did, and the answer it begins: for the colleague to read and send."""

    did: list[str]
    draft: str


@transaction.atomic
def save_reply(
    *, name: str, text: str, by: str, at: int, shortcut: str = "", language: str = "", reply_id: int | None = None
) -> SavedReply:
    """A new saved reply, or other words for one. Raises CannotDo for a text that cannot be filled in."""
    name, text, shortcut = name.strip()[:80], text.strip(), shortcut.strip().lstrip("/")[:30]
    if not name or not text:
        raise CannotDo(_("A saved reply has a name and a text."))
    if len(text) > LONGEST:
        raise CannotDo(_("A saved reply is at most %s characters long.") % f"{LONGEST:,}")
    tags_in(text, facts=may_be_missing())
    taken = SavedReply.objects.filter(shortcut=shortcut, archived_us=None).exclude(id=reply_id)
    if shortcut and taken.exists():
        raise CannotDo(_("“/%s” is the shortcut of another reply.") % shortcut)
    said = {"name": name, "text": text, "shortcut": shortcut, "language": language[:8], "by": by, "changed_us": at}
    found, _new = SavedReply.objects.update_or_create(id=reply_id, defaults=said | {"archived_us": None})
    audit(by=by, act="reply.save", object=f"reply:{found.id}", at=at)
    return found


@transaction.atomic
def archive_reply(*, reply_id: int, by: str, at: int) -> None:
    """It is no longer offered."""
    SavedReply.objects.filter(id=reply_id).update(archived_us=at)
    audit(by=by, act="reply.archive", object=f"reply:{reply_id}", at=at)


def fill(*, reply_id: int, case_id: int, by: str, at: int) -> str:
    """The text of a saved reply for this conversation; it counts as used. Raises CannotDo naming what is missing."""
    reply = SavedReply.objects.filter(id=reply_id).first()
    case = Case.objects.filter(id=case_id).first()
    if reply is None or case is None:
        raise CannotDo(_("This saved reply is no longer there."))
    text = filled(reply.text, context_of(case, reply.text, by, language=reply.language))
    SavedReply.objects.filter(id=reply.id).update(used=F("used") + 1, used_us=at)
    return text


def context_of(case: Case, text: str, by: str, *, language: str = "") -> dict[str, Any]:
    """What a text can say in this conversation: of the person only when it is proven who they are."""
    person = person_id_of([case.node_id]).get(case.node_id) if case.node_id else None
    tags = tags_in(text, facts=may_be_missing())
    facts = facts_of(tags, [person], language=language)[person] if person is not None else {}
    author = Author.objects.filter(id=case.author_id).first() if case.author_id else None
    agent = who([by])[by]
    return {
        "person": facts,
        "business": {"name": Business.load().name},
        "agent": {"name": agent, "first_name": agent.split()[0] if agent.split() else agent},
        "author": {"name": author.name, "handle": author.handle} if author else {},
        "conversation": {"title": case.title, "number": str(case.id)},
    }


@transaction.atomic
def save_macro(
    *, name: str, steps: Sequence[Mapping[str, Any]], by: str, at: int, macro_id: int | None = None
) -> Macro:
    """A new macro, or other steps for one. Raises CannotDo."""
    if not name.strip():
        raise CannotDo(_("Give the macro a name."))
    labels = set(CaseLabel.objects.filter(archived_us=None).values_list("name", flat=True))
    check_steps(steps, by_itself=False, labels=labels)
    said = {"name": name.strip()[:80], "steps": [dict(step) for step in steps], "by": by, "changed_us": at}
    found, _new = Macro.objects.update_or_create(id=macro_id, defaults=said | {"archived_us": None})
    audit(by=by, act="macro.save", object=f"macro:{found.id}", at=at)
    return found


@transaction.atomic
def archive_macro(*, macro_id: int, by: str, at: int) -> None:
    """It is no longer offered."""
    Macro.objects.filter(id=macro_id).update(archived_us=at)
    audit(by=by, act="macro.archive", object=f"macro:{macro_id}", at=at)


@transaction.atomic
def run_macro(*, macro_id: int, case_id: int, by: str, at: int) -> Ran:
    """Take its steps, all or none. What it says to the person is a draft: nothing is sent. Raises CannotDo."""
    macro = Macro.objects.filter(id=macro_id, archived_us=None).first()
    if macro is None:
        raise CannotDo(_("This macro is no longer there."))
    did, draft = [], ""
    for step in macro.steps:
        if step["do"] == "reply":
            draft = fill(reply_id=step["reply"], case_id=case_id, by=by, at=at)
        elif take_step(step, case_id=case_id, by=by, at=at):
            did.append(step["do"])
    Macro.objects.filter(id=macro.id).update(used=F("used") + 1)
    return Ran(did, draft)
