"""The one place where journeys speak with channels: campaigns, planned messages, calls."""

from __future__ import annotations

from typing import TYPE_CHECKING

from regulars.channels import actions as channels
from regulars.channels.actions import Planned, ensure_campaign, plan
from regulars.channels.actions.calling import queue_calls
from regulars.channels.models import Call, Campaign
from regulars.content.models import Template, TemplateVersion
from regulars.journeys import starting
from regulars.journeys.models import JourneyVersion

if TYPE_CHECKING:
    from regulars.journeys.models import Broadcast, Journey
    from regulars.journeys.step import Batch
    from regulars.journeys.steps.send import Send
    from regulars.journeys.steps.webhook import Webhook


def published(template_id: int | None) -> tuple[Template, TemplateVersion] | None:
    """The template with its newest published version; None when it cannot be sent."""
    found = Template.objects.filter(id=template_id, archived_us=None, version__gt=0).first()
    version = found and TemplateVersion.objects.filter(template_id=found.id, number=found.version).first()
    return (found, version) if found and version else None


def campaign_of_step(journey: Journey, number: int, step: Send, *, at: int) -> int:
    """The campaign of one step of one published version: the text is the one published now, and stays it."""
    template, version = published(step.template)
    said = step.title or template.name
    made = ensure_campaign(
        origin=f"journey:{journey.id}:{number}:{step.id}",
        name=said if said.startswith(f"{journey.name}: ") else f"{journey.name}: {said}",
        channel=template.channel,
        topic=journey.topic,
        priority=journey.priority,
        sender_id=step.sender,
        version_id=version.id,
        at=at,
    )
    return made.id


def campaigns_of(journey_id: int) -> list[int]:
    """The campaigns of all its versions."""
    found = JourneyVersion.objects.filter(journey_id=journey_id).values_list("campaigns", flat=True)
    return sorted({campaign for named in found for campaign in named.values()})


WHY_PAUSED = "its journey is paused"


def pause_messages(journey_id: int, *, by: str, at: int) -> None:
    """What is planned already waits, too."""
    for campaign in campaigns_of(journey_id):
        channels.pause_campaign(campaign_id=campaign, why=WHY_PAUSED, by=by, at=at)


def resume_messages(journey_id: int, *, by: str, at: int) -> None:
    """Those that were paused with the journey; what was paused for another reason stays so."""
    paused = Campaign.objects.filter(id__in=campaigns_of(journey_id), paused_why=WHY_PAUSED)
    for campaign in paused.order_by("id").values_list("id", flat=True):
        channels.resume_campaign(campaign_id=campaign, by=by, at=at)


def stop_messages(journey_id: int, *, by: str, at: int) -> None:
    """What is not handed off yet never will be."""
    for campaign in campaigns_of(journey_id):
        channels.stop_campaign(campaign_id=campaign, by=by, at=at)


def renew_campaigns(journey: Journey, *, at: int) -> None:
    """Priority and topic of the journey, also for what is planned already."""
    for one in Campaign.objects.filter(id__in=campaigns_of(journey.id)).order_by("id"):
        ensure_campaign(
            origin=one.origin,
            name=one.name,
            channel=one.channel,
            priority=journey.priority,
            topic=journey.topic,
            at=at,
        )


def campaign_of_broadcast(broadcast: Broadcast, *, at: int) -> int:
    """The campaign of a broadcast that is launched."""
    campaign = draft_campaign(broadcast)
    _, version = published(broadcast.template_id)
    settings = {name: getattr(campaign, name) for name in ("topic", "priority", "holdout", "sender_id", "per_hour")}
    made = ensure_campaign(
        origin=campaign.origin,
        name=campaign.name,
        channel=campaign.channel,
        version_id=version.id,
        at=at,
        **settings,
    )
    return made.id


def draft_campaign(broadcast: Broadcast) -> Campaign:
    """What its campaign would be; not saved."""
    template = Template.objects.filter(id=broadcast.template_id).first()
    return Campaign(
        origin=f"broadcast:{broadcast.id}",
        name=broadcast.name,
        channel=template.channel if template else "email",
        topic=broadcast.topic,
        priority=broadcast.priority,
        holdout=broadcast.holdout,
        sender_id=broadcast.sender_id,
        per_hour=broadcast.per_hour,
    )


def plan_step(step: Send, batch: Batch) -> None:
    """One message per run."""
    campaigns = JourneyVersion.objects.values_list("campaigns", flat=True).get(
        journey_id=batch.journey_id, number=batch.version
    )
    started = starting.contexts(campaigns[step.id], [run.id for run in batch.runs])
    items = [Planned(f"j:{run.id}:{step.id}", run.person_id, batch.at, started.get(run.id)) for run in batch.runs]
    plan(campaign_id=campaigns[step.id], items=items, at=batch.at)


def call_step(step: Webhook, batch: Batch) -> None:
    """One call per run, with numbers only: who, which journey, which step, when."""
    said = {"journey": batch.journey_id, "step": step.id, "at": batch.at}
    queue_calls(
        [
            Call(
                key=f"j:{run.id}:{step.id}",
                url=step.url,
                node_id=run.node_id,
                body={"person": run.person_id, **said},
                due_us=batch.at,
                created_us=batch.at,
            )
            for run in batch.runs
        ]
    )
