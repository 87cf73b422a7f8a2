"""The consent ledger: what somebody said, by which channel, with which words, and how we know."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from regulars.people.actions import said
from regulars.people.actions.again import in_one_transaction
from regulars.people.actions.touching import touch
from regulars.people.models import Node


@in_one_transaction
def record_consent(
    *,
    node_id: int,
    purpose: str,
    channel: str,
    state: str,
    address: str = "",
    wording: str = "",
    source_id: int = 0,
    evidence: Mapping[str, Any],
    by: str,
    at: int,
) -> None:
    """Add an entry to the ledger. Raises ValueError for an unknown state, Node.DoesNotExist for an unknown node."""
    if state not in said.STATES:
        raise ValueError(f"Consent is granted, pending or withdrawn, not “{state}”.")
    if not channel or not purpose:
        raise ValueError("Consent is for a purpose and by a channel: give both.")
    node = Node.objects.select_for_update().get(id=node_id)
    mark = (node_id, purpose[:40], channel[:20], address[:255])
    said.add_consent(mark, state, wording, dict(evidence), source_id=source_id, by=by, at=at)
    touch(person_ids=[node.person_id], cause="consent", at=at)
