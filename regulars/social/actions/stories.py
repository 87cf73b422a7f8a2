"""What is said of each topic now that was not said before: told every quarter of an hour, read by the pages."""

from __future__ import annotations

from typing import Any

from regulars.core.clock import DAY, MINUTE, WEEK
from regulars.social.listening.explaining import explain
from regulars.social.listening.loudness import people
from regulars.social.models import Mention, Topic

NOW = 2 * DAY
FRESH = 14 * MINUTE  # asked every quarter of an hour
AT_ONCE = 20


def tell_stories(*, at: int) -> bool:
    """Tell some that are out of date; True when there are more. A topic nobody speaks of costs nothing."""
    old = Topic.objects.filter(archived_us=None, story_us__lt=at - FRESH).order_by("story_us", "id")
    some = list(old[:AT_ONCE])
    for topic in some:
        tell_story(topic, at=at)
    return len(some) == AT_ONCE


def tell_story(topic: Topic, *, at: int) -> dict[str, Any]:
    """Explain its last two days, against eight weeks; kept on the topic."""
    last = Mention.objects.filter(topic_id=topic.id, at__gt=at - NOW, at__lte=at).exists()
    story = explain(topic.id, topic.query, since=at - NOW, until=at) if last else {}
    if story:
        story["people_before"] = people([topic.id], since=at - NOW - WEEK, until=at - WEEK).get(topic.id, 0)
    Topic.objects.filter(id=topic.id).update(story=story, story_us=at)
    return story
