"""Ideas from the other rooms become drafts: by a click, or by themselves where the shop said so. Never more than
that: a draft is published by people."""

from __future__ import annotations

from collections.abc import Sequence

from regulars.core.clock import DAY
from regulars.core.plugs import Idea, registry
from regulars.social.actions.writing import Words, write_plan
from regulars.social.models import Plan
from regulars.social.publishing.agreeing import rules
from regulars.social.publishing.networks import accounts

DAYS = 30


def ideas(*, at: int, kinds: Sequence[str] | None = None) -> dict[str, list[Idea]]:
    """{kind: ideas of the last 30 days that are no post yet}, the newest first."""
    chosen = [spring for name, spring in registry.springs.items() if kinds is None or name in kinds]
    found = {spring.name: spring.find(at - DAYS * DAY, at) for spring in chosen}
    keys = [idea.key for some in found.values() for idea in some]
    used = set(Plan.objects.filter(origin__in=keys).values_list("origin", flat=True))
    return {name: [idea for idea in some if idea.key not in used] for name, some in found.items()}


def draft(*, key: str, by: str, at: int) -> Plan | None:
    """A draft for every account out of an idea; the same one when there is one already. None: it is no idea any
    more."""
    known = Plan.objects.filter(origin=key).first()
    idea = next((one for some in ideas(at=at).values() for one in some if one.key == key), None)
    return known or (_draft(idea, by=by, at=at) if idea else None)


def gather(*, at: int) -> int:
    """Drafts from the kinds of ideas that the shop wants as drafts; how many are new."""
    wanted = rules().gathering
    found = ideas(at=at, kinds=wanted) if wanted else {}
    return len([_draft(idea, by="system", at=at) for some in found.values() for idea in some])


def _draft(idea: Idea, *, by: str, at: int) -> Plan:
    words = [Words(account.id, idea.text) for account in accounts()]
    return write_plan(title=idea.title, words=words, by=by, at=at, origin=idea.key)
