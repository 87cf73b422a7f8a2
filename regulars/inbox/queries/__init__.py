"""What we can ask about cases and conversations (read-only)."""

from regulars.inbox.queries.cases import (
    Pulse,
    by_origin,
    is_overdue,
    notices_new,
    notices_of,
    of_person,
    pulse,
    state_of,
)
from regulars.inbox.queries.conversations import (
    Conversation,
    alike,
    case,
    conversation,
    entries,
    held_answers,
    proofs_of,
)
from regulars.inbox.queries.desks import PAGE, colleagues, desk, desks, hours_of_desk, routing_of, who_may_answer
from regulars.inbox.queries.hidden import Ratio, moderation_page, moderation_ratio
from regulars.inbox.queries.lists import Counts, Page, cases_page, find_cases, open_counts
from regulars.inbox.queries.ready import acted, labels, macros, replies, rule_names, rules

__all__ = [
    "PAGE",
    "Conversation",
    "Counts",
    "Page",
    "Pulse",
    "Ratio",
    "acted",
    "alike",
    "by_origin",
    "case",
    "cases_page",
    "colleagues",
    "conversation",
    "desk",
    "desks",
    "entries",
    "find_cases",
    "held_answers",
    "hours_of_desk",
    "is_overdue",
    "labels",
    "macros",
    "moderation_page",
    "moderation_ratio",
    "notices_new",
    "notices_of",
    "of_person",
    "open_counts",
    "proofs_of",
    "pulse",
    "replies",
    "routing_of",
    "rule_names",
    "rules",
    "state_of",
    "who_may_answer",
]
