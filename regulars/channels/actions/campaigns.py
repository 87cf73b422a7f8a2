"""Campaigns: made once by what they come from, paused, resumed, stopped."""

from __future__ import annotations

from typing import Any

from django.db import transaction

from regulars.channels.actions.errors import CannotSend
from regulars.channels.models import Campaign, Tally
from regulars.team.actions import audit

CHANGEABLE = ("name", "priority", "topic", "holdout", "sender_id", "version_id", "per_hour", "expires_after_us")


@transaction.atomic
def ensure_campaign(
    *,
    origin: str,
    name: str,
    at: int,
    channel: str = "email",
    purpose: str = "marketing",
    lane: str = "bulk",
    **settings: Any,
) -> Campaign:
    """The campaign of this origin, made if there is none; what is given is brought up to date. Idempotent.

    `settings`: topic, priority (0-100), holdout (0-1), sender_id, version_id, per_hour, expires_after_us.
    """
    unknown = sorted(settings.keys() - set(CHANGEABLE))
    if unknown:
        raise TypeError(f"A campaign has no setting called {unknown[0]}.")
    if not 0 <= settings.get("priority", 50) <= 100 or not 0 <= settings.get("holdout", 0) <= 1:
        raise CannotSend("A priority is 0 to 100, a holdout 0 to 1 (0.1 for a tenth of the people).")
    fixed = {"channel": channel, "purpose": purpose, "lane": lane, "created_us": at}
    found, made = Campaign.objects.get_or_create(origin=origin, defaults={"name": name[:160], **fixed, **settings})
    changed = {} if made else {f: v for f, v in {"name": name[:160], **settings}.items() if getattr(found, f) != v}
    if changed:
        Campaign.objects.filter(id=found.id).update(**changed)
        for field, value in changed.items():
            setattr(found, field, value)
    return found


@transaction.atomic
def pause_campaign(*, campaign_id: int, why: str = "", by: str, at: int) -> None:
    """Nothing of it is handed off from now on, but for at most a hundred messages per worker already on their way."""
    if Campaign.objects.filter(id=campaign_id, paused_us=None, stopped_us=None).update(
        paused_us=at, paused_why=why[:300]
    ):
        audit(by=by, act="campaign.pause", object=f"campaign:{campaign_id}", details={}, at=at)


@transaction.atomic
def resume_campaign(*, campaign_id: int, by: str, at: int) -> None:
    """Go on where it was paused. Bounces and complaints so far no longer pause it. Idempotent."""
    paused = Campaign.objects.filter(id=campaign_id, stopped_us=None).exclude(paused_us=None)
    if paused.update(paused_us=None, paused_why=""):
        Tally.objects.filter(key=f"campaign:{campaign_id}").delete()
        audit(by=by, act="campaign.resume", object=f"campaign:{campaign_id}", details={}, at=at)


@transaction.atomic
def stop_campaign(*, campaign_id: int, by: str, at: int) -> None:
    """For good: what is planned will be skipped with the reason "stopped", by delivery, in batches. Idempotent."""
    if Campaign.objects.filter(id=campaign_id, stopped_us=None).update(stopped_us=at):
        audit(by=by, act="campaign.stop", object=f"campaign:{campaign_id}", details={}, at=at)
