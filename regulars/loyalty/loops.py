"""The loops of the programme."""

from __future__ import annotations

from regulars.core.loops import loop
from regulars.loyalty.actions.boundary import settle_days
from regulars.loyalty.actions.claiming import count_due
from regulars.loyalty.ledger import news, release_due
from regulars.loyalty.referrals.judging import judge_due


@loop("loyalty", idle=0.5)
def count(at: int) -> bool:
    """Points, tiers and thresholds of whoever bought or did something, or whose time has come."""
    return count_due(at)


@loop("loyalty_days", idle=20)
def days(at: int) -> bool:
    """What happens when a day begins, in its written order."""
    return settle_days(at)


@loop("referrals", idle=5)
def friends(at: int) -> bool:
    """Friends who bought, or brought back; rewards whose time has come."""
    return judge_due(at)


@loop("ledger_news", idle=1)
def posted(at: int) -> bool:
    """What was posted is told to the event log."""
    return news.tell(at)


@loop("ledger_holds", idle=30)
def holds(at: int) -> bool:
    """What checkouts put aside and never took goes back."""
    return release_due(at)
