"""What the programme could tell everybody: rewards that are new."""

from __future__ import annotations

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from regulars.core.plugs import Idea, Spring, register
from regulars.loyalty.models import Reward

MOST = 50


def new_rewards(since: int, at: int) -> list[Idea]:
    """Rewards anybody can have for points, made since."""
    found = Reward.objects.filter(
        created_us__gte=since, created_us__lte=at, archived_us=None, points__isnull=False, threshold_id=None
    )
    return [_idea(reward) for reward in found.order_by("-id")[:MOST] if not reward.tiers]


def _idea(reward: Reward) -> Idea:
    url = f"{settings.PUBLIC_URL}/my/loyalty"
    words = {"name": reward.name, "points": reward.points}
    text = _("New for %(points)d points: %(name)s") % words
    more = f"\n{reward.text}" if reward.text else ""
    return Idea(f"reward:{reward.id}", text, f"{text}{more}\n{url}", url, reward.created_us)


register(
    Spring(
        name="rewards",
        label=gettext_lazy("New rewards"),
        room="loyalty",
        find=new_rewards,
        about=gettext_lazy("A reward that was added to the programme in the last 30 days."),
    )
)
