"""One step of a macro or a rule, taken in a conversation."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from regulars.core.clock import DAY, HOUR
from regulars.inbox.actions.answering import answer
from regulars.inbox.actions.closing import close
from regulars.inbox.actions.labelling import add_label, remove_label
from regulars.inbox.actions.opening import load_of, pool_of
from regulars.inbox.actions.owning import assign, set_priority
from regulars.inbox.actions.writing import snooze, write_note
from regulars.inbox.errors import CannotDo
from regulars.inbox.models import Case, Entry
from regulars.inbox.promises import promises

ONCE_IN_US = DAY  # one acknowledgement a day and conversation: two machines must not talk for ever


def take_step(step: Mapping[str, Any], *, case_id: int, by: str, at: int, public: bool | None = None) -> bool:
    """Take it; False when there was nothing to do. Raises CannotDo."""
    common = {"case_id": case_id, "by": by, "at": at}
    match step["do"]:
        case "label":
            return add_label(label=step["label"], **common)
        case "unlabel":
            return remove_label(label=step["label"], **common)
        case "assign":
            return _assign(step["owner"], **common)
        case "priority":
            return set_priority(priority=step["priority"], **common) is None
        case "note":
            return bool(write_note(text=step["text"], **common))
        case "snooze":
            return snooze(until_us=at + round(step["hours"] * HOUR), **common) is None
        case "close":
            return close(outcome=step["outcome"], **common)
        case "acknowledge":
            return _acknowledge(step["text"], public=public, **common)
    raise CannotDo(f"There is no step “{step['do']}”.")


def _assign(owner: str, *, case_id: int, by: str, at: int) -> bool:
    """To a colleague, to nobody, or to whoever of those who take turns has the fewest open cases."""
    case = Case.objects.get(id=case_id)
    if owner == "turn":
        pool = pool_of(promises().rule(case.kind, case.account_id))
        load = load_of(pool)
        owner = f"user:{min(pool, key=lambda user: (load[user], user))}" if pool else ""
    if owner == case.owner:
        return False
    assign(case_id=case_id, owner=owner, by=by, at=at)
    return True


def _acknowledge(text: str, *, case_id: int, by: str, at: int, public: bool | None) -> bool:
    """Say automatically that we have read it, where they said it. It stops no clock."""
    recent = Entry.objects.filter(case_id=case_id, kind="answer", automatic=True, at__gt=at - ONCE_IN_US)
    if recent.exists():
        return False
    where = Case.objects.get(id=case_id).audience == "public" if public is None else public
    answer(case_id=case_id, text=text, public=where, by=by, at=at, seen_entry=None, automatic=True)
    return True
