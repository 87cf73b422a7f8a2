"""What suggestions hold of people: hashed words of what they asked, for finding it again. They go with the rest."""

from __future__ import annotations

from collections.abc import Sequence

from django.db.models import Q

from regulars.channels.networks.models import Author
from regulars.core.plugs import PersonalTable, register
from regulars.inbox.models import Case
from regulars.inbox.suggesting.learning import forget


def _erase(node_ids: Sequence[int], at: int) -> int:
    """Before the conversations are nobody's."""
    authors = Author.objects.filter(node_id__in=node_ids).values("id")
    theirs = Case.objects.filter(Q(node_id__in=node_ids) | Q(author_id__in=authors))
    return forget(theirs.values_list("id", flat=True))


register(
    PersonalTable(
        table="inbox_solvedterm",
        room="inbox",
        holds="hashed words of solved questions, by which like ones are found",
        export=lambda node_ids: [],
        erase=_erase,
    ),
)
