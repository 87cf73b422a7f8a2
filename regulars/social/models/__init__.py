"""The tables of the room, one file per idea."""

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
    "Approval",
    "Cost",
    "Drive",
    "Engaged",
    "Finding",
    "Link",
    "LinkDay",
    "Occurrence",
    "Plan",
    "PublishRules",
    "Series",
    "Shift",
    "Slot",
    "Variant",
    "Visitor",
]
