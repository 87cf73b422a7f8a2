"""Ready-made practice: what happens, what is known, and what people write. All of it is invented."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True)
class Line:
    """Something a made-up person writes. `good` says afterwards what a good answer has."""

    who: str
    says: Any
    good: Any
    admitted: tuple[Any, ...] = ()
    rumour: Any = ""


@dataclass(frozen=True)
class Scenario:
    """`known` are the facts that count in it: these support a claim, as the fact base does outside."""

    key: str
    title: Any
    about: Any
    minutes: int
    known: tuple[Any, ...]
    lines: tuple[Line, ...]


QUESTION = Scenario(
    "question",
    _("An ordinary morning"),
    _("Three people ask under your posts. Answer each of them in public."),
    5,
    (
        _("The shop opens at 9:00 on Saturday."),
        _("Unworn shoes can be returned within 30 days."),
        _("A tent repair usually costs between £15 and £40."),
    ),
    (
        Line(
            "@lena_k",
            _("When do you open on Saturday?"),
            _("The hours, right there. Nobody has to be sent into private messages for that."),
        ),
        Line(
            "@tomwalks",
            _("How much is it to mend a torn tent?"),
            _("The price with its “usually”, and what to do next."),
        ),
        Line(
            "@sam_outside",
            _("Is the glue you use vegan?"),
            _("Nobody knows: say so, who asks, and by when you answer."),
        ),
    ),
)
PARCEL = Scenario(
    "late-parcel",
    _("Where is my parcel?"),
    _("A customer is angry, and others read along."),
    5,
    (_("Delivery within the UK usually takes 2 to 3 working days."),),
    (
        Line(
            "@hannah.b",
            _("Ordered NINE days ago. Nothing. And nobody answers the phone. Great service!!!"),
            _("Sorry for what happened, not for how it feels; who looks, until when; no order number in public."),
        ),
        Line(
            "@hannah.b",
            _("So it is MY fault now? My neighbour got hers in two days. Order 55219 by the way, to 4 Mill Lane."),
            _("No blame, no repeating of number or address; a private message, and the end of it told in public."),
        ),
    ),
)
RUMOUR = Scenario(
    "rumour",
    _("A rumour goes round"),
    _("Somebody wrote that the shop is closing down. It is not: the car park beside it is being sold."),
    5,
    (_("The shop stays open."), _("The car park beside the shop is being sold by its owner.")),
    (
        Line(
            "@northvalley_news",
            _("Hearing that the shop in Mill Lane closes down for good. Sad!"),
            _("The fact first, the rumour once, where it comes from, and the fact again."),
            rumour=_("The shop in Mill Lane closes down"),
        ),
        Line(
            "@old_climber",
            _("They always say that until the shutters are down. I do not believe a word."),
            _("One calm answer that adds something to check: whom to ask, where it can be read. Then leave it."),
            rumour=_("The shop in Mill Lane closes down"),
        ),
    ),
)
CRISIS = Scenario(
    "small-crisis",
    _("A small crisis: charged twice"),
    _(
        "It is Monday, 8:40. Since yesterday evening some cards were charged twice. The payment company is "
        "looking for "
        "the cause. You have pulled the brake, Olga decides, you answer."
    ),
    12,
    (
        _("Since Sunday evening some cards were charged twice."),
        _("The second charge is given back by Wednesday."),
        _("The shop writes here again at 12:00 today."),
    ),
    (
        Line(
            "@maria_p",
            _("You took my money TWICE. 84 pounds. What is this???"),
            _("What happened, sorry for it, what happens now, who and until when. No amount, no order number."),
            (_("Some cards were charged twice."),),
        ),
        Line(
            "@dk_runs",
            _("Same here! How many people does this hit?"),
            _("Nobody knows yet: say so and name the hour of the next word. Do not guess small."),
            (_("Some cards were charged twice."),),
        ),
        Line(
            "@valleypost",
            _("We are writing a piece on this. Was customer data stolen? Can you comment?"),
            _("The press is Olga's. Say kindly who answers and by when; claim nothing that nobody checked."),
            (_("Some cards were charged twice."),),
        ),
        Line(
            "@grumpy_gus",
            _("Thieves. I hope you go broke, all of you, idiots."),
            _("One calm sentence with what is known, or none at all. No answer in kind."),
            (_("Some cards were charged twice."),),
        ),
        Line(
            "@maria_p",
            _("It is past noon. You said you would write here. Well?"),
            _("The promise was broken: say so first. Then what is known, and the next hour that will be kept."),
            (_("Some cards were charged twice."),),
        ),
    ),
)
SCENARIOS = {one.key: one for one in (QUESTION, PARCEL, RUMOUR, CRISIS)}
