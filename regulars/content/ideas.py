"""What the fact base could tell everybody: articles that were approved lately."""

from __future__ import annotations

from django.utils.translation import gettext_lazy

from regulars.content.factbase.models import Statement, StatementVersion
from regulars.core.plugs import Idea, Spring, register

MOST, LONGEST = 50, 600


def new_articles(since: int, at: int) -> list[Idea]:
    """Articles for everybody whose first version in force was approved since."""
    live = Statement.objects.filter(kind="article", version__gt=0, retired_us=None).values("id")
    found = StatementVersion.objects.filter(
        statement_id__in=live, number=1, audience="public", approved_us__gte=since, approved_us__lte=at
    )
    return [_idea(one) for one in found.order_by("-approved_us", "-id")[:MOST]]


def _idea(one: StatementVersion) -> Idea:
    said = one.text if len(one.text) <= LONGEST else one.text[: LONGEST - 1].rsplit(" ", 1)[0] + "…"
    text = "\n\n".join(part for part in (one.title, said, one.link) if part)
    return Idea(f"statement:{one.statement_id}", one.title or said[:80], text, one.link, one.approved_us or 0)


register(
    Spring(
        name="articles",
        label=gettext_lazy("New articles"),
        room="content",
        find=new_articles,
        about=gettext_lazy("A help article that was approved under Facts in the last 30 days."),
    )
)
