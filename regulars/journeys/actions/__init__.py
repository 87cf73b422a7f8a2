"""What can be done with journeys and broadcasts: the only writer of this room's tables."""

from regulars.journeys.actions.advancing import advance
from regulars.journeys.actions.broadcasting import (
    CannotBroadcast,
    change_broadcast,
    count_audience,
    create_broadcast,
    launch,
    pause_broadcast,
    plan_broadcasts,
    resume_broadcast,
    stop_broadcast,
)
from regulars.journeys.actions.drafting import (
    archive_journey,
    change_settings,
    create_journey,
    pause_journey,
    resume_journey,
    see_off,
    stop_enrolment,
)
from regulars.journeys.actions.enrolling import Occasion, enrol, enrol_people, enrol_segment
from regulars.journeys.actions.histories import Overtaken, redo_draft, save_draft, undo_draft
from regulars.journeys.actions.publishing import publish
from regulars.journeys.actions.tasks import finish_task

__all__ = [
    "CannotBroadcast",
    "Occasion",
    "Overtaken",
    "advance",
    "archive_journey",
    "change_broadcast",
    "change_settings",
    "count_audience",
    "create_broadcast",
    "create_journey",
    "enrol",
    "enrol_people",
    "enrol_segment",
    "finish_task",
    "launch",
    "pause_broadcast",
    "pause_journey",
    "plan_broadcasts",
    "publish",
    "redo_draft",
    "resume_broadcast",
    "resume_journey",
    "save_draft",
    "see_off",
    "stop_broadcast",
    "stop_enrolment",
    "undo_draft",
]
