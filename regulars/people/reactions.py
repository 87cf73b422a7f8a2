"""What this room does about its own news."""

from __future__ import annotations

from regulars.core.signals import on
from regulars.people.linkage.keep import forget_split
from regulars.people.signals import PeopleSplit


@on(PeopleSplit)
def forget_evidence(split: PeopleSplit) -> None:
    """Suggestions about the parts are looked for anew."""
    forget_split(split.parts)
