"""What follows when somebody wrote to us: rules act, the event log hears of it, segments look again."""

from __future__ import annotations

from collections.abc import Sequence

from regulars.inbox.actions.retelling import Retold


def arrived(entries: Sequence[int], told: Retold, *, at: int) -> None:
    """These words are new. In the transaction that wrote them."""
