"""How Northgate answers: what it stands for, the words it has ready, and who says what when.

Answers go through the gate like any: what it lets pass goes out, what needs a second pair of eyes waits.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from regulars.content.factbase import actions as facts
from regulars.content.factbase.models import Statement
from regulars.core.clock import DAY, HOUR
from regulars.inbox.actions import (
    CannotDo,
    answer,
    approve_answer,
    assign,
    close,
    save_label,
    save_macro,
    save_reply,
    save_rule,
    see_notices,
    watch,
)
from regulars.inbox.models import Case, CaseLabel, Entry
from regulars.team.models import User

OPEN = range(9, 18)  # UTC hours in which somebody is there
STATEMENTS = (
    ("fact", "Our shops in Leeds, York, Harrogate and Sheffield are open Monday to Saturday from 9:30 to 18:00.", "Opening hours on the doors", "topic", "opening hours"),  # noqa: E501
    ("fact", "All four shops are closed on Sundays.", "Opening hours on the doors", "topic", "opening hours"),
    ("fact", "What was bought online can be returned in every shop within 30 days.", "Terms of sale, section 6", "topic", "returns"),  # noqa: E501
    ("fact", "A restring costs 18 pounds and takes two days.", "Price list of the workshop", "category", "tennis"),
    ("fact", "Delivery in England and Scotland takes two to four working days.", "Contract with the carrier", "topic", "delivery"),  # noqa: E501
    ("fact", "Points can be spent at the till and in the web shop.", "Rules of the Dugout", "topic", "points"),
    ("fact", "Calder Studded Boots are taken back in every shop, also without a receipt.", "Decision of Tom Whitford", "product", "Calder Studded Boots"),  # noqa: E501
    ("option", "Running shoes are fitted with a film of your gait, free of charge, in Leeds and York.", "Workshop plan", "category", "running"),  # noqa: E501
)  # fmt: skip
WORDS: Mapping[str, Sequence[str]] = {
    "question": (
        "Hi! All four shops are closed on Sundays; Monday to Saturday they are open from 9:30 to 18:00. – {me}",
        "Hello! A restring costs 18 pounds and takes two days. – {me}",
        "Yes: what was bought online can be returned in every shop within 30 days. – {me}",
        "We do not know yet. I will ask the shop and write here again tomorrow. – {me}",
    ),
    "complaint": (
        "That should not happen, and we are sorry. Please send us your order number in a private message; I will look after it today and write again tomorrow. – {me}",  # noqa: E501
        "We are sorry. This was our mistake. I will find out what went wrong and write here again on Monday. – {me}",
    ),
    "praise": (
        "Thank you! I will tell the team in the shop tomorrow. – {me}",
        "That makes our day, thank you. – {me}",
    ),
    "crisis": (
        "We are sorry. Calder Studded Boots are taken back in every shop, also without a receipt. Please do not play in them. – {me}",  # noqa: E501
        "Thank you for telling us, and sorry. We do not know the cause yet. Bring them to any of our shops, Calder Studded Boots are taken back also without a receipt. – {me}",  # noqa: E501
    ),
    "review": ("Thank you for taking the time to write. I will talk about it with the shop tomorrow. – {me}",),
    "mail": (
        "Hello,\n\nthank you for writing. I looked it up and have taken care of it today; you will hear from me again tomorrow.\n\nBest wishes\n{me}",  # noqa: E501
        "Hello,\n\nsorry for the trouble. What was bought online can be returned in every shop within 30 days; I will send you a label today.\n\n{me}",  # noqa: E501
    ),
    "chat": ("Hello, {me} here. Yes, that works. Shall I put one aside for you?", "Hello! Delivery takes two to four working days. {me}"),  # noqa: E501
}  # fmt: skip
SAFE = "Thank you for writing. I will look into it and answer here tomorrow. – {me}"
ANSWERED = {
    "question": 0.97, "complaint": 0.96, "praise": 0.72, "review": 0.6, "mail": 0.98, "chat": 0.95, "crisis": 0.93,
}  # fmt: skip
OUTCOMES = {"solved": 0.62, "answered": 0.38}


def get_ready(*, at: int) -> None:
    """Facts, saved replies, labels, a macro and two rules. Idempotent."""
    if Statement.objects.exists():
        return
    tom, priya = (User.objects.get(name=name) for name in ("Tom Whitford", "Priya Shah"))
    for kind, text, source, about, subject in STATEMENTS:
        title, maker = ("Fitting by film", "Northgate Sports") if kind == "option" else ("", "")
        where = "In Leeds and York" if kind == "option" else ""
        wording = facts.Wording(text=text, source=source, about=about, subject=subject, title=title, maker=maker,
                                where=where)  # fmt: skip
        made = facts.write(kind=kind, wording=wording, owner=tom.by, by=priya.by, at=at)
        facts.approve(statement_id=made.id, number=1, by=tom.by, at=at)
    for name, colour in (("Calder boots", "red"), ("Delivery", "amber"), ("Team kit", "blue")):
        if not CaseLabel.objects.filter(name=name).exists():
            save_label(name=name, colour=colour, by=tom.by, at=at)
    save_reply(name="Opening hours", shortcut="open", text=WORDS["question"][0].format(me="Priya"), by=tom.by, at=at)
    save_reply(
        name="Ask for the order number",
        shortcut="order",
        text="Please send us your order number in a private message. – Priya",
        by=tom.by,
        at=at,
    )
    first = [{"do": "label", "label": "Calder boots"}, {"do": "priority", "priority": 1}]
    said = {"by": tom.by, "at": at}
    save_macro(name="Calder boots: put first", steps=first, **said)
    save_rule(name="Soles go first", occasion="arrival", conditions={"words": ["sole", "soles"]}, steps=first, **said)


def work(*, at: int, about: Mapping[int, str], hurry: bool = False) -> None:
    """One look at the inbox: who has waited long enough is answered, what waits for a second person is read."""
    if at // HOUR % 24 not in OPEN:
        return
    staff = list(User.objects.filter(name__in=("Tom Whitford", "Priya Shah")).order_by("id"))
    underway = Entry.objects.filter(kind="answer", sent_us=None, gone_us=None, post_id__isnull=False)
    waiting = Case.objects.filter(closed_us=None, account_id__isnull=False, waiting_us__isnull=False)
    waiting = waiting.exclude(id__in=underway.values("case_id"))
    for case in waiting.order_by("waiting_us", "id")[:200]:
        _answer(case, staff, about.get(case.id, "question"), at, slow=3.5 if hurry else 1.0)
    _agree(staff, at)
    _close(at)
    watch(at=at)
    for user in User.objects.filter(is_active=True):
        see_notices(user_id=user.id, at=at)


def _answer(case: Case, staff: Sequence[User], about: str, at: int, *, slow: float) -> None:
    random = np.random.default_rng([case.id, 43])
    patience = int(random.gamma(1.6, 1.6) * slow * HOUR)
    if (
        random.random() > ANSWERED.get(about, 0.9)
        or case.waiting_us + patience > at
        or at - case.waiting_us > 3 * DAY
    ):
        return
    who = staff[case.id % len(staff)]
    words = WORDS.get(about, WORDS["question"])
    text = str(words[int(random.integers(len(words)))]).format(me=who.name.split()[0])
    last = Entry.objects.filter(case_id=case.id).order_by("-id").values_list("id", flat=True).first()
    public = case.audience != "private"
    for said in (text, SAFE.format(me=who.name.split()[0])):
        try:
            if not case.owner:
                assign(case_id=case.id, owner=who.by, by=who.by, at=at)
            answer(case_id=case.id, text=said, public=public, by=who.by, at=at, seen_entry=last)
            return
        except CannotDo:
            continue


def _agree(staff: Sequence[User], at: int) -> None:
    """What waits for somebody else: read by the other one."""
    for entry in Entry.objects.filter(kind="answer", facts__state="held", at__lt=at).order_by("id")[:200]:
        other = next(user for user in staff if user.by != entry.by)
        try:
            approve_answer(entry_id=entry.id, by=other.by, at=at)
        except CannotDo:
            continue


def _close(at: int) -> None:
    """Who was answered a day ago and said nothing more; and what needs no answer after all."""
    old = Case.objects.filter(closed_us=None, account_id__isnull=False, waiting_us__lt=at - 3 * DAY)
    for case in old.order_by("id")[:200]:
        close(case_id=case.id, outcome="nothing", by=case.owner or "system", at=at)
    done = Case.objects.filter(closed_us=None, account_id__isnull=False, waiting_us=None, last_us__lt=at - DAY)
    for case in done.order_by("id")[:200]:
        random = np.random.default_rng([case.id, 47])
        outcome = str(random.choice(list(OUTCOMES), p=list(OUTCOMES.values())))
        try:
            close(case_id=case.id, outcome=outcome, by=case.owner or "system", at=at)
        except CannotDo:
            continue
