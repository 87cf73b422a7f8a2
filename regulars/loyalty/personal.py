"""What the room holds about a person, and how it is exported, erased and moved when people merge or split."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from regulars.core import bulk
from regulars.core.plugs import PersonalTable, register
from regulars.loyalty.ledger import personal as _books  # noqa: F401  registers the ledger's tables
from regulars.loyalty.models import Crossing, Due, Earned, Member, Occasion, Standing
from regulars.loyalty.referrals import personal as _friends  # noqa: F401  (registers the tables of referrals)
from regulars.loyalty.rewards import personal as rewards  # noqa: F401  (registers the tables of rewards)
from regulars.people.queries import nodes_of, person_id_of


def _exported(model: Any, *names: str):
    def export(node_ids: Sequence[int]) -> list[dict[str, Any]]:
        return list(model.objects.filter(node_id__in=list(node_ids)).order_by("id").values(*names))

    return export


def _dropped(model: Any):
    def erase(node_ids: Sequence[int], at: int) -> int:
        return model.objects.filter(node_id__in=list(node_ids)).delete()[0]

    return erase


def _export_of_persons(model: Any, *names: str):
    def export(node_ids: Sequence[int]) -> list[dict[str, Any]]:
        people = set(person_id_of(list(node_ids)).values())
        return list(model.objects.filter(person_id__in=people).order_by("person_id").values(*names))

    return export


def _dropped_of_persons(model: Any):
    """A person's number is that of one of its nodes."""

    def erase(node_ids: Sequence[int], at: int) -> int:
        return model.objects.filter(person_id__in=list(node_ids)).delete()[0]

    return erase


def count_again(person_ids: Sequence[int], at: int) -> None:
    """These people are joined or parted: what is kept per person is computed anew, by the loop."""
    there = nodes_of(list(person_ids))
    gone = [person for person in person_ids if not there.get(person)]
    for model in (Standing, Crossing):
        model.objects.filter(person_id__in=gone).delete()
    bulk.insert(Due, ("node_id",), [(node,) for nodes in there.values() for node in nodes[:1]])


_STANDING = ("tier", "since_us", "until_us", "progress", "earned", "last_us")

register(
    PersonalTable(
        table="loyalty_member",
        room="loyalty",
        holds="that the person takes part in the programme, since when, and the code on the card",
        export=_exported(Member, "code", "joined_us", "how", "left_us"),
        erase=_dropped(Member),
    ),
    PersonalTable(
        table="loyalty_occasion",
        room="loyalty",
        holds="what the person did that may give points",
        export=_exported(Occasion, "kind", "key", "ts", "void_us"),
        erase=_dropped(Occasion),
    ),
    PersonalTable(
        table="loyalty_earned",
        room="loyalty",
        holds="points by cause and rule",
        export=_exported(Earned, "what", "rule", "points"),
        erase=_dropped(Earned),
    ),
    PersonalTable(
        table="loyalty_standing",
        room="loyalty",
        holds="tier and progress",
        export=_export_of_persons(Standing, *_STANDING),
        erase=_dropped_of_persons(Standing),
        moved=count_again,
    ),
    PersonalTable(
        table="loyalty_crossing",
        room="loyalty",
        holds="thresholds crossed",
        export=_export_of_persons(Crossing, "threshold_id", "crossed_us", "until_us", "undone_us"),
        erase=_dropped_of_persons(Crossing),
    ),
    PersonalTable(
        table="loyalty_due",
        room="loyalty",
        holds="that the person is about to be counted again",
        export=lambda node_ids: [],
        erase=_dropped(Due),
    ),
)
