"""What the honesty gate is told about an answer: what was asked, what was said before, what is nobody's business."""

from __future__ import annotations

from typing import NamedTuple

from regulars.channels.networks.models import Account, Item
from regulars.commerce.queries import orders_of
from regulars.content.clearing.queries import context_for
from regulars.content.honesty import Examination, Promise, Turn, admissions, examine
from regulars.inbox.models import Case, Entry
from regulars.people.queries import person_id_of, profile
from regulars.team.queries import who

BEFORE, PREVIOUS = 20, 30


class Asked(NamedTuple):
    """What an answer answers: the conversation of its thread, its account, the item (None: a person without one)."""

    case_id: int
    account_id: int | None
    item: Item | None
    author_id: int | None


def examine_answer(
    *, case: Case, asked: Asked, text: str, public: bool, by: str, at: int, automatic: bool = False
) -> Examination:
    """What the gate says of this answer; writes nothing."""
    thread, previous = _thread(asked.case_id), _previous(asked.case_id)
    network = Account.objects.filter(id=asked.account_id).values_list("kind", flat=True).first()
    context = context_for(
        text, at=at, by=by, public=public, purpose="reply" if public else "private", automatic=automatic,
        asked=asked.item.text if asked.item else "", thread=thread, previous=previous,
        promises=_promises(case, at), admitted=_admitted(thread, previous), private=_private(case),
        network=network or "",
    )  # fmt: skip
    return examine(text, context)


def _thread(case_id: int) -> tuple[Turn, ...]:
    """What was said there lately, oldest first."""
    rows = Entry.objects.filter(case_id=case_id, kind__in=("said", "other", "answer"), gone_us=None)
    last = reversed(rows.order_by("-at", "-id")[:BEFORE])
    return tuple(Turn(entry.text, entry.kind == "answer", entry.at) for entry in last)


def _previous(case_id: int) -> tuple[Turn, ...]:
    """What we answered others in public lately."""
    rows = Entry.objects.filter(kind="answer", public=True, gone_us=None).exclude(case_id=case_id)
    return tuple(Turn(entry.text, True, entry.at) for entry in rows.order_by("-id")[:PREVIOUS])


def _promises(case: Case, at: int) -> tuple[Promise, ...]:
    """What is noted to be kept: a conversation that sleeps until a day comes back to its owner on that day."""
    if not case.owner or case.snoozed_us is None or case.snoozed_us <= at:
        return ()
    return (Promise(case.title, who([case.owner])[case.owner], case.snoozed_us),)


def _admitted(thread: tuple[Turn, ...], previous: tuple[Turn, ...]) -> tuple[str, ...]:
    """Faults we owned up to here or in public to others: where somebody asks about one, the answer names it."""
    return admissions(turn.text for turn in (*thread, *previous) if turn.ours)


def _private(case: Case) -> tuple[str, ...]:
    """What we know of the person that has no place in public: addresses, phones, order numbers, the full name."""
    person = person_id_of([case.node_id]).get(case.node_id) if case.node_id else None
    if person is None:
        return ()
    known = profile(person)
    found = [shown.value for shown in known.identifiers] + [order.number for order in orders_of(person, limit=20)]
    return tuple(dict.fromkeys(str(one) for one in [*found, known.person.name] if one and len(str(one)) > 3))
