"""What upper rooms bring into messages (core.plugs.Supply): asked once per planned batch, stored on the row."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from regulars.channels.decisions import Decision
from regulars.channels.models import Campaign
from regulars.content.models import TemplateVersion
from regulars.core.plugs import Ask, Supply, registry
from regulars.people.queries import person_id_of

if TYPE_CHECKING:
    from regulars.channels.actions.planning import Planned


def with_supplies(
    campaign: Campaign, items: Sequence[Planned], found: Sequence[Decision], at: int
) -> Sequence[Planned]:
    """The same messages with what their text reads of other rooms. What a message brings itself stays.

    Nothing is handed out for messages that the rules would skip. In the caller's transaction; set-based.
    """
    asked = wanted(campaign)
    if not asked or not items:
        return items
    now = person_id_of([item.person_id for item in items])
    contexts = {item.key: dict(item.context or {}) for item in items}
    for supply, most in asked:
        lacking = [
            (item, decision)
            for item, decision in zip(items, found, strict=True)
            if item.person_id in now and supply.name not in contexts[item.key]
        ]
        for key, value in _brought(supply, campaign, lacking, now, at).items():
            if value:
                contexts[key][supply.name] = value[:most] if isinstance(value, list) else value
    return [item._replace(context=contexts[item.key] or item.context) for item in items]


def wanted(campaign: Campaign) -> list[tuple[Supply, int]]:
    """What the campaign's text reads, in any of its languages, and how many of it."""
    version = TemplateVersion.objects.filter(id=campaign.version_id).values_list("compiled", flat=True).first()
    most: dict[str, int] = {}
    for one in (version or {}).values():
        for name, count in one.get("supplied", {}).items():
            most[name] = max(count, most.get(name, 0))
    return [(registry.supplies[name], count) for name, count in sorted(most.items()) if name in registry.supplies]


def _brought(supply: Supply, campaign: Campaign, lacking: list, now: dict[int, int], at: int) -> dict[str, Any]:
    if supply.hand_out:
        going = [item for item, decision in lacking if decision.verdict != "skip"]
        if not going:
            return {}
        return supply.hand_out([Ask(item.key, now[item.person_id], campaign.id) for item in going], at)
    if not lacking:
        return {}
    values = supply.now(sorted({now[item.person_id] for item, _ in lacking}), at)
    return {item.key: values.get(now[item.person_id]) for item, _ in lacking}
