"""The journey from the first ball to the soccer pages: a mail, a text, and two days later how it was."""

from __future__ import annotations

from typing import Any

from regulars.demo.talk import texts
from regulars.journeys.actions import change_settings, create_journey, publish
from regulars.journeys.models import Journey

NAME = "Soccer: from the first ball"
ABOUT = (
    "Whoever buys something for soccer for the first time is shown the soccer pages by mail and SMS, and asked how "
    "it was. Who spends over £500 on soccer in twelve months is thanked by a journey of its own."
)
BOUGHT = {
    "event": "Product Bought",
    "where": [{"property": "category", "op": "=", "value": "soccer"}],
    "measure": "count",
    "op": ">=",
    "value": 1,
}


def start(*, survey_id: int, at: int) -> None:
    """Publish it. Idempotent."""
    if Journey.objects.filter(name=NAME).exists():
        return
    steps: list[dict[str, Any]] = [
        {"id": "hello", "kind": "send", "template": texts.template("Soccer: your pages")},
        {"id": "text", "kind": "send", "template": texts.template("SMS: soccer pages")},
        {"id": "two", "kind": "wait", "days": 2},
        {"id": "how", "kind": "survey", "survey": survey_id},
    ]
    start = {"kind": "threshold", "condition": BOUGHT, "existing": False, "again": "never"}
    tree = {"start": start, "goal": None, "steps": steps}
    made = create_journey(name=NAME, description=ABOUT, tree=tree, by="system", at=at)
    change_settings(journey_id=made.id, priority=80, holdout=0.0, by="system", at=at)
    publish(journey_id=made.id, by="system", at=at)
