"""Hiding and deleting what others said in public: only for a listed reason, with a second pair of eyes, and a log
that is never emptied. That somebody is unhappy is no reason."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from regulars.channels.networks import kinds
from regulars.channels.networks.errors import CannotSay
from regulars.channels.networks.models import Account, Item
from regulars.channels.networks.posting import delete_item, hide_item
from regulars.core.jobs import job
from regulars.inbox.actions.entries import note_event, tell
from regulars.inbox.errors import CannotDo
from regulars.inbox.models import Case, Desk, Entry, Moderation, Reading
from regulars.team.actions import PERSONAL, audit
from regulars.team.queries import others_who_may

REASONS = {
    "spam": gettext_lazy("Spam or fraud"),
    "threat": gettext_lazy("Threat or incitement"),
    "private data": gettext_lazy("Shows somebody's private data"),
    "hate": gettext_lazy("Hate or insult of a group"),
    "off topic": gettext_lazy("Has nothing to do with the thread"),
}
ACTS = ("hide", "show", "delete")
MAY = "inbox.answer"


@transaction.atomic
def moderate(*, entry_id: int, act: str, by: str, at: int, reason: str = "", note: str = "") -> Moderation:
    """Ask to hide or delete something public that others said, or to show it again, which needs no reason.

    With a second pair of eyes (the shop's rule, and somebody there who could) it waits for `agree`; else it is done
    by a job at once. Asking again while it goes on gives the same. Raises CannotDo, above all for other reasons.
    """
    if act not in ACTS:
        raise CannotDo(_("Hide it, show it again or delete it."))
    entry, item = _public(entry_id)
    if act != "show":
        _check_reason(reason, note)
    _can(item, act)
    going = Moderation.objects.filter(entry_id=entry.id, act=act, state__in=("asked", "going")).first()
    if going:
        return going
    waits = act != "show" and _needs_second(by)
    found = Moderation.objects.create(
        case_id=entry.case_id, entry_id=entry.id, item_id=item.id, account_id=item.account_id, act=act,
        reason=reason if act != "show" else "", note=note[:300], critical=_is_critical(item),
        state="asked" if waits else "going", by=by, at=at,
    )  # fmt: skip
    note_event(Case.objects.get(id=entry.case_id), act, by=by, at=at, reason=found.reason, entry=entry.id)
    if waits:
        tell(entry.case_id, [user.id for user in others_who_may(MAY, than=by)][:5], "agree", by=by, at=at)
    else:
        carry_out.later(moderation_id=found.id, at=at)
    return found


def _public(entry_id: int) -> tuple[Entry, Item]:
    entry = Entry.objects.filter(id=entry_id, kind__in=("said", "other"), item_id__isnull=False).first()
    item = Item.objects.filter(id=entry.item_id).first() if entry else None
    if entry is None or item is None or item.deleted_us is not None:
        raise CannotDo(_("It is not there any more."))
    if not item.public:
        raise CannotDo(_("Nobody else can read it: there is nothing to hide."))
    return entry, item


def _check_reason(reason: str, note: str) -> None:
    if reason not in REASONS:
        raise CannotDo(
            _(
                "Criticism is no reason to hide or delete anything: answer it. The reasons are: %s."
            ) % ", ".join(str(words) for words in REASONS.values())
        )  # fmt: skip
    if PERSONAL.search(note):
        raise CannotDo(_("The note is kept for ever: leave addresses and phone numbers out of it."))


def _can(item: Item, act: str) -> None:
    found = Account.objects.filter(id=item.account_id).values_list("kind", "external").first()
    kind, us = found or ("", "")
    try:
        network = kinds.network(kind)
    except KeyError:
        raise CannotDo(_("This network is not connected any more.")) from None
    if ("moderate" if act == "delete" else "hide") not in network.can:
        raise CannotDo(_("%s lets nobody hide or delete what others say. Report it there.") % network.label)
    if act != "delete" and not kinds.may_hide(kind, thread=item.thread, us=us):
        raise CannotDo(_("%s lets us hide only what stands below a post of ours. Report it there.") % network.label)


def _needs_second(by: str) -> bool:
    rule = Desk.objects.filter(id=1).values_list("second_eyes", flat=True).first()
    return rule is not False and bool(others_who_may(MAY, than=by))


def _is_critical(item: Item) -> bool:
    """Whether it reads as criticism: it counts in the ratio that is shown, and decides nothing."""
    found = Reading.objects.filter(item_id=item.id).first()
    return bool(found and (found.feels == "negative" or "complaint" in found.intents))


@transaction.atomic
def agree(*, moderation_id: int, by: str, at: int) -> None:
    """A second person agrees; it is done at once. Raises CannotDo for who asked."""
    found = _asked(moderation_id)
    if found.by == by:
        raise CannotDo(_("You asked for it: somebody else has to agree."))
    _decide(found, "going", by, at)
    carry_out.later(moderation_id=found.id, at=at)


@transaction.atomic
def refuse(*, moderation_id: int, by: str, at: int) -> None:
    """It stays as it is."""
    _decide(_asked(moderation_id), "refused", by, at)


def _asked(moderation_id: int) -> Moderation:
    found = Moderation.objects.select_for_update().filter(id=moderation_id).first()
    if found is None or found.state != "asked":
        raise CannotDo(_("Somebody has decided this already."))
    return found


def _decide(found: Moderation, state: str, by: str, at: int) -> None:
    found.state, found.second_by, found.second_us = state, by, at
    found.save(update_fields=["state", "second_by", "second_us"])
    audit(by=by, act=f"moderation.{state}", object=f"moderation:{found.id}", details={"reason": found.reason}, at=at)


@job(lane="soon", retries=3)
def carry_out(*, moderation_id: int, at: int) -> None:
    """Do it on the network; doing it again is harmless. What the network says against it is kept."""
    found = Moderation.objects.get(id=moderation_id)
    if found.state != "going":
        return
    state, trouble = "done", ""
    try:
        if found.act == "delete":
            delete_item(item_id=found.item_id, by=found.by, at=at)
        else:
            hide_item(item_id=found.item_id, hidden=found.act == "hide", by=found.by, at=at)
    except CannotSay as refusal:
        state, trouble = "failed", str(refusal)[:300]
    done = {"state": state, "trouble": trouble, "done_us": at if state == "done" else None}
    Moderation.objects.filter(id=found.id, state="going").update(**done)
