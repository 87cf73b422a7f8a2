"""Ready-made journeys to start from: trees with texts. Taking one makes a draft and its messages; nothing is sent."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db import transaction

from regulars.content.models import Template
from regulars.journeys.actions import create_journey
from regulars.journeys.models import Journey
from regulars.segments.actions import create_list
from regulars.segments.models import Segment

ORDER = "Order Completed"
SOCCER = {
    "event": "Product Bought",
    "where": [{"property": "category", "op": "contains", "value": "soccer"}],
    "measure": "sum:base_total",
    "op": ">=",
    "value": 50_000,
    "within_days": 365,
}
HELLO = "Hello {{ person.first_name | default: 'there' }},"


@dataclass(frozen=True)
class Text:
    """A message: subject, what it says (Markdown), and perhaps a button (label, address)."""

    name: str
    subject: str
    says: str
    button: tuple[str, str] | None = None

    def variant(self) -> dict[str, Any]:
        """The draft of the template in English."""
        blocks: list[dict[str, Any]] = [{"kind": "heading", "text": self.subject}]
        blocks.append({"kind": "text", "text": f"{HELLO}\n\n{self.says}"})
        if self.button:
            blocks.append({"kind": "button", "label": self.button[0], "href": self.button[1]})
        return {"subject": self.subject, "preheader": "", "format": "blocks", "source": [*blocks, {"kind": "footer"}]}


@dataclass(frozen=True)
class ReadyMade:
    """One to take. In `tree`, {"send": n} stands for a message of `texts` and {"list": name} for a list."""

    key: str
    name: str
    description: str
    texts: tuple[Text, ...]
    tree: dict[str, Any]


def _send(name: str, text: int) -> dict[str, Any]:
    return {"id": name, "kind": "send", "template": text}


def _wait(name: str, **time: int) -> dict[str, Any]:
    return {"id": name, "kind": "wait", **time}


def _until(name: str, time: str, *weekdays: int) -> dict[str, Any]:
    return {"id": name, "kind": "wait_until", "time": time, "weekdays": list(weekdays)}


def _ordered(name: str, yes: list[dict], no: list[dict], **within: int) -> dict[str, Any]:
    return {"id": name, "kind": "wait_event", "event": ORDER, "yes": yes, "no": no, **within}


def _threshold(condition: dict[str, Any], again: Any = "never") -> dict[str, Any]:
    return {"kind": "threshold", "condition": condition, "existing": False, "again": again}


SHOP = "https://www.example.com/"
OFFERS = (
    ReadyMade(
        "welcome",
        "Welcome",
        "Whoever agrees to hear from you is greeted at once, and shown around three days later, unless they bought.",
        (
            Text(
                "Welcome: hello",
                "Welcome, good to have you",
                "Thank you for joining us. From now on you hear first "
                "what is new, and you can choose what about at any time.",
                ("Look around", SHOP),
            ),
            Text(
                "Welcome: what people like",
                "Where most people begin",
                "Not sure where to start? These are the things our regulars come back for.",
                ("See the favourites", SHOP),
            ),
        ),
        {
            "start": _threshold({"fact": "consent:marketing:email", "op": "=", "value": "granted"}),
            "goal": {"event": ORDER},
            "steps": [_send("hello", 0), _wait("days3", days=3), _send("favourites", 1)],
        },
    ),
    ReadyMade(
        "first_purchase",
        "After the first purchase",
        "A thank-you the morning after, and a look back two weeks later.",
        (
            Text(
                "First purchase: thank you",
                "Thank you for your first order",
                "We are glad you chose us. If anything is not right, just answer this mail: a person reads it.",
            ),
            Text(
                "First purchase: how is it",
                "How is it going?",
                "Two weeks in: here is how to get the most out of what you bought, and what goes well with it.",
                ("Goes well with it", SHOP),
            ),
        ),
        {
            "start": _threshold({"fact": "orders", "op": "=", "value": 1}),
            "goal": None,
            "steps": [
                _wait("day1", days=1),
                _until("morning", "10:00"),
                _send("thanks", 0),
                _wait("days14", days=14),
                _send("howisit", 1),
            ],
        },
    ),
    ReadyMade(
        "buy_again",
        "Buy again",
        "Six weeks after somebody's last order: a reminder, on a day when people have time.",
        (
            Text(
                "Buy again",
                "Time for something new?",
                "It has been a while. Here is what came in since you were here last.",
                ("See what is new", SHOP),
            ),
        ),
        {
            "start": _threshold(
                {
                    "all": [
                        {"fact": "orders", "op": ">=", "value": 1},
                        {"fact": "days_since_order", "op": "between", "value": [42, 120]},
                    ]
                },
                {"after_days": 42},
            ),
            "goal": {"event": ORDER},
            "steps": [_until("weekend", "10:00", 3, 4, 5), _send("again", 0)],
        },
    ),
    ReadyMade(
        "win_back",
        "Win back",
        "Regulars who have been silent for much longer than is usual for them are written to twice, then called.",
        (
            Text(
                "Win back: we miss you",
                "We have not seen you for a while",
                "Is there something we could do better? Tell us: just answer this mail.",
                ("Come and see", SHOP),
            ),
            Text(
                "Win back: a last word",
                "Something to come back for",
                "We would love to see you again, so we kept something for you.",
                ("Have a look", SHOP),
            ),
        ),
        {
            "start": _threshold({"fact": "is_drifting", "op": "=", "value": True}, {"after_days": 180}),
            "goal": None,
            "steps": [
                _until("evening", "17:00", 1, 2, 3),
                _send("missyou", 0),
                _ordered(
                    "week",
                    [{"id": "back", "kind": "goal"}],
                    [
                        _send("lastword", 1),
                        _ordered(
                            "fortnight",
                            [{"id": "backtoo", "kind": "goal"}],
                            [{"id": "call", "kind": "ask", "text": "Call them: ask what we could do better"}],
                            within_days=14,
                        ),
                    ],
                    within_days=7,
                ),
            ],
        },
    ),
    ReadyMade(
        "birthday",
        "Birthday",
        "Good wishes at nine in the morning, where they live.",
        (
            Text(
                "Birthday", "Happy birthday!", "All the best from all of us. Enjoy your day.", ("Pick a treat", SHOP)
            ),
        ),
        {
            "start": {"kind": "date", "fact": "birthday", "days_before": 0, "again": {"after_days": 300}},
            "goal": None,
            "steps": [_until("nine", "09:00"), _send("wishes", 0)],
        },
    ),
    ReadyMade(
        "vip",
        "VIP threshold",
        "Whoever spent over 500 on soccer in twelve months becomes a VIP: a list, a mail, a card by hand.",
        (
            Text(
                "VIP: welcome to the team",
                "You are one of our best",
                "Few people know their soccer as you do. From now on "
                "you hear of new things a day before everybody else.",
                ("Your first look", SHOP),
            ),
        ),
        {
            "start": _threshold(SOCCER),
            "goal": None,
            "steps": [
                {"id": "tag", "kind": "list", "list": "Soccer VIPs"},
                _send("vip", 0),
                {"id": "card", "kind": "ask", "text": "Write a card by hand and put it into the next parcel"},
            ],
        },
    ),
    ReadyMade(
        "feedback",
        "Ask for feedback",
        "Ten days after an order, at most every two months: how was it?",
        (
            Text(
                "Feedback",
                "How did we do?",
                "Two minutes of your time would help us: what was good, and what was not? Just answer this mail.",
            ),
        ),
        {
            "start": {"kind": "event", "event": ORDER, "again": {"after_days": 60}},
            "goal": None,
            "steps": [_wait("days10", days=10), _until("five", "17:00"), _send("ask", 0)],
        },
    ),
)


def offer(key: str) -> ReadyMade:
    """The ready-made journey of that key. Raises KeyError."""
    return {one.key: one for one in OFFERS}[key]


@transaction.atomic
def take(*, key: str, by: str, at: int) -> Journey:
    """A draft of it, with its messages in the library; lists are made where there are none of that name."""
    chosen = offer(key)
    templates = [_template(text, by, at) for text in chosen.texts]
    tree = {**chosen.tree, "steps": _filled(chosen.tree["steps"], templates, by, at)}
    return create_journey(name=_free(chosen.name), description=chosen.description, tree=tree, by=by, at=at)


def _template(text: Text, by: str, at: int) -> int:
    """One of that name is used as it is: perhaps it was made better since."""
    from regulars.content import actions as content

    known = Template.objects.filter(name=text.name, archived_us=None, version__gt=0).first()
    if known:
        return known.id
    made = content.create_template(name=text.name, draft={"en": text.variant()}, by=by, at=at)
    content.publish(template_id=made.id, by=by, at=at)
    return made.id


def _filled(steps: list[dict], templates: list[int], by: str, at: int) -> list[dict]:
    return [_step(step, templates, by, at) for step in steps]


def _step(step: dict, templates: list[int], by: str, at: int) -> dict:
    if step["kind"] == "send":
        return {**step, "template": templates[step["template"]]}
    if step["kind"] == "list":
        return {**step, "list": _list(step["list"], by, at)}
    return {**step, **{way: _filled(step[way], templates, by, at) for way in ("yes", "no") if way in step}}


def _list(name: str, by: str, at: int) -> int:
    known = Segment.objects.filter(name=name, kind="list", archived_us=None).first()
    return (known or create_list(name=name, by=by, at=at)).id


def _free(name: str) -> str:
    taken = set(Journey.objects.filter(name__startswith=name).values_list("name", flat=True))
    return next(n for n in (name, *(f"{name} {i}" for i in range(2, 1000))) if n not in taken)
