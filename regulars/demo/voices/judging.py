"""Colleagues judged some texts, drawn by chance: so it is known how often the reader errs."""

from __future__ import annotations

from collections.abc import Mapping

from regulars.channels.networks.models import Item
from regulars.inbox.understanding.judging import judge
from regulars.inbox.understanding.learning import refit
from regulars.inbox.understanding.models import Reading
from regulars.team.models import User

FEELS = {"complaint": "negative", "crisis": "negative", "praise": "positive", "after": "positive"}
INTENT = {"complaint": "complaint", "crisis": "complaint", "praise": "praise", "question": "question", "help": "help"}
JUDGED = 240


def judge_some(*, about: Mapping[str, str], at: int) -> None:
    """By the truth of the demo; what nobody feels anything about is neutral."""
    by = User.objects.get(name="Priya Shah").by
    drawn = Reading.objects.filter(negative__isnull=False).order_by("lot", "item_id")
    numbers = list(drawn.values_list("item_id", flat=True)[:JUDGED])
    for item in Item.objects.filter(id__in=numbers).only("id", "external", "stars"):
        kind = about.get(item.external, "")
        feels = FEELS.get(kind) or _by_stars(item.stars)
        judge(item_id=item.id, feels=feels, how="random", intent=INTENT.get(kind, ""), by=by, at=at)
    refit(at=at)


def _by_stars(stars: float | None) -> str:
    if stars is None or stars == 3:
        return "neutral"
    return "negative" if stars < 3 else "positive"
