"""Answering a conversation through its network: seen by the honesty gate, planned once, never twice by two people."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from django.db import transaction
from django.utils.translation import gettext as _

from regulars.channels.networks.errors import CannotSay
from regulars.channels.networks.models import Account, Item, Post, PostState
from regulars.channels.networks.posting import cancel_post, clear_post, plan_post, retry_post
from regulars.content.clearing import actions as clearing
from regulars.content.honesty import CHANGE, CLEAR, Examination, whole
from regulars.core.models import Business
from regulars.inbox.actions.entries import still_open
from regulars.inbox.actions.gating import Asked, examine_answer
from regulars.inbox.actions.retelling import retell
from regulars.inbox.actions.seen import answered_since, group_of, nobody_else_answered, root_of
from regulars.inbox.errors import CannotDo, GateAsks
from regulars.inbox.models import Case, Draft, Entry
from regulars.inbox.searching import remember
from regulars.team.queries import why_not
from regulars.ui import formats

LONGEST = 10_000


class Answered(NamedTuple):
    """`state`: planned, held (a second person has to agree) or what has become of it since; `why` it is held."""

    entry_id: int
    state: str
    why: str = ""


@transaction.atomic
def answer(
    *, case_id: int, text: str, public: bool, by: str, at: int, seen_entry: int | None, item_id: int | None = None,
    language: str = "", overrule: str = "", automatic: bool = False, pictures: Sequence[Mapping[str, Any]] = (),
) -> Answered:  # fmt: skip
    """Say this to them, in public or in private, on the network they wrote on.

    `seen_entry` is the last entry its writer had on the page: when somebody else has answered since, AnsweredAlready
    is raised and nothing is said; the same text again by the same person is the same answer. `item_id`: what it
    answers; else their last word to us. GateAsks is raised when the honesty gate asks for a change; with a reason to
    `overrule` it, the answer is held until a second person agrees. `pictures`: [{"picture", "alt"}] of the library;
    the gate reads their descriptions too. Every refusal is a CannotDo.
    """
    case = still_open(root_of(case_id))
    text = _bounded(text)
    if not automatic and (known := _again(case, text, by, seen_entry)):
        return Answered(known.id, known.facts.get("state", ""), "")
    nobody_else_answered(case, seen_entry, by)
    asked = asked_of(case, public=public, item_id=item_id)
    _may_answer(case, asked, public, by, at)
    entry = Entry.objects.create(
        case_id=asked.case_id, kind="answer", public=public, by=by, at=at, seen_us=at, text=text, automatic=automatic,
        to_author_id=asked.author_id, facts={"way": "network", "to": asked.item.id if asked.item else None},
    )  # fmt: skip
    out = whole(text, alts=[str(one.get("alt", "")) for one in pictures])
    examined, why = _examined(case, asked, out, public, by, at, overrule, automatic)
    _carried(entry, _planned(case, entry, asked, language, examined, pictures), examined)
    Draft.objects.filter(case_id=case.id, user_id=int(by[5:]) if by.startswith("user:") else 0).delete()
    remember([(entry.id, text)])
    retell([case.id], at=at)
    return Answered(entry.id, entry.facts["state"], why)


def _bounded(text: str) -> str:
    text = text.strip()
    if not text:
        raise CannotDo(_("Write something first."))
    if len(text) > LONGEST:
        raise CannotDo(_("An answer is at most %s characters long.") % f"{LONGEST:,}")
    return text


def _again(case: Case, text: str, by: str, seen_entry: int | None) -> Entry | None:
    """The same words sent twice: an impatient click, a page that was sent again."""
    same = answered_since(case, seen_entry).filter(by=by, text=text)
    return same.exclude(facts__state="failed").order_by("-id").first()


def asked_of(case: Case, *, public: bool, item_id: int | None = None) -> Asked:
    """What an answer of this kind answers: the item asked for, else their last word, of the same audience first."""
    said = Entry.objects.filter(case_id__in=group_of(case).values("id"), kind__in=("said", "other"), gone_us=None)
    if item_id is not None:
        entry = said.filter(item_id=item_id).first()
        if entry is None:
            raise CannotDo(_("What you answer is no longer there. Load the page again."))
    else:
        theirs = list(said.filter(kind="said").order_by("-at", "-id")[:50])
        entry = next((one for one in theirs if one.public == public), theirs[0] if theirs else None)
    item = Item.objects.filter(id=entry.item_id).first() if entry else None
    home = Case.objects.get(id=entry.case_id) if entry else case
    return Asked(home.id, home.account_id, item, entry.author_id if entry else case.author_id)


def _may_answer(case: Case, asked: Asked, public: bool, by: str, at: int) -> None:
    """Raises CannotDo where the network, the shop or time forbids it."""
    if asked.account_id is None:
        raise CannotDo(_("This case has no conversation on a network. Note by which way you answered instead."))
    account = Account.objects.get(id=asked.account_id)
    if account.archived_us is not None or not account.writes:
        raise CannotDo(_("“%s” is not connected for answering. Connect it under Accounts.") % account.name)
    if public and asked.item is not None and not asked.item.public:
        raise CannotDo(_("They wrote in private: answer in private."))
    if public and (why := why_not(by, at=at)):
        raise CannotDo(why)
    if not public and case.window_us is not None and at > case.window_us:
        until = formats.moment(case.window_us, Business.load().timezone)
        raise CannotDo(_("The network let us answer in private until %s. Ask them in public to write again.") % until)


def _examined(
    case: Case, asked: Asked, text: str, public: bool, by: str, at: int, overrule: str, automatic: bool
) -> tuple[dict[str, Any], str]:
    """What the gate said, as posting wants it, and why the answer has to wait."""
    if not public:
        return {}, ""
    found = examine_answer(case=case, asked=asked, text=text, public=public, by=by, at=at, automatic=automatic)
    if found.verdict == CHANGE and not overrule:
        raise GateAsks(_says(found), found)
    examined = clearing.clear(examination=found, origin=f"case:{case.id}", by=by, at=at)
    if found.verdict == CLEAR:
        return examined, ""
    if overrule:
        try:
            return clearing.overrule(clearance_id=examined["clearance"], reason=overrule, by=by, at=at), ""
        except clearing.CannotClear as refusal:
            return examined | {"wish": overrule[:300]}, str(refusal)
    return examined, _says(found)


def _planned(
    case: Case, entry: Entry, asked: Asked, language: str, examined: dict[str, Any], pictures: Sequence
) -> Post:  # fmt: skip
    """The post that carries it, once for ever per entry."""
    title = f"Re: {asked.item.title}" if asked.item and asked.item.kind == "mail" and asked.item.title else ""
    try:
        return plan_post(
            key=f"case:{case.id}:{entry.id}", account_id=asked.account_id, origin=f"case:{case.id}",
            purpose="reply" if entry.public else "private", public=entry.public, text=entry.text, title=title,
            item_id=asked.item.id if asked.item else None, author_id=asked.author_id, language=language,
            pictures=pictures, examined=examined, by=entry.by, at=entry.at,
        )  # fmt: skip
    except CannotSay as refusal:
        raise CannotDo(str(refusal)) from None


def _says(found: Examination) -> str:
    return " ".join(finding.says for finding in found.findings if finding.weight == found.verdict)


def _carried(entry: Entry, post: Post, examined: dict[str, Any]) -> None:
    """The entry knows the post that carries it."""
    entry.post_id = post.id
    entry.facts |= {"state": PostState(post.state).name.lower(), "clearance": examined.get("clearance")}
    entry.facts |= {"wish": examined["wish"]} if "wish" in examined else {}
    entry.save(update_fields=["post_id", "facts"])


@transaction.atomic
def approve_answer(*, entry_id: int, by: str, at: int, overrule: str = "") -> str:
    """A second person agrees to an answer that is held; it goes out. With a reason also against the gate. Returns the
    state. Raises CannotDo for its writer, and for one that is no longer held."""
    entry = _held(entry_id)
    number = entry.facts.get("clearance")
    try:
        if overrule:
            examined = clearing.overrule(clearance_id=number, reason=overrule, by=by, at=at)
        else:
            examined = clearing.second(clearance_id=number, by=by, at=at)
    except clearing.CannotClear as refusal:
        raise CannotDo(str(refusal)) from None
    post = clear_post(post_id=entry.post_id, examined=examined, by=by, at=at)
    _carried(entry, post, examined)
    retell([entry.case_id], at=at)
    return entry.facts["state"]


@transaction.atomic
def withdraw_answer(*, entry_id: int, by: str, at: int) -> None:
    """An answer that is not out yet never goes out. Raises CannotDo when it is too late."""
    entry = Entry.objects.filter(id=entry_id, kind="answer", post_id__isnull=False).first()
    if entry is None or entry.sent_us is not None:
        raise CannotDo(_("This answer is out already."))
    root_of(entry.case_id)
    try:
        cancel_post(post_id=entry.post_id, by=by, at=at)
    except CannotSay as refusal:
        raise CannotDo(str(refusal)) from None
    entry.facts |= {"state": "cancelled", "cancelled_by": by}
    entry.gone_us = at
    entry.save(update_fields=["facts", "gone_us"])
    retell([entry.case_id], at=at)


@transaction.atomic
def retry_answer(*, entry_id: int, by: str, at: int) -> None:
    """Try an answer that failed once more. Raises CannotDo for any other: it might be said twice."""
    entry = Entry.objects.filter(id=entry_id, kind="answer", post_id__isnull=False).first()
    if entry is None:
        raise CannotDo(_("There is no such answer."))
    try:
        post = retry_post(post_id=entry.post_id, by=by, at=at)
    except CannotSay as refusal:
        raise CannotDo(str(refusal)) from None
    _carried(entry, post, post.examined)


def _held(entry_id: int) -> Entry:
    entry = Entry.objects.filter(id=entry_id, kind="answer", post_id__isnull=False).first()
    if entry is None:
        raise CannotDo(_("There is no such answer."))
    root_of(entry.case_id)
    entry.refresh_from_db()
    if entry.facts.get("state") != "held":
        raise CannotDo(_("Nobody has to agree to this answer any more."))
    return entry


@transaction.atomic
def save_draft(*, case_id: int, user_id: int, text: str, public: bool, at: int) -> None:
    """What a colleague has written so far; empty: they began anew."""
    if not text.strip():
        Draft.objects.filter(case_id=case_id, user_id=user_id).delete()
        return
    said = {"text": text[:LONGEST], "public": public, "at": at}
    Draft.objects.update_or_create(case_id=case_id, user_id=user_id, defaults=said)
