"""Personal data in this room: uploaded files that wait for their columns to be named. Nobody knows yet who is in
them, so an erasure clears all of them away; whoever uploaded one uploads it again."""

from collections.abc import Sequence

from regulars.core.plugs import PersonalTable, register
from regulars.web import uploads


def nothing(node_ids: Sequence[int]) -> list[dict]:
    """An upload belongs to nobody until it is imported."""
    return []


def clear(node_ids: Sequence[int], at: int) -> int:
    """Remove every waiting upload."""
    return uploads.sweep(keep_seconds=0)


register(
    PersonalTable(
        table="files: imports/uploads",
        room="web",
        holds="files that were uploaded and not yet imported, kept for a day",
        export=nothing,
        erase=clear,
    )
)
