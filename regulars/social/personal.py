"""What the room holds of people: that they had to do with us on networks."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from regulars.core.plugs import PersonalTable, register
from regulars.social.models import Engaged


def _export_engaged(node_ids: Sequence[int]) -> list[dict[str, Any]]:
    return list(Engaged.objects.filter(node_id__in=node_ids).order_by("at", "id").values("kind", "at", "plan_id"))


def _forget_engaged(node_ids: Sequence[int], at: int) -> int:
    return Engaged.objects.filter(node_id__in=node_ids).delete()[0]


register(
    PersonalTable(
        table="social_engaged",
        room="social",
        holds="that the person had to do with us on networks",
        export=_export_engaged,
        erase=_forget_engaged,
    ),
)

from regulars.social.listening import personal as _listening  # noqa: E402, F401 - its own tables
