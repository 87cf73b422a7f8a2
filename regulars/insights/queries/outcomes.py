"""What became of a campaign's messages, as `actions.measuring` counted it last."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from regulars.insights.models import Measured


@dataclass(frozen=True)
class Outcomes:
    """Messages by what came back ({kind: {human, scanner, proxy: messages}}), by link, and not sent by rule."""

    as_of_us: int
    heard: dict[str, dict[str, int]] = field(default_factory=dict)
    links: dict[int, int] = field(default_factory=dict)
    skipped: dict[str, int] = field(default_factory=dict)

    def people(self, kind: str) -> int:
        """Messages of which a person did this, machines left out."""
        return self.heard.get(kind, {}).get("human", 0)

    def machines(self, kind: str) -> int:
        """Messages of which a scanner or a privacy proxy did this."""
        return sum(n for verdict, n in self.heard.get(kind, {}).items() if verdict != "human")


def campaign_outcomes(campaign_ids: Iterable[int]) -> dict[int, Outcomes]:
    """{campaign: outcomes}; those that were never measured are absent."""
    rows = Measured.objects.filter(campaign_id__in=list(campaign_ids))
    return {row.campaign_id: _read(row) for row in rows if "heard" in row.content}


def _read(row: Measured) -> Outcomes:
    links = {int(link): messages for link, messages in row.content["links"].items()}
    return Outcomes(row.as_of_us, row.content["heard"], links, row.content["skipped"])
