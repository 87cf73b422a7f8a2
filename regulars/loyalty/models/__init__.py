"""The tables of the room, one file per idea."""

from regulars.loyalty.models.programme import (
    Crossing,
    Due,
    Earned,
    Member,
    Occasion,
    Programme,
    RuleBook,
    Standing,
    Threshold,
)

__all__ = ["Crossing", "Due", "Earned", "Member", "Occasion", "Programme", "RuleBook", "Standing", "Threshold"]
