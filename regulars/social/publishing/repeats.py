"""The same text again: found on a network, before it is said twice."""

from __future__ import annotations

from django.utils.translation import gettext as _

from regulars.channels.networks.models import Post, PostState
from regulars.core.clock import DAY
from regulars.core.models import Business
from regulars.social.models import Plan, Variant
from regulars.social.publishing.clock import local_of

NEVER_SAID = (PostState.FAILED, PostState.CANCELLED)


def said_already(one: Variant, *, days: int) -> str:
    """A sentence when the same words go out, or went out, on this network within so many days; else "".

    Another account of the same network counts too: followers of both see it twice.
    """
    if not one.sameness or one.due_us is None or days <= 0:
        return ""
    near = Variant.objects.filter(
        sameness=one.sameness, network=one.network, due_us__gt=one.due_us - days * DAY,
        due_us__lt=one.due_us + days * DAY,
    ).exclude(id=one.id)  # fmt: skip
    withdrawn = Plan.objects.filter(withdrawn_us__isnull=False).values("id")
    waiting = near.filter(given_us=None, next_us__isnull=False).exclude(plan_id__in=withdrawn).first()
    other = waiting or _out(near)
    if other is None:
        return ""
    day = local_of(other.due_us, Business.load().timezone)[:10]
    return _("The same words are said there on %(day)s: less than %(days)d days apart looks like a machine.") % {
        "day": day,
        "days": days,
    }


def _out(near) -> Variant | None:
    """One that was handed over, and may be there."""
    given = list(near.filter(given_us__isnull=False))
    keys = [one.post_key for one in given]
    gone = set(Post.objects.filter(key__in=keys, state__in=NEVER_SAID).values_list("key", flat=True))
    return next((one for one in given if one.post_key not in gone), None)
