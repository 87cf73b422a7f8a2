"""The tables of the room, one file per idea."""

from regulars.social.models.listening import Alert, ListenDue, Loudness, Mention, Topic
from regulars.social.models.measuring import Cost, Engaged, Finding, Link, LinkDay, Shift, Visitor
from regulars.social.models.publishing import (
    Approval,
    Drive,
    Occurrence,
    Plan,
    PublishRules,
    Series,
    Slot,
    Variant,
)

__all__ = [
    "Alert",
    "Approval",
    "Cost",
    "Drive",
    "Engaged",
    "Finding",
    "Link",
    "LinkDay",
    "ListenDue",
    "Loudness",
    "Mention",
    "Occurrence",
    "Plan",
    "PublishRules",
    "Series",
    "Shift",
    "Slot",
    "Topic",
    "Variant",
    "Visitor",
]
