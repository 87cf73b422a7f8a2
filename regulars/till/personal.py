"""What the tills hold about people: which actions were for whom. The sums stay, the person goes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from regulars.core.plugs import PersonalTable, register
from regulars.till.models import Done


def _export(node_ids: Sequence[int]) -> list[dict[str, Any]]:
    return list(Done.objects.filter(node_id__in=node_ids).order_by("id").values("kind", "said_us"))


def _erase(node_ids: Sequence[int], at: int) -> int:
    return Done.objects.filter(node_id__in=node_ids).update(node_id=None, answer={}, undo={})


register(
    PersonalTable(
        table="till_done",
        room="till",
        holds="what was done for the person at a counter",
        export=_export,
        erase=_erase,
    )
)
