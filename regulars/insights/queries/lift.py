"""What came of a campaign, as `actions.measuring` counted it last."""

from __future__ import annotations

from dataclasses import dataclass

from regulars.insights.lift import Arm, Lift, lift
from regulars.insights.models import Measured


@dataclass(frozen=True)
class CampaignLift:
    """The lift of a campaign as of an instant; `lift` is None when nobody was held out."""

    as_of_us: int
    window_days: int
    treated: Arm
    held_out: Arm
    lift: Lift | None


def campaign_lift(campaign_id: int) -> CampaignLift | None:
    """None before it was measured."""
    found = Measured.objects.filter(campaign_id=campaign_id).first()
    if found is None:
        return None
    treated, control = Arm(**found.content["treated"]), Arm(**found.content["held_out"])
    return CampaignLift(found.as_of_us, found.window_days, treated, control, lift(treated, control))
