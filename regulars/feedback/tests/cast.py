"""People, surveys and clicks for the tests of surveys."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from regulars.channels.models import Message
from regulars.core.clock import to_us
from regulars.feedback import actions
from regulars.feedback.models import Invitation, Survey
from regulars.people.actions import ConsentSaid, Sighting, record_sightings
from regulars.people.queries import person_id_of

MONDAY = to_us(datetime(2026, 9, 21, 10, 0, tzinfo=ZoneInfo("Europe/London")))


def someone(key: str, at: int = MONDAY, *, consent: str = "granted", **traits: Any) -> int:
    """A person whom we may write to by mail and SMS, unless they said otherwise."""
    phone = f"+4479{abs(hash(key)) % 10**8:08d}"
    said = (ConsentSaid("email", consent, "marketing"), ConsentSaid("sms", consent, "marketing"))
    seen = Sighting(
        "shop", (("user", key),), (("email", f"{key}@example.com"), ("phone", phone)), traits, said, at
    )  # fmt: skip
    (node,) = record_sightings(sightings=[seen], source_id=1, at=at)
    return person_id_of([node])[node]


def running(kind: str = "nps", at: int = MONDAY, **settings: Any) -> Survey:
    """A survey that has started."""
    made = actions.create_survey(name=settings.pop("name", "How are we?"), kind=kind, by="user:1", at=at, **settings)
    return actions.start_survey(survey_id=made.id, by="user:1", at=at)


def asked(survey: Survey, person: int, at: int = MONDAY, occasion: str = "hand:1") -> Invitation:
    """An invitation that was sent."""
    actions.invite(survey_id=survey.id, node_ids=[person], occasion=occasion, at=at)
    actions.send_invitations(at=at)
    return Invitation.objects.get(survey_id=survey.id, node_id=person, occasion=occasion)


def messages() -> list[Message]:
    """Planned messages, oldest first."""
    return list(Message.objects.order_by("id"))
