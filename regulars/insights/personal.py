"""What insights holds of a person: one row of predictions. Fits and reports hold sums over everybody."""

from __future__ import annotations

from collections.abc import Sequence

from regulars.core.plugs import PersonalTable, register
from regulars.insights.actions import forget
from regulars.insights.models import Habit, Prediction
from regulars.people.queries import person_id_of


def export(node_ids: Sequence[int]) -> list[dict]:
    """The prediction rows of the persons these nodes make up."""
    persons = set(person_id_of(node_ids).values())
    return list(Prediction.objects.filter(person_id__in=persons).values())


def export_habits(node_ids: Sequence[int]) -> list[dict]:
    """What the persons these nodes make up buy regularly."""
    return list(Habit.objects.filter(person_id__in=set(person_id_of(node_ids).values())).values())


def erase_habits(node_ids: Sequence[int], at: int) -> int:
    """A person's number is that of one of its nodes."""
    return Habit.objects.filter(person_id__in=list(node_ids)).delete()[0]


def erase(node_ids: Sequence[int], at: int) -> int:
    """Remove them. Called while the nodes still know their person."""
    return forget(person_ids=sorted(set(person_id_of(node_ids).values()) | set(node_ids)))


register(
    PersonalTable(
        table="insights_prediction",
        room="insights",
        holds="What we expect of this person: chance to buy, value, rhythm. Computed from orders, never entered.",
        export=export,
        erase=erase,
    ),
    PersonalTable(
        table="insights_habit",
        room="insights",
        holds="What this person buys regularly and may need again. Computed from orders, never entered.",
        export=export_habits,
        erase=erase_habits,
    ),
)
