"""Northgate's journeys, its form and its broadcast, made by the same actions as the pages use."""

from __future__ import annotations

from regulars.content.actions import add_note
from regulars.content.models import CalendarNote
from regulars.core.clock import DAY, from_us
from regulars.demo.talk import texts
from regulars.journeys import ready
from regulars.journeys.actions import change_settings, create_broadcast, launch, publish, save_draft
from regulars.journeys.models import Broadcast, Journey
from regulars.portal.actions import save_form
from regulars.portal.models import Form
from regulars.segments.actions import create_segment
from regulars.segments.models import Segment

JOURNEYS = {"welcome": 70, "vip": 90, "win_back": 40, "birthday": 60}  # and their priority
AT_ONCE = ("vip",)  # also those who are there already: some eighty in a shop of 20,000
JOURNEY_HOLDOUT = {"win_back": 0.1}
HOLDOUT = 0.2
BROADCAST = "Winter boots, to recent buyers"
AUDIENCE = "Bought in the last half year"
FORM = {
    "name": "Newsletter on the website",
    "headline": "News from Northgate Sports",
    "intro": "Once or twice a month: what is new for your sport, and evenings in our stores.",
    "wording": "Yes, send me news and offers by e-mail. I can stop this at any time.",
    "thanks": "Once or twice a month you hear from us, about what you chose. You can stop it in every message.",
    "fields": ["name", "birthday"],
}


def open_form(*, topics: list[str], at: int) -> None:
    """The sign-up form. Idempotent."""
    if not Form.objects.filter(name=FORM["name"]).exists():
        save_form(values=FORM | {"topics": topics}, by="system", at=at)


def start_journeys(*, at: int) -> None:
    """Take the ready-made ones and publish them: who comes from now on enters, and VIPs at once. Idempotent."""
    for key, priority in JOURNEYS.items():
        if not Journey.objects.filter(name=ready.offer(key).name).exists():
            made = ready.take(key=key, by="system", at=at)
            if key in AT_ONCE:
                tree = made.draft | {"start": made.draft["start"] | {"existing": True}}
                save_draft(journey_id=made.id, tree=tree, by="system", at=at)
            held = JOURNEY_HOLDOUT.get(key, 0.0)
            change_settings(journey_id=made.id, priority=priority, holdout=held, by="system", at=at)
            publish(journey_id=made.id, by="system", at=at)


def launch_broadcast(*, sender_id: int, at: int) -> Broadcast:
    """One newsletter to recent buyers, a fifth of them held out. Idempotent."""
    segment = Segment.objects.filter(name=AUDIENCE).first() or create_segment(
        name=AUDIENCE,
        description="At least one order in the last 180 days.",
        definition={"event": "Order Completed", "measure": "count", "op": ">=", "value": 1, "within_days": 180},
        by="system",
        at=at,
    )
    found = Broadcast.objects.filter(name=BROADCAST).first() or create_broadcast(
        name=BROADCAST,
        template_id=texts.template("Newsletter: the winter boots are in"),
        sender_id=sender_id,
        segments=[segment.id],
        holdout=HOLDOUT,
        by="system",
        at=at,
    )
    if not CalendarNote.objects.exists():
        add_note(day=from_us(at + 3 * DAY).date().isoformat(), text="Trial evening in Leeds", by="system", at=at)
    return launch(broadcast_id=found.id, by="system", at=at)
